import type { Notice } from '@meridian/distribution';

/** Bound of concurrent transfers, and of as many urgent ones. A transfer to S3 takes 16 MiB: less than 1 GiB in all. */
export const TRANSFERS_MAX = 24;
/** Bound of one tenant, so that a tenant with slow targets leaves places for others. */
export const TRANSFERS_PER_TENANT_MAX = 16;

interface WaitingTransfer {
  readonly tenant: string;
  enter(leave: (() => void) | undefined): void;
}

/** Grants places in the order of requests. Urgent files have as many places of their own as all others. */
export class TransferPlaces {
  readonly #urgent = new PlaceQueue();
  readonly #others = new PlaceQueue();

  /** Returns the release function of a place; undefined when the signal fired first. Never rejects. */
  take({ tenant, priority }: Pick<Notice, 'tenant' | 'priority'>, signal: AbortSignal) {
    return (priority === 'urgent' ? this.#urgent : this.#others).take(tenant, signal);
  }
}

/** The queue is bounded by the concurrent files of each receiver. */
class PlaceQueue {
  readonly #waiting = new Set<WaitingTransfer>();
  readonly #byTenant = new Map<string, number>();
  #taken = 0;

  take(tenant: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>();
    const waiting: WaitingTransfer = { tenant, enter: resolve };
    this.#waiting.add(waiting);
    const leave = (): void => {
      if (this.#waiting.delete(waiting)) resolve(undefined);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#next();
    return promise;
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      if (this.#taken >= TRANSFERS_MAX) return;
      const { tenant } = waiting;
      const tenantCount = this.#byTenant.get(tenant) ?? 0;
      if (tenantCount >= TRANSFERS_PER_TENANT_MAX) continue;
      this.#waiting.delete(waiting);
      this.#taken += 1;
      this.#byTenant.set(tenant, tenantCount + 1);
      waiting.enter(() => this.#leave(tenant));
    }
  }

  #leave(tenant: string): void {
    this.#taken -= 1;
    const remaining = (this.#byTenant.get(tenant) ?? 0) - 1;
    if (remaining > 0) this.#byTenant.set(tenant, remaining);
    else this.#byTenant.delete(tenant);
    this.#next();
  }
}
