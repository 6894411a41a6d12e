// The first moment after a restart. Nodes come back one by one; a client placed after the first of them would land on another continent only
// because its own region's node was some hundred milliseconds later. So the centre waits until every media node that the copy remembers has
// registered again, and no longer than WARM_UP_MS after it could be reached. A centre without memory waits for nobody.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Nodes dial again within a second of a restart (`limits.centreBackoffMs`). What a door waits for a place (2 s) is longer by half a second. */
export const WARM_UP_MS = 1500;
/** Nodes named in a decision's reason; the rest is counted. */
const NAMED_MAX = 8;

export class WarmUp {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #missing = new Set<string>();
  #remembered = 0;
  #timer: Timer | undefined;
  #over: PromiseWithResolvers<void> | undefined;

  constructor(o: { clock: Clock; log: Logger }) {
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** Nodes can reach the centre from now on; these are remembered and not here yet. */
  start(nodeIds: readonly string[]): void {
    if (nodeIds.length === 0 || this.#over !== undefined) return;
    for (const nodeId of nodeIds) this.#missing.add(nodeId);
    this.#remembered = nodeIds.length;
    this.#over = Promise.withResolvers();
    this.#timer = this.#clock.after(WARM_UP_MS, () => this.end());
  }

  /** Whether placements wait still. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Idempotent; a node that was not waited for changes nothing. */
  arrived(nodeId: string): void {
    if (this.#timer === undefined || !this.#missing.delete(nodeId)) return;
    if (this.#missing.size === 0) this.end();
  }

  /** Resolves when decisions can be made: at once outside the warm-up, with ''; otherwise with what was waited for, in words. */
  async wait(): Promise<string> {
    if (this.#timer === undefined || this.#over === undefined) return '';
    const sinceMs = this.#clock.nowMs();
    await this.#over.promise;
    const waited = `waited ${Math.round(this.#clock.nowMs() - sinceMs)} ms for the fleet after a restart of the centre`;
    const back = `${this.#remembered - this.#missing.size} of ${this.#remembered} media nodes were back`;
    return this.#missing.size === 0 ? `${waited}: ${back}` : `${waited}: ${back}, not ${this.#names()}`;
  }

  /** Idempotent; whoever waits goes on. */
  end(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#log.info({ remembered: this.#remembered, missing: [...this.#missing].slice(0, NAMED_MAX) }, 'warm-up over');
    this.#over?.resolve();
  }

  #names(): string {
    const names = [...this.#missing].slice(0, NAMED_MAX).join(', ');
    return this.#missing.size > NAMED_MAX ? `${names} and ${this.#missing.size - NAMED_MAX} more` : names;
  }
}
