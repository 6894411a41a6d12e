// How many files of hosted receivers a node works on at once: all of its receivers together.
import type { Notice } from '@meridian/distribution';

/** A file on its way to S3 takes 16 MiB of memory: with urgent ones, less than 1 GiB. */
export const TRANSFERS_MAX = 24;
/** So that a tenant whose targets are slow leaves places for others. */
export const TRANSFERS_PER_TENANT_MAX = 16;

interface Waiting {
  readonly tenant: string;
  enter(leave: (() => void) | undefined): void;
}

/** Places in the order in which they are asked for. Urgent files have as many again, and wait for no others. */
export class TransferPlaces {
  readonly #urgent = new Line();
  readonly #others = new Line();

  /** Waits for a place, and answers what gives it back. Undefined: the signal fired before. Never rejects. */
  take({ tenant, priority }: Pick<Notice, 'tenant' | 'priority'>, signal: AbortSignal) {
    return (priority === 'urgent' ? this.#urgent : this.#others).take(tenant, signal);
  }
}

/** Those that wait are bounded by what their receivers work on at once. */
class Line {
  readonly #waiting = new Set<Waiting>();
  readonly #byTenant = new Map<string, number>();
  #taken = 0;

  take(tenant: string, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>();
    const waiting: Waiting = { tenant, enter: resolve };
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
      const ofTenant = this.#byTenant.get(tenant) ?? 0;
      if (ofTenant >= TRANSFERS_PER_TENANT_MAX) continue;
      this.#waiting.delete(waiting);
      this.#taken += 1;
      this.#byTenant.set(tenant, ofTenant + 1);
      waiting.enter(() => this.#leave(tenant));
    }
  }

  #leave(tenant: string): void {
    this.#taken -= 1;
    const left = (this.#byTenant.get(tenant) ?? 0) - 1;
    if (left > 0) this.#byTenant.set(tenant, left);
    else this.#byTenant.delete(tenant);
    this.#next();
  }
}
