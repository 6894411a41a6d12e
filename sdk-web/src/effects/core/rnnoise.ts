// RNNoise in WebAssembly: reduces the noise of audio at 48 kHz in frames of 10 ms.

export const rnnoiseRateHz = 48_000;
/** Samples of a frame of 10 ms. */
export const rnnoiseFrame = 480;
/** Delay of the output in samples, because RNNoise overlaps each frame with the previous one. */
export const rnnoiseDelay = 480;
/** Factor from −1 … 1 to 16-bit whole numbers, on which RNNoise was trained. */
const scale = 32_768;

interface Exports {
  readonly memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  rnnoise_get_frame_size(): number;
  rnnoise_create(model: number): number;
  rnnoise_destroy(state: number): void;
  rnnoise_process_frame(state: number, out: number, samples: number): number;
  malloc(bytes: number): number;
}

export class Rnnoise {
  readonly #exports: Exports;
  readonly #state: number;
  readonly #framePointer: number;
  #samples: Float32Array;

  /** Throws WebAssembly's error for another file, or RangeError. */
  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, {
      env: {
        emscripten_memcpy_big: (to: number, from: number, count: number): number => {
          new Uint8Array(this.#exports.memory.buffer).copyWithin(to, from, from + count);
          return to;
        },
        emscripten_resize_heap: (): number => 0, // the state is fixed: the initial memory is enough
        __assert_fail: (): never => {
          throw new RangeError('RNNoise found its state broken');
        },
      },
    });
    this.#exports = instance.exports as unknown as Exports;
    this.#exports.__wasm_call_ctors();
    if (this.#exports.rnnoise_get_frame_size() !== rnnoiseFrame) throw new RangeError('another size of frames');
    this.#state = this.#exports.rnnoise_create(0);
    this.#framePointer = this.#exports.malloc(rnnoiseFrame * Float32Array.BYTES_PER_ELEMENT);
    if (this.#state === 0 || this.#framePointer === 0) throw new RangeError('no memory for RNNoise');
    this.#samples = this.#view();
  }

  /** Changes 480 samples of −1 … 1 in place. Returns the likelihood of a voice, 0 … 1. */
  process(frame: Float32Array): number {
    if (this.#samples.buffer !== this.#exports.memory.buffer) this.#samples = this.#view();
    const samples = this.#samples;
    for (let at = 0; at < rnnoiseFrame; at += 1) samples[at] = (frame[at] ?? 0) * scale;
    const voice = this.#exports.rnnoise_process_frame(this.#state, this.#framePointer, this.#framePointer);
    for (let at = 0; at < rnnoiseFrame; at += 1) frame[at] = (samples[at] ?? 0) / scale;
    return voice;
  }

  close(): void {
    this.#exports.rnnoise_destroy(this.#state);
  }

  #view(): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, this.#framePointer, rnnoiseFrame);
  }
}
