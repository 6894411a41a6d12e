// Warm-up after a restart. Nodes come back one by one; a client placed at once could land on another continent because
// its own region's node returns some hundred milliseconds later. So placements wait until every media node of the copy
// has registered again, at most WARM_UP_MS after the centre became reachable. When the store knows no earlier centre,
// or a node knows a later one than the store, placements wait for the full time: the store may have lost its memory, so
// the missing nodes cannot be named. A first start loses nothing by the wait.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Longest wait: nodes dial within a second (`limits.centreBackoffMs`), a signaling node waits 2 s for a place. */
export const WARM_UP_MS = 1500;
/** Limit of nodes named in a decision's reason; the rest is counted. */
const NAMED_MAX = 8;

export class WarmUp {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onOver: (() => void) | undefined;
  readonly #missing = new Set<string>();
  #expectedCount = 0;
  #mustWaitFullTime = false;
  #timer: Timer | undefined;
  #ended: PromiseWithResolvers<void> | undefined;
  #listeningSinceMs: number | undefined;

  /** `onOver`: called after the fleet's time to return; not called when `end` breaks off the wait. */
  constructor(o: { clock: Clock; log: Logger; onOver?: () => void }) {
    this.#clock = o.clock;
    this.#log = o.log;
    this.#onOver = o.onOver;
  }

  /** Starts the warm-up when nodes can reach the centre. `nodeIds`: media nodes of the copy, not registered yet. */
  start(nodeIds: readonly string[]): void {
    this.#listeningSinceMs ??= this.#clock.nowMs();
    if (nodeIds.length === 0 || this.#ended !== undefined) return;
    for (const nodeId of nodeIds) this.#missing.add(nodeId);
    this.#expectedCount = nodeIds.length;
    this.#wait(WARM_UP_MS);
  }

  /** The store may have lost the state of an earlier centre, so placements wait for the full time. Idempotent. */
  waitFullTime(): void {
    if (this.#listeningSinceMs === undefined) return;
    const leftMs = this.#listeningSinceMs + WARM_UP_MS - this.#clock.nowMs();
    if (leftMs <= 0) return;
    this.#mustWaitFullTime = true;
    if (this.#timer === undefined) this.#wait(leftMs);
  }

  get isWaiting(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether the earlier nodes have had their full time to return, also when the copy named none. */
  get isOver(): boolean {
    const sinceMs = this.#listeningSinceMs ?? Number.POSITIVE_INFINITY;
    return this.#timer === undefined && this.#clock.nowMs() - sinceMs >= WARM_UP_MS;
  }

  /** Notes that a node has registered. Idempotent; a node that is not waited for changes nothing. */
  arrived(nodeId: string): void {
    if (this.#timer === undefined || !this.#missing.delete(nodeId)) return;
    if (this.#missing.size === 0 && !this.#mustWaitFullTime) this.#finish();
  }

  /** Resolves when decisions can be made: with '' outside the warm-up, otherwise with words about the wait. */
  async wait(): Promise<string> {
    if (this.#timer === undefined || this.#ended === undefined) return '';
    const sinceMs = this.#clock.nowMs();
    await this.#ended.promise;
    const waitedText = `waited ${Math.round(this.#clock.nowMs() - sinceMs)} ms for the fleet after a start of the centre`;
    if (this.#expectedCount === 0) return `${waitedText}, whose store remembered no nodes`;
    const returnedText = `${this.#expectedCount - this.#missing.size} of ${this.#expectedCount} media nodes were back`;
    return this.#missing.size === 0
      ? `${waitedText}: ${returnedText}`
      : `${waitedText}: ${returnedText}, not ${this.#names()}`;
  }

  /** Ends the wait; waiting placements continue. Idempotent. */
  end(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#log.info(
      { remembered: this.#expectedCount, missing: [...this.#missing].slice(0, NAMED_MAX) },
      'warm-up over',
    );
    this.#ended?.resolve();
  }

  #wait(ms: number): void {
    this.#ended = Promise.withResolvers();
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
