import { compareStandings, type Notice, type TransferPlace } from '@meridian/distribution';

/** Bound of concurrent transfers, and of as many urgent ones. A transfer to S3 takes 16 MiB: less than 1 GiB in all. */
export const TRANSFERS_MAX = 24;
/** Bound of one tenant, so that a tenant with slow targets leaves places for others. */
export const TRANSFERS_PER_TENANT_MAX = 16;

type Current = () => Pick<Notice, 'tenant' | 'delivery' | 'priority' | 'rankMs' | 'orderedMs'>;

/** Transfer that has a place, waits for one, or pauses. */
interface Transfer {
  readonly current: Current;
  /** Places of urgent files are apart from those of others; undefined without a place. */
  kind: 'urgent' | 'other' | undefined;
  /** Ends the wait for a place. */
  enter: (() => void) | undefined;
}

/**
 * Shares places of a node among its receivers: the tenant with the fewest gets the next one, for its best file. Urgent
 * files have as many places of their own as all others. The number of waiting transfers is bounded by the concurrent
 * files of each receiver.
 */
export class TransferPlaces {
  readonly #transfers = new Set<Transfer>();

  /** Resolves with a place; with undefined when the signal fired first. `current` returns the file's newest notice. */
  async take(current: Current, signal: AbortSignal): Promise<TransferPlace | undefined> {
    const transfer: Transfer = { current, kind: undefined, enter: undefined };
    const leave = (): void => {
      this.#transfers.delete(transfer);
      transfer.enter?.();
      this.reconsider();
    };
    if (signal.aborted) return undefined;
    signal.addEventListener('abort', leave, { once: true });
    this.#transfers.add(transfer);
    await this.#enter(transfer);
    if (!this.#transfers.has(transfer)) return undefined;
    let waiting: Promise<void> | undefined;
    return {
      leave: () => {
        signal.removeEventListener('abort', leave);
        leave();
      },
      pause: () => {
        if (waiting !== undefined) return;
        transfer.kind = undefined;
        this.reconsider();
      },
      goOn: () => {
        if (waiting === undefined && this.#mustWait(transfer)) {
          transfer.kind = undefined;
          waiting = this.#enter(transfer).finally(() => {
            waiting = undefined;
          });
        }
        return waiting ?? Promise.resolve();
      },
    };
  }

  /** Gives free places away. Must be called when priorities of waiting transfers have changed. */
  reconsider(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.kind = kindOf(next);
      next.enter?.();
      next.enter = undefined;
    }
  }

  #enter(transfer: Transfer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    transfer.enter = resolve;
    this.reconsider();
    return promise;
  }

  #next(): Transfer | undefined {
    return [...this.#transfers]
      .filter((one) => one.enter !== undefined && this.#hasRoom(one))
      .reduce<Transfer | undefined>((best, one) => (best && this.#compare(best, one) <= 0 ? best : one), undefined);
  }

  #hasRoom(transfer: Transfer): boolean {
    const kind = kindOf(transfer);
    return this.#count(kind) < TRANSFERS_MAX && this.#count(kind, transfer.current().tenant) < TRANSFERS_PER_TENANT_MAX;
  }

  #compare(a: Transfer, b: Transfer): number {
    const [one, two] = [a.current(), b.current()];
    if (one.tenant === two.tenant) return compareStandings(one, two);
    return this.#count(kindOf(a), one.tenant) - this.#count(kindOf(b), two.tenant);
  }

  /**
   * Returns whether the transfer has no place, or another one has a better claim to it: a better file of the tenant, or
   * a tenant with fewer places.
   */
  #mustWait(running: Transfer): boolean {
    const kind = kindOf(running);
    if (running.kind !== kind) return true;
    const own = running.current();
    const ownCount = this.#count(kind, own.tenant);
    return [...this.#transfers].some((one) => {
      if (one.enter === undefined || kindOf(one) !== kind) return false;
      const waiting = one.current();
      if (waiting.tenant === own.tenant) return compareStandings(waiting, own) < 0;
      return this.#count(kind) >= TRANSFERS_MAX && this.#count(kind, waiting.tenant) + 1 < ownCount;
    });
  }

  #count(kind: 'urgent' | 'other', tenant?: string): number {
    let count = 0;
    for (const one of this.#transfers)
      if (one.kind === kind && (tenant === undefined || one.current().tenant === tenant)) count += 1;
    return count;
  }
}

const kindOf = ({ current }: Transfer): 'urgent' | 'other' => (current().priority === 'urgent' ? 'urgent' : 'other');
