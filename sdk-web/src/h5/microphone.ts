// Converts an audio track to pieces of one channel. Uses ScriptProcessorNode, because browsers with an AudioWorklet
// have WebRTC.
import { H5PublishError } from './core/publish-error.ts';
import { sampleRates } from './core/sound-tables.ts';

/** Length of a piece: 43 ms, which is the longest delay of audio and the time that the page may be busy. */
const pieceSamples = 2048;
const preferredRate = 48_000;

export interface MicrophoneHandlers {
  /** Receives a single channel; its first sample was captured at `soundMs`, on the clock of `soundMs()`. */
  readonly samples: (samples: Float32Array<ArrayBuffer>, soundMs: number) => void;
}

export class Microphone {
  readonly #context: AudioContext;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #processor: ScriptProcessorNode;

  /** Does not stop the track, which belongs to the caller. Throws H5PublishError BROWSER_UNSUPPORTED. */
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
    // A processor without a destination is never called; its output is silent.
    this.#processor.connect(this.#context.destination);
    this.resume();
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  /** Audio clock; undefined while the browser does not let it run. */
  get soundMs(): number | undefined {
    return this.#context.state === 'running' ? this.#context.currentTime * 1000 : undefined;
  }

  /** Starts the audio clock, for which a browser may require a click. */
  resume(): void {
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => this.close());
  }

  close(): void {
    this.#processor.onaudioprocess = null;
    this.#source.disconnect();
    this.#processor.disconnect();
    if (this.#context.state !== 'closed') void this.#context.close();
  }
}

/** Opens a context at the preferred rate if the browser can convert. */
function openContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: preferredRate });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return new AudioContext();
    throw error;
  }
}
