// Noise suppression in the browser's audio thread. `processorOptions: { wasm }` has the bytes of RNNoise. Posts its
// working time about once a second (`SecondOfWork`).
import { Denoiser } from './core/denoiser.ts';
import { blockSamples } from './core/framing.ts';
import { rnnoiseFrame, rnnoiseRateHz } from './core/rnnoise.ts';
import { WorkMeter } from './core/work-meter.ts';

/** The used part of a worklet's global object; the page's types lack it. */
interface WorkletScope {
  readonly AudioWorkletProcessor: new () => { readonly port: MessagePort };
  registerProcessor(name: string, processor: unknown): void;
  readonly performance?: { now(): number };
}

const scope = globalThis as unknown as WorkletScope;
/** Chromium may have only whole milliseconds in this thread, which are right on average over many frames. */
const nowMs = (): number => scope.performance?.now() ?? Date.now();
const framesOfSecond = rnnoiseRateHz / rnnoiseFrame;

class NoiseProcessor extends scope.AudioWorkletProcessor {
  readonly #denoiser: Denoiser;
  #meter: WorkMeter | undefined;
  #sampleCount = 0;
  #isClosed = false;

  constructor({ processorOptions }: { processorOptions: { wasm: ArrayBuffer } }) {
    super();
    this.#denoiser = new Denoiser(new WebAssembly.Module(processorOptions.wasm));
    this.port.onmessage = () => {
      this.#isClosed = true;
      this.#denoiser.close();
    };
    this.port.postMessage({ kind: 'ready' });
  }

  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (this.#isClosed) return false;
    const [from] = input ?? [];
    const [to] = output ?? [];
    if (from === undefined || to === undefined) return true; // the microphone is not there yet
    const beganMs = nowMs();
    this.#meter ??= new WorkMeter(beganMs);
    this.#denoiser.push(from, to);
    const endedMs = nowMs();
    this.#meter.frame(endedMs - beganMs);
    this.#sampleCount += blockSamples;
    if (this.#sampleCount >= framesOfSecond * rnnoiseFrame) {
      this.#sampleCount = 0;
      this.port.postMessage({ kind: 'second', second: this.#meter.takeSecond(endedMs) });
    }
    return true;
  }
}

scope.registerProcessor('meridian-noise', NoiseProcessor);
