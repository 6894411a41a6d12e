// The keys of one pair of hosts (`Routes.pair_key`), for all that use them. The centre sends another every day, to one
// end a little sooner than to the other: the one before it is accepted for an hour, and used for sending for another
// half a minute, so that neither is ahead of the other. Times are arguments.

/** Long enough for any centre to have informed both ends. */
export const SEND_OLD_MS = 30_000;
/** A host whose link to the centre is down at midnight is heard for so long. */
export const ACCEPT_OLD_MS = 3_600_000;

export class KeyRing {
  #current: Uint8Array | undefined;
  #before: Uint8Array | undefined;
  #sinceMs = 0;

  /** True: it is another key than the one in use. */
  set(key: Uint8Array, nowMs: number): boolean {
    if (this.#current !== undefined && isSame(this.#current, key)) return false;
    this.#before = this.#current;
    this.#current = key;
    this.#sinceMs = nowMs;
    return true;
  }

  /** What to send by. */
  sending(nowMs: number): Uint8Array | undefined {
    return this.#before !== undefined && nowMs - this.#sinceMs < SEND_OLD_MS ? this.#before : this.#current;
  }

  /** What counts, the newest first. */
  accepted(nowMs: number): Uint8Array[] {
    const old = nowMs - this.#sinceMs < ACCEPT_OLD_MS ? this.#before : undefined;
    return [this.#current, old].filter((key) => key !== undefined);
  }

  /** When one of the two answers above changes by itself, after `nowMs`; undefined: not before another key is set. */
  nextChangeMs(nowMs: number): number | undefined {
    if (this.#before === undefined) return undefined;
    return [this.#sinceMs + SEND_OLD_MS, this.#sinceMs + ACCEPT_OLD_MS].find((atMs) => atMs > nowMs);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
