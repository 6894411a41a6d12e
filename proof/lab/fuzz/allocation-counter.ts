// Counts the bytes of arrays that a parser allocates: `new Uint8Array(length)` with a length from the input lets an
// attacker exhaust a server.

const watched = [
  'ArrayBuffer',
  'Uint8Array',
  'Uint16Array',
  'Int16Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const;

/** Counts from its creation until `close`. Only one instance may be active. */
export class AllocationCounter {
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

  take(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  close(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }
}
