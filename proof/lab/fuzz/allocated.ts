// How many bytes of arrays a parser asks for: `new Uint8Array(length)` of a length that was not sent yet is a way to
// make a server fall.

const watched = [
  'ArrayBuffer',
  'Uint8Array',
  'Uint16Array',
  'Int16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const;

/** Counts until it is closed; one at a time. */
export class Allocated {
  #bytes = 0;
  readonly #restore: (() => void)[] = [];

  constructor() {
    for (const name of watched) {
      const original = globalThis[name];
      const size = 'BYTES_PER_ELEMENT' in original ? original.BYTES_PER_ELEMENT : 1;
      const construct = (target: typeof original, values: unknown[], newTarget: unknown): object => {
        if (typeof values[0] === 'number') this.#bytes += values[0] * size;
        return Reflect.construct(target, values, newTarget === counting ? target : (newTarget as typeof original));
      };
      const counting: object = new Proxy(original, { construct });
      Object.assign(globalThis, { [name]: counting });
      this.#restore.push(() => Object.assign(globalThis, { [name]: original }));
    }
  }

  /** Since the last call. */
  take(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** Idempotent. */
  close(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }
}
