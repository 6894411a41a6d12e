// The first moment after a restart. Nodes come back one by one; a client placed after the first of them would land on
// another continent only because its own region's node was some hundred milliseconds later. So the centre waits until
// every media node that the copy remembers has registered again, and no longer than WARM_UP_MS after it could be
// reached. Over a store that remembers no centre before, or less than a node does, it waits all of that time, for nodes
// that it cannot name: the store may have lost its memory, and a first start loses nothing by it.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/**
 * Nodes dial again within a second of a restart (`limits.centreBackoffMs`). What a signaling node waits for a place
 * (2 s) is longer by half a second.
 */
export const WARM_UP_MS = 1500;
/** Nodes named in a decision's reason; the rest is counted. */
const NAMED_MAX = 8;

export class WarmUp {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onOver: (() => void) | undefined;
  readonly #missing = new Set<string>();
  #remembered = 0;
  #isForgotten = false;
  #timer: Timer | undefined;
  #over: PromiseWithResolvers<void> | undefined;
  #listeningSinceMs: number | undefined;

  /** `onOver`: the fleet has had its time to come back; not called when the wait is broken off by `end`. */
  constructor(o: { clock: Clock; log: Logger; onOver?: () => void }) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#onOver = o.onOver;
  }

  /** Nodes can reach the centre from now on; these are remembered and not here yet. */
  start(nodeIds: readonly string[]): void {
    this.#listeningSinceMs ??= this.#clock.nowMs();
    if (nodeIds.length === 0 || this.#over !== undefined) return;
    for (const nodeId of nodeIds) this.#missing.add(nodeId);
    this.#remembered = nodeIds.length;
    this.#wait(WARM_UP_MS);
  }

  /**
   * The store has forgotten what a centre knew before, or may have: what it was only the nodes know, so all of the time
   * is waited. Idempotent.
   */
  forgotten(): void {
    if (this.#listeningSinceMs === undefined) return;
    const leftMs = this.#listeningSinceMs + WARM_UP_MS - this.#clock.nowMs();
    if (leftMs <= 0) return;
    this.#isForgotten = true;
    if (this.#timer === undefined) this.#wait(leftMs);
  }

  /** Whether placements wait still. */
  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether the nodes that were there before have had all their time to come back, also where the copy named none. */
  get isOver(): boolean {
    const sinceMs = this.#listeningSinceMs ?? Number.POSITIVE_INFINITY;
    return this.#timer === undefined && this.#clock.nowMs() - sinceMs >= WARM_UP_MS;
  }

  /** Idempotent; a node that was not waited for changes nothing. */
  arrived(nodeId: string): void {
    if (this.#timer === undefined || !this.#missing.delete(nodeId)) return;
    if (this.#missing.size === 0 && !this.#isForgotten) this.#finish();
  }

  /**
   * Resolves when decisions can be made: at once outside the warm-up, with ''; otherwise with what was waited for, in
   * words.
   */
  async wait(): Promise<string> {
    if (this.#timer === undefined || this.#over === undefined) return '';
    const sinceMs = this.#clock.nowMs();
    await this.#over.promise;
    const waited = `waited ${Math.round(this.#clock.nowMs() - sinceMs)} ms for the fleet after a start of the centre`;
    if (this.#remembered === 0) return `${waited}, whose store remembered no nodes`;
    const back = `${this.#remembered - this.#missing.size} of ${this.#remembered} media nodes were back`;
    return this.#missing.size === 0 ? `${waited}: ${back}` : `${waited}: ${back}, not ${this.#names()}`;
  }

  /** Idempotent; placements that wait go on. */
  end(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#log.info({ remembered: this.#remembered, missing: [...this.#missing].slice(0, NAMED_MAX) }, 'warm-up over');
    this.#over?.resolve();
  }

  #wait(ms: number): void {
    this.#over = Promise.withResolvers();
    this.#timer = this.#clock.after(ms, () => this.#finish());
  }

  #finish(): void {
    this.end();
    this.#onOver?.();
  }

  #names(): string {
    const names = [...this.#missing].slice(0, NAMED_MAX).join(', ');
    return this.#missing.size > NAMED_MAX ? `${names} and ${this.#missing.size - NAMED_MAX} more` : names;
  }
}
