import { MeridianClientError } from '@meridian/client';
import type { TrackProcessor } from '../tracks/processor.ts';
import { within } from './background.ts';
import { rnnoiseRateHz } from './core/rnnoise.ts';
import { initialSpeed, judgeSpeed, type SecondOfWork } from './core/speed.ts';

export interface NoiseAssets {
  readonly worklet: string;
  readonly wasm: string;
}
type WorkletAnswer = { readonly kind: 'ready' } | { readonly kind: 'second'; readonly second: SecondOfWork };

/** Time to load 160 kB over a slow network. */
const readyMs = 10_000;
/**
 * Time for the browser to start audio, which it may refuse before a click. Afterwards the effect fails and the
 * microphone goes without it, since late audio is worse.
 */
const resumeMs = 3000;

export class NoiseProcessor implements TrackProcessor {
  readonly name = 'noise';
  readonly kind = 'audio';
  /** The browser's own suppression would remove what RNNoise needs to tell noise from a voice. */
  readonly capture = { noiseSuppression: false };
  onGiveUp: ((error: MeridianClientError) => void) | undefined;
  onMeasured: ((second: SecondOfWork) => void) | undefined;
  readonly #assets: NoiseAssets;
  #context: AudioContext | undefined;
  #node: Promise<AudioWorkletNode> | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #out: MediaStreamAudioDestinationNode | undefined;
  #speed = initialSpeed;
  #closed = false;

  constructor(assets: NoiseAssets) {
    this.#assets = assets;
  }

  async process(source: MediaStreamTrack): Promise<MediaStreamTrack> {
    if (this.#closed) throw new MeridianClientError('EFFECT_FAILED', 'it was closed');
    this.#context ??= this.#open();
    const context = this.#context;
    this.#node ??= this.#load(context);
    const node = await within(this.#node, readyMs, 'the noise suppression does not load');
    await within(context.resume(), resumeMs, 'the browser lets no sound through before a click');
    if (this.#closed) throw new MeridianClientError('EFFECT_FAILED', 'it was closed');
    this.#source?.disconnect();
    this.#source = context.createMediaStreamSource(new MediaStream([source]));
    this.#source.connect(node);
    this.#out?.disconnect();
    this.#out = context.createMediaStreamDestination();
    this.#out.channelCount = 1;
    node.disconnect();
    node.connect(this.#out);
    const [resultTrack] = this.#out.stream.getAudioTracks();
    if (resultTrack === undefined) throw new MeridianClientError('EFFECT_FAILED', 'the browser made no track');
    return resultTrack;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#source?.disconnect();
    this.#node?.then(
      (node) => node.port.postMessage('over'),
      () => undefined, // `process` rejected with it
    );
    const context = this.#context;
    if (context !== undefined && context.state !== 'closed') void context.close();
  }

  #open(): AudioContext {
    const context = new AudioContext({ sampleRate: rnnoiseRateHz, latencyHint: 'interactive' });
    // A system that takes the loudspeaker away for a moment suspends the context as well.
    context.addEventListener('statechange', () => {
      if (!this.#closed && context.state !== 'running' && context.state !== 'closed') void context.resume();
    });
    return context;
  }

  async #load(context: AudioContext): Promise<AudioWorkletNode> {
    const [answer] = await Promise.all([
      fetch(this.#assets.wasm),
      context.audioWorklet.addModule(this.#assets.worklet),
    ]);
    if (!answer.ok) throw new MeridianClientError('EFFECT_FAILED', `noise suppression: ${answer.status}`);
    const node = new AudioWorkletNode(context, 'meridian-noise', {
      numberOfInputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
      processorOptions: { wasm: await answer.arrayBuffer() },
    });
    const ready = Promise.withResolvers<void>();
    node.port.onmessage = ({ data }: MessageEvent<WorkletAnswer>) => {
      if (data.kind === 'ready') ready.resolve();
      else this.#measured(data.second);
    };
    node.onprocessorerror = () => {
      const error = new MeridianClientError('EFFECT_FAILED', 'the noise suppression stopped');
      ready.reject(error);
      if (!this.#closed) this.onGiveUp?.(error);
    };
    await ready.promise;
    return node;
  }

  #measured(second: SecondOfWork): void {
    this.onMeasured?.(second);
    const { isTooSlow, ...speed } = judgeSpeed(this.#speed, second);
    this.#speed = speed;
    if (isTooSlow && !this.#closed)
      this.onGiveUp?.(new MeridianClientError('EFFECT_TOO_SLOW', `busy ${Math.round(second.busyShare * 100)} %`));
  }
}
