// Limits the datagrams with wrong tags that are verified: each costs a signature, and any host that knows an SSRC can
// send them. Datagrams beyond the limit are dropped unverified, except from a session's own address.

const WINDOW_MS = 1000;
/** Bound of one address. A client with a wrong key sends some hundred a second. */
const PER_ADDRESS_MAX = 100;
/** Bound of all addresses, some per cent of a processor; it also bounds the kept addresses. */
const TOTAL_MAX = 10_000;

export class FailureLimit {
  readonly #failures = new Map<string, number>();
  #total = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** Returns whether another datagram of this address is verified. */
  allows(address: string, nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#sinceMs = nowMs;
      this.#failures.clear();
      this.#total = 0;
    }
    return this.#total < TOTAL_MAX && (this.#failures.get(address) ?? 0) < PER_ADDRESS_MAX;
  }

  note(address: string): void {
    this.#total += 1;
    this.#failures.set(address, (this.#failures.get(address) ?? 0) + 1);
  }
}
