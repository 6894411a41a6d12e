// How many datagrams with wrong tags are looked at: each costs a signature, and any host that knows an SSRC can send
// them. What is beyond is dropped unseen, other than from the address that a session's client is at.

const WINDOW_MS = 1000;
/** Of one address. A client whose key does not fit sends some hundred a second. */
const PER_ADDRESS = 100;
/** Of all: some per cent of a processor, also when every one has another address. It bounds the addresses kept. */
const IN_ALL = 10_000;

export class FailureLimit {
  readonly #failures = new Map<string, number>();
  #total = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** Whether one more of this address is looked at. */
  allows(address: string, nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#sinceMs = nowMs;
      this.#failures.clear();
      this.#total = 0;
    }
    return this.#total < IN_ALL && (this.#failures.get(address) ?? 0) < PER_ADDRESS;
  }

  /** One was wrong. */
  note(address: string): void {
    this.#total += 1;
    this.#failures.set(address, (this.#failures.get(address) ?? 0) + 1);
  }
}
