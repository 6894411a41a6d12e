// Encodes in a worker if the browser and the page's policy allow one, else in the page.
import { type Encoded, Encoding, type EncodingOptions } from './encoding.ts';
import type { EncoderAnswer, EncoderOrder } from './publisher-worker.ts';

export interface EncoderHandlers {
  readonly tick: () => void;
  readonly encoded: (encoded: Encoded) => void;
}

export class Encoder {
  readonly #options: EncodingOptions;
  readonly #pictureMs: number;
  readonly #handlers: EncoderHandlers;
  #worker: Worker | undefined;
  #encoding: Encoding | undefined;
  #tickTimer: ReturnType<typeof setInterval> | undefined;
  #streamNumber = 0;
  #waitingPictureCount = 0;

  constructor(options: EncodingOptions, pictureMs: number, handlers: EncoderHandlers) {
    this.#options = options;
    this.#pictureMs = pictureMs;
    this.#handlers = handlers;
    this.#worker = this.#openWorker();
  }

  get isInWorker(): boolean {
    return this.#worker !== undefined;
  }

  get waitingPictures(): number {
    return this.#waitingPictureCount;
  }

  /** Begins a new stream with a key picture; drops all results of the previous one. */
  begin(): void {
    this.#streamNumber += 1;
    this.#waitingPictureCount = 0;
    if (this.#worker === undefined) {
      this.#encoding = new Encoding(this.#options, (encoded) => this.#encoded(encoded));
      this.#tickTimer ??= setInterval(() => this.#handlers.tick(), this.#pictureMs);
    } else {
      this.#order({ kind: 'begin', stream: this.#streamNumber, options: this.#options, pictureMs: this.#pictureMs });
    }
  }

  /** Takes over the bytes; the caller cannot use the buffer afterwards. */
  picture(rgba: ArrayBuffer, ptsMs: number): void {
    this.#waitingPictureCount += 1;
    if (this.#worker === undefined) this.#encoding?.picture(new Uint8Array(rgba), ptsMs);
    else this.#order({ kind: 'picture', rgba, ptsMs }, [rgba]);
  }

  sound(samples: Float32Array<ArrayBuffer>, ptsMs: number): void {
    if (this.#worker === undefined) this.#encoding?.sound(samples, ptsMs);
    else this.#order({ kind: 'sound', samples, ptsMs }, [samples.buffer]);
  }

  requestKey(): void {
    if (this.#worker === undefined) this.#encoding?.requestKey();
    else this.#order({ kind: 'key' });
  }

  close(): void {
    this.#streamNumber += 1;
    this.#worker?.terminate();
    this.#encoding = undefined;
    clearInterval(this.#tickTimer);
  }

  #order(order: EncoderOrder, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(order, transfer);
  }

  #encoded(encoded: Encoded): void {
    if (encoded.kind === 'video') this.#waitingPictureCount -= 1;
    this.#handlers.encoded(encoded);
  }

  #openWorker(): Worker | undefined {
    if (typeof Worker === 'undefined') return undefined;
    let worker: Worker;
    try {
      worker = new Worker(new URL('./publisher-worker.ts', import.meta.url), { type: 'module' });
    } catch {
      return undefined; // the page's policy forbids it
    }
    worker.onmessage = ({ data }: MessageEvent<EncoderAnswer>) => {
      if (data.kind === 'tick') this.#handlers.tick();
      else if (data.stream === this.#streamNumber) this.#encoded(data.encoded);
    };
    // The worker cannot be loaded, or the browser has no modules in workers. The page starts the stream over.
    worker.onerror = () => {
      worker.terminate();
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      if (this.#streamNumber > 0) this.begin();
    };
    return worker;
  }
}
