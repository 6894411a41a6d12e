// Hands receipts over to a library node until one has stored them.
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { RECEIPTS_MAX, type Receipt } from '../contract.ts';
import { hubRetryDelayMs } from '../core/retry.ts';
import type { HubPort, Ledger } from './types.ts';

/** Receipts of small files share a request. */
const BATCH_MS = 50;

export class ReceiptSender {
  readonly #o: { hub: HubPort; ledger: Ledger; clock: Clock; log: Logger; rng: Rng };
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #hasNew = false;
  #failures = 0;
  #isClosed = false;

  constructor(o: { hub: HubPort; ledger: Ledger; clock: Clock; log: Logger; rng: Rng }) {
    this.#o = o;
  }

  /** Schedules a request for new receipts. While library nodes fail, the planned retry includes them. */
  schedule(): void {
    this.#hasNew = true;
    if (this.#timer === undefined) this.#scheduleIn(BATCH_MS);
  }

  retryNow(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#timer?.cancel();
    this.#scheduleIn(0);
  }

  /** Idempotent. A running request continues, but does not touch the ledger. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #scheduleIn(delayMs: number): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#timer = this.#o.clock.after(delayMs, () => this.#begin());
  }

  #begin(): void {
    this.#timer = undefined;
    this.#hasNew = false;
    this.#running = this.#round().finally(() => {
      this.#running = undefined;
      if (this.#failures > 0) this.#scheduleIn(hubRetryDelayMs(this.#failures, this.#o.rng.next()));
      else if (this.#hasNew) this.#scheduleIn(BATCH_MS);
    });
  }

  /** Receipts that are not stored wait for the next round. Never rejects. */
  async #round(): Promise<void> {
    const { hub, ledger, log } = this.#o;
    const unstored = new Set<string>();
    try {
      for (let owed = await this.#next(unstored); owed.length > 0; owed = await this.#next(unstored)) {
        const storedIds = new Set(await hub.record(owed));
        if (this.#isClosed) return;
        const deliveries = owed.map(({ delivery }) => delivery);
        await ledger.markHandedOver(deliveries.filter((delivery) => storedIds.has(delivery)));
        for (const delivery of deliveries) if (!storedIds.has(delivery)) unstored.add(delivery);
      }
      this.#failures = unstored.size > 0 ? this.#failures + 1 : 0;
    } catch (err) {
      this.#failures += 1;
      if (!this.#isClosed) log.warn({ err }, 'receipts could not be handed over yet');
    }
  }

  async #next(unstored: ReadonlySet<string>): Promise<readonly Receipt[]> {
    if (this.#isClosed) return [];
    const owed = await this.#o.ledger.owedReceipts(RECEIPTS_MAX + unstored.size);
    return owed.filter(({ delivery }) => !unstored.has(delivery)).slice(0, RECEIPTS_MAX);
  }
}
