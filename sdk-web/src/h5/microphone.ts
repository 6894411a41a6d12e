// An audio track as pieces of one channel. With a ScriptProcessorNode: browsers that have an AudioWorklet have WebRTC.
import { H5PublishError } from './core/publish-error.ts';
import { sampleRates } from './core/sound-tables.ts';

/** 43 ms: how late sound is at most, and how long the page may be busy. */
const pieceSamples = 2048;
const preferredRate = 48_000;

export interface MicrophoneHandlers {
  /** One channel; its first sample was captured at `soundMs` of the clock that `soundMs()` tells. */
  readonly samples: (samples: Float32Array<ArrayBuffer>, soundMs: number) => void;
}

export class Microphone {
  readonly #context: AudioContext;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #processor: ScriptProcessorNode;

  /** The track stays its owner's: it is never stopped here. Throws H5PublishError BROWSER_UNSUPPORTED. */
  constructor(track: MediaStreamTrack, { samples }: MicrophoneHandlers) {
    this.#context = openContext();
    const { sampleRate } = this.#context;
    if (!(sampleRates as readonly number[]).includes(sampleRate)) {
      void this.#context.close();
      throw new H5PublishError('BROWSER_UNSUPPORTED', `sound of ${sampleRate} Hz`);
    }
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#processor = this.#context.createScriptProcessor(pieceSamples, 1, 1);
    this.#processor.onaudioprocess = ({ inputBuffer }) => {
      const endMs = this.#context.currentTime * 1000;
      samples(inputBuffer.getChannelData(0).slice(), endMs - (pieceSamples * 1000) / sampleRate);
    };
    this.#source.connect(this.#processor);
    // Silence goes out: a processor that leads nowhere is never called.
    this.#processor.connect(this.#context.destination);
    this.resume();
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  /** The clock of the sound; absent while the browser does not let it run. */
  get soundMs(): number | undefined {
    return this.#context.state === 'running' ? this.#context.currentTime * 1000 : undefined;
  }

  /** Browsers may want a click first. */
  resume(): void {
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => this.close());
  }

  /** Idempotent. */
  close(): void {
    this.#processor.onaudioprocess = null;
    this.#source.disconnect();
    this.#processor.disconnect();
    if (this.#context.state !== 'closed') void this.#context.close();
  }
}

/** At the preferred rate where the browser can convert. */
function openContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: preferredRate });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return new AudioContext();
    throw error;
  }
}
