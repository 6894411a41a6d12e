// Hands receipts over to a library node until one has stored them.
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { RECEIPTS_MAX, type Receipt } from '../contract.ts';
import { hubAgainMs } from '../core/retry.ts';
import type { HubPort, Ledger } from './types.ts';

/** Receipts of small files that end within this time share a request. */
const GATHERED_MS = 50;

export class HandingOver {
  readonly #o: { hub: HubPort; ledger: Ledger; clock: Clock; log: Logger; rng: Rng };
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  /** True when a receipt was added during a round. */
  #isMore = false;
  /** Rounds in a row that left receipts over. */
  #failures = 0;
  #isClosed = false;

  constructor(o: { hub: HubPort; ledger: Ledger; clock: Clock; log: Logger; rng: Rng }) {
    this.#o = o;
  }

  /**
   * Schedules a round for a new receipt, or for one that is owed again. While library nodes fail to store receipts, the
   * planned retry takes it along.
   */
  added(): void {
    this.#isMore = true;
    if (this.#timer === undefined) this.#after(GATHERED_MS);
  }

  /** Starts a round at once, since a library node answers again. */
  hurry(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#timer?.cancel();
    this.#after(0);
  }

  /** Idempotent. A running request continues, but the ledger is not touched any more. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #after(delayMs: number): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#timer = this.#o.clock.after(delayMs, () => this.#begin());
  }

  #begin(): void {
    this.#timer = undefined;
    this.#isMore = false;
    this.#running = this.#round().finally(() => {
      this.#running = undefined;
      if (this.#failures > 0) this.#after(hubAgainMs(this.#failures, this.#o.rng.next()));
      else if (this.#isMore) this.#after(GATHERED_MS);
    });
  }

  /** Hands over all owed receipts; those that are not stored wait for the next round. Never rejects. */
  async #round(): Promise<void> {
    const { hub, ledger, log } = this.#o;
    const left = new Set<string>();
    try {
      for (let owed = await this.#next(left); owed.length > 0; owed = await this.#next(left)) {
        const kept = new Set(await hub.record(owed));
        if (this.#isClosed) return;
        const deliveries = owed.map(({ delivery }) => delivery);
        await ledger.handedOver(deliveries.filter((delivery) => kept.has(delivery)));
        for (const delivery of deliveries) if (!kept.has(delivery)) left.add(delivery);
      }
      this.#failures = left.size > 0 ? this.#failures + 1 : 0;
    } catch (err) {
      this.#failures += 1;
      if (!this.#isClosed) log.warn({ err }, 'receipts could not be handed over yet');
    }
  }

  async #next(left: ReadonlySet<string>): Promise<readonly Receipt[]> {
    if (this.#isClosed) return [];
    const owed = await this.#o.ledger.owed(RECEIPTS_MAX + left.size);
    return owed.filter(({ delivery }) => !left.has(delivery)).slice(0, RECEIPTS_MAX);
  }
}
