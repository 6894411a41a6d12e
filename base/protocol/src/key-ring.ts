// Keys of a pair of hosts (`Routes.pair_key`). The centre sends a new key every day, which reaches one end a little
// sooner than the other. So the old key is accepted for an hour, and still used for sending for half a minute.

/** Time within which a centre has sent the new key to both ends. */
export const SEND_OLD_MS = 30_000;
/** Time in which a host that still has the old key, as its link to the centre was down, must get the new key. */
export const ACCEPT_OLD_MS = 3_600_000;

export class KeyRing {
  #current: Uint8Array | undefined;
  #previous: Uint8Array | undefined;
  #sinceMs = 0;

  /** Sets the key. Returns false when it is in use already. */
  set(key: Uint8Array, nowMs: number): boolean {
    if (this.#current !== undefined && isSame(this.#current, key)) return false;
    this.#previous = this.#current;
    this.#current = key;
    this.#sinceMs = nowMs;
    return true;
  }

  keyForSending(nowMs: number): Uint8Array | undefined {
    return this.#previous !== undefined && nowMs - this.#sinceMs < SEND_OLD_MS ? this.#previous : this.#current;
  }

  acceptedKeys(nowMs: number): Uint8Array[] {
    const old = nowMs - this.#sinceMs < ACCEPT_OLD_MS ? this.#previous : undefined;
    return [this.#current, old].filter((key) => key !== undefined);
  }

  /** Returns the time after `nowMs` at which `keyForSending` or `acceptedKeys` changes by itself, or undefined. */
  nextChangeMs(nowMs: number): number | undefined {
    if (this.#previous === undefined) return undefined;
    return [this.#sinceMs + SEND_OLD_MS, this.#sinceMs + ACCEPT_OLD_MS].find((atMs) => atMs > nowMs);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
