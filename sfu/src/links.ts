// Links to nodes of one kind, by the node id in the certificate. A newer link to a node replaces the older one.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Link, Timer } from '@meridian/runtime';

interface Waiter {
  readonly deferred: PromiseWithResolvers<Link>;
  readonly timer: Timer;
}

/** Limit on the requests that wait for one neighbour's link; further requests are refused at once. */
const waitersMax = 1024;

export class LinkTable {
  readonly #clock: Clock;
  readonly #onLost: (id: string, cause: string) => void;
  readonly #links = new Map<string, Link>();
  readonly #waiters = new Map<string, Set<Waiter>>();

  constructor(o: { clock: Clock; onLost: (id: string, cause: string) => void }) {
    this.#clock = o.clock;
    this.#onLost = o.onLost;
  }

  get ids(): string[] {
    return [...this.#links.keys()];
  }
  get(id: string): Link | undefined {
    return this.#links.get(id);
  }

  /** Replaces the node's older link. `keepsOlder`: that link ends later by its own dialler, after its last answers. */
  add(link: Link, { keepsOlder = false } = {}): void {
    const { id } = link.remote;
    const older = this.#links.get(id);
    this.#links.set(id, link);
    if (!keepsOlder) older?.close('a newer link of the same node took its place');
    link.onClose((cause) => {
      if (this.#links.get(id) !== link) return;
      this.#links.delete(id);
      this.#onLost(id, cause);
    });
    for (const waiter of this.#waiters.get(id) ?? []) this.#settle(id, waiter, () => waiter.deferred.resolve(link));
  }

  /** Returns the link to a node, waiting up to `deadlineMs`; rejects with NODE_UNREACHABLE. */
  wait(id: string, deadlineMs: number): Promise<Link> {
    const link = this.#links.get(id);
    if (link !== undefined) return Promise.resolve(link);
    const waiters = this.#waiters.get(id) ?? new Set<Waiter>();
    if (waiters.size >= waitersMax)
      return Promise.reject(new MeridianError('NODE_UNREACHABLE', 'too many requests wait for the link'));
    this.#waiters.set(id, waiters);
    const deferred = Promise.withResolvers<Link>();
    const rejectUnreachable = (): void => deferred.reject(new MeridianError('NODE_UNREACHABLE', `no link to ${id}`));
    const timer = this.#clock.after(deadlineMs, () => this.#settle(id, waiter, rejectUnreachable));
    const waiter: Waiter = { deferred, timer };
    waiters.add(waiter);
    return deferred.promise;
  }

  /** Ends every link; callers that wait for a link keep waiting. */
  closeLinks(cause: string): void {
    for (const link of [...this.#links.values()]) link.close(cause);
  }

  close(cause: string): void {
    this.closeLinks(cause);
    for (const [id, waiting] of [...this.#waiters]) {
      for (const waiter of [...waiting]) {
        this.#settle(id, waiter, () => waiter.deferred.reject(new MeridianError('SHUTTING_DOWN')));
      }
    }
  }

  #settle(id: string, waiter: Waiter, complete: () => void): void {
    waiter.timer.cancel();
    const waiting = this.#waiters.get(id);
    waiting?.delete(waiter);
    if (waiting?.size === 0) this.#waiters.delete(id);
    complete();
  }
}
