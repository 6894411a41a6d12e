// Ledger of a hosted receiver, in memory: pending notices stay in Redis for the next node.
import type { Clock } from '@meridian/runtime';
import type { Notice, Receipt } from '../contract.ts';
import { ENDED_KEPT_MS } from './ledger.ts';
import type { Ledger } from './types.ts';

/** Bound of ended deliveries: some megabytes. A forgotten delivery only costs another comparison at the target. */
const ENDED_MAX = 10_000;

interface Ended {
  readonly receipt: Receipt;
  readonly tokenEndsMs: number;
  readonly endedMs: number;
  isOwed: boolean;
}

export function memoryLedger(o: { readonly clock: Clock }): Ledger {
  return new MemoryLedger(o.clock);
}

class MemoryLedger implements Ledger {
  readonly #clock: Clock;
  readonly #notices = new Map<string, { notice: Notice; attempts: number; againMs: number }>();
  readonly #ended = new Map<string, Ended>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async add(notices: readonly Notice[]): Promise<readonly string[]> {
    return notices.filter((notice) => !this.#addOne(notice)).map(({ delivery }) => delivery);
  }

  async open() {
    return [...this.#notices.values()].map(({ notice, attempts, againMs }) => ({ notice, attempts, againMs }));
  }

  async restate(notices: readonly Notice[]): Promise<void> {
    for (const notice of notices) {
      const row = this.#notices.get(notice.delivery);
      if (row !== undefined) row.notice = notice;
    }
  }

  async recordFailure(delivery: string, o: { readonly attempts: number; readonly againMs: number }): Promise<void> {
    const row = this.#notices.get(delivery);
    if (row === undefined) return;
    row.attempts = o.attempts;
    row.againMs = o.againMs;
  }

  async recordEnd(receipt: Receipt): Promise<void> {
    const { delivery } = receipt;
    const tokenEndsMs = this.#notices.get(delivery)?.notice.tokenEndsMs ?? 0;
    this.#notices.delete(delivery);
    if (!this.#ended.has(delivery))
      this.#ended.set(delivery, { receipt, tokenEndsMs, endedMs: this.#clock.wallMs(), isOwed: true });
    this.#prune();
  }

  async owedReceipts(limit: number): Promise<readonly Receipt[]> {
    const owed = [...this.#ended.values()].filter(({ isOwed }) => isOwed);
    return owed.slice(0, limit).map(({ receipt }) => receipt);
  }

  async markHandedOver(deliveries: readonly string[]): Promise<void> {
    for (const delivery of deliveries) {
      const ended = this.#ended.get(delivery);
      if (ended !== undefined) ended.isOwed = false;
    }
  }

  async drop(deliveries: readonly string[]): Promise<void> {
    for (const delivery of deliveries) this.#notices.delete(delivery);
  }

  async close(): Promise<void> {
    this.#notices.clear();
    this.#ended.clear();
  }

  /** Returns false for a delivery that had ended. */
  #addOne(notice: Notice): boolean {
    const ended = this.#ended.get(notice.delivery);
    if (ended !== undefined) {
      const isAgain = ended.receipt.code !== '' && !ended.isOwed && ended.tokenEndsMs < notice.tokenEndsMs;
      ended.isOwed = true;
      if (!isAgain) return false;
      this.#ended.delete(notice.delivery);
    }
    const row = this.#notices.get(notice.delivery);
    if (row === undefined) this.#notices.set(notice.delivery, { notice, attempts: 0, againMs: 0 });
    else if (notice.tokenEndsMs >= row.notice.tokenEndsMs) row.notice = notice;
    return true;
  }

  #prune(): void {
    const before = this.#clock.wallMs() - ENDED_KEPT_MS;
    let tooMany = this.#ended.size - ENDED_MAX;
    for (const [delivery, { endedMs, isOwed }] of this.#ended) {
      if (endedMs >= before && tooMany <= 0) break;
      if (isOwed) continue;
      this.#ended.delete(delivery);
      tooMany -= 1;
    }
  }
}
