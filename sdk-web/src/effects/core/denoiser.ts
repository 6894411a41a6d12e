// Noise suppression of one channel, block by block, for the audio worklet and for benchmarks.
import { Framing, framingDelay } from './framing.ts';
import { Rnnoise, rnnoiseDelay, rnnoiseFrame, rnnoiseRateHz } from './rnnoise.ts';

/** Delay of a processed voice: 19.3 ms, plus the delay of the browser's own blocks. */
export const denoiserDelayMs = (1000 * (framingDelay(rnnoiseFrame) + rnnoiseDelay)) / rnnoiseRateHz;

export class Denoiser {
  readonly #rnnoise: Rnnoise;
  readonly #framing: Framing;

  constructor(module: WebAssembly.Module) {
    this.#rnnoise = new Rnnoise(module);
    this.#framing = new Framing(rnnoiseFrame, (frame) => void this.#rnnoise.process(frame));
  }

  push(input: Float32Array, output: Float32Array): void {
    this.#framing.push(input, output);
  }

  close(): void {
    this.#rnnoise.close();
  }
}
