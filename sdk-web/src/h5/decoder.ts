// Decodes in a worker if the browser and the page's policy allow one, else in the page.
import { type Decoded, Decoding } from './decoding.ts';
import type { DecoderAnswer, DecoderOrder } from './player-worker.ts';

export class Decoder {
  readonly #withSound: boolean;
  readonly #onDecoded: (decoded: Decoded) => void;
  #worker: Worker | undefined;
  #decoding: Decoding | undefined;
  #streamNumber = 0;

  constructor(withSound: boolean, onDecoded: (decoded: Decoded) => void) {
    this.#withSound = withSound;
    this.#onDecoded = onDecoded;
    this.#worker = this.#openWorker();
  }

  begin(): void {
    this.#streamNumber++;
    this.#decoding?.close();
    this.#decoding = undefined;
    if (this.#worker === undefined) this.#decoding = new Decoding(this.#withSound, this.#onDecoded);
    else this.#order({ kind: 'begin', stream: this.#streamNumber, withSound: this.#withSound });
  }

  /** Takes over the bytes; the caller cannot use the buffer afterwards. */
  push(bytes: ArrayBuffer): void {
    if (this.#worker === undefined) this.#decoding?.push(new Uint8Array(bytes));
    else this.#order({ kind: 'bytes', bytes }, [bytes]);
  }

  close(): void {
    this.#streamNumber++;
    this.#worker?.terminate();
    this.#decoding?.close();
    this.#decoding = undefined;
  }

  #order(order: DecoderOrder, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(order, transfer);
  }

  #openWorker(): Worker | undefined {
    if (typeof Worker === 'undefined') return undefined;
    let worker: Worker;
    try {
      worker = new Worker(new URL('./player-worker.ts', import.meta.url), { type: 'module' });
    } catch {
      return undefined; // the page's policy forbids it
    }
    worker.onmessage = ({ data }: MessageEvent<DecoderAnswer>) => {
      if (data.stream === this.#streamNumber) this.#onDecoded(data.decoded);
    };
    // The worker or its modules cannot be loaded. The page decodes the stream from its next tables on.
    worker.onerror = () => {
      worker.terminate();
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      if (this.#streamNumber > 0) this.begin();
    };
    return worker;
  }
}
