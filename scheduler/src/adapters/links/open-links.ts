// The open links, registered or not. The server bounds them, in all and per node. A link that stays idle while its node
// could register is closed here.
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';

/** Time for a link to register: nodes that waited for a leader take two seconds, thousands of nodes ten. */
export const REGISTER_MS = 30_000;
const SWEEP_MS = 5_000;

export interface OpenLinksOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the node could have registered, and has not. */
  isIdle(link: Link): boolean;
}

export class OpenLinks {
  readonly #o: OpenLinksOptions;
  /** Links, the oldest first, with the time since which each may register. */
  readonly #links = new Map<Link, number>();
  readonly #sweep: Timer;

  constructor(o: OpenLinksOptions) {
    this.#o = o;
    this.#sweep = o.clock.every(SWEEP_MS, () => this.#closeIdle());
  }

  get size(): number {
    return this.#links.size;
  }

  list(): Link[] {
    return [...this.#links.keys()];
  }

  ofNode(nodeId: string): Link[] {
    return this.list().filter((link) => link.remote.id === nodeId);
  }

  add(link: Link): void {
    this.#links.set(link, this.#o.clock.nowMs());
  }

  delete(link: Link): void {
    this.#links.delete(link);
  }

  restart(): void {
    for (const link of this.#links.keys()) this.#links.set(link, this.#o.clock.nowMs());
  }

  close(): void {
    this.#sweep.cancel();
  }

  #closeIdle(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [link, sinceMs] of [...this.#links]) {
      if (nowMs - sinceMs < REGISTER_MS || !this.#o.isIdle(link)) continue;
      this.#o.log.warn({ nodeId: link.remote.id, from: link.remoteAddress }, 'a link without a registration is closed');
      link.close('no node registered on it');
    }
  }
}
