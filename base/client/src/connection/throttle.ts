// Limits the attempts of a client, because repeated attempts of refused clients, all at once, make an overload worse.
// Two limits:
// - The adaptive throttle of Google's SRE book ("Handling Overload"): an attempt is dropped before it is sent with
//   probability max(0, (requests - K accepts) / (requests + 1)), K = 2, over two minutes; requests are counted before
//   they are sent. The book's clients send thousands of requests, whereas a share of a person's first three attempts
//   means nothing. So those are not counted, and a single refusal holds no client back.
// - A budget of attempts after a refusal: three at first, plus 10 % of the accepted attempts, plus one every forty
//   seconds.
// Only the answer of an overloaded service counts as a refusal: a lost network says nothing about the service.

const K = 2;
const FREE_ATTEMPTS = 3;
const WINDOW_MS = 120_000;
const SLOT_MS = 10_000;
const BUDGET_SHARE = 0.1;
const BUDGET_MAX = 3;
const BUDGET_REFILL_MS = 40_000;

interface Slot {
  readonly sinceMs: number;
  requests: number;
  accepts: number;
}

export class Throttle {
  #slots: Slot[] = [];
  #budget = BUDGET_MAX;
  #budgetAtMs: number;

  constructor(nowMs: number) {
    this.#budgetAtMs = nowMs;
  }

  /** Counts an attempt; returns false when it must not be made. `rand` returns 0 ≤ x < 1. */
  attempt(nowMs: number, rand: () => number): boolean {
    const probability = this.rejectProbability(nowMs);
    this.#slot(nowMs).requests += 1;
    return rand() >= probability;
  }

  /** Counts an attempt that the service accepted, whatever its answer, or that no service refused. */
  accepted(nowMs: number): void {
    this.#slot(nowMs).accepts += 1;
    this.#budget = Math.min(BUDGET_MAX, this.#refilled(nowMs) + BUDGET_SHARE);
  }

  rejectProbability(nowMs: number): number {
    this.#slots = this.#slots.filter(({ sinceMs }) => nowMs - sinceMs < WINDOW_MS);
    let [requests, accepts] = [0, 0];
    for (const slot of this.#slots) {
      requests += slot.requests;
      accepts += slot.accepts;
    }
    return Math.max(0, (requests - FREE_ATTEMPTS - K * accepts) / (requests + 1));
  }

  /** Spends the budget for a further attempt after a refusal. Returns the time to wait for that budget, in ms. */
  spend(nowMs: number): number {
    this.#budget = Math.max(-BUDGET_MAX, this.#refilled(nowMs) - 1);
    return Math.max(0, Math.ceil(-this.#budget * BUDGET_REFILL_MS));
  }

  #refilled(nowMs: number): number {
    const refilled = this.#budget + Math.max(0, nowMs - this.#budgetAtMs) / BUDGET_REFILL_MS;
    this.#budgetAtMs = nowMs;
    return Math.min(BUDGET_MAX, refilled);
  }

  #slot(nowMs: number): Slot {
    const last = this.#slots.at(-1);
    if (last !== undefined && nowMs - last.sinceMs < SLOT_MS) return last;
    const slot = { sinceMs: nowMs, requests: 0, accepts: 0 };
    this.#slots.push(slot);
    return slot;
  }
}

export const overloadCodes: ReadonlySet<string> = new Set(['OVERLOADED', 'NO_CAPACITY', 'RATE_LIMITED']);
