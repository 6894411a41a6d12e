// The links that are open, registered or not. The server bounds them all; here, one certificate cannot take them all,
// and nobody holds one for nothing: whoever may register does, or goes.
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';

/**
 * Of one certificate: the link in use, one that hangs at a dead address, and the next two tries. Beyond, the oldest is
 * closed.
 */
export const NODE_LINKS_MAX = 4;
/**
 * From the moment that a node may register: nodes that wait do within two seconds, and a crowd of thousands within ten.
 */
export const REGISTER_MS = 30_000;
const SWEEP_MS = 5_000;

export interface OpenLinksOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** It could have registered, and has not. */
  isIdle(link: Link): boolean;
}

export class OpenLinks {
  readonly #o: OpenLinksOptions;
  /** The oldest first, with the time since when it may register. */
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

  of(nodeId: string): Link[] {
    return this.list().filter((link) => link.remote.id === nodeId);
  }

  add(link: Link): void {
    this.#links.set(link, this.#o.clock.nowMs());
    const own = this.of(link.remote.id);
    for (const oldest of own.slice(0, Math.max(0, own.length - NODE_LINKS_MAX))) {
      this.#o.log.warn({ nodeId: link.remote.id, from: oldest.remoteAddress }, 'a node has too many links');
      // Also when its end takes a while to come: it does not count any more.
      this.#links.delete(oldest);
      oldest.close('too many links of the same node');
    }
  }

  delete(link: Link): void {
    this.#links.delete(link);
  }

  /** From now on those that waited may register. */
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
      link.close('nobody registered on it');
    }
  }
}
