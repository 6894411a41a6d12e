// Who was turned away for want of room and waits to come back: load that no node reports. Without it a region that is full looks as if it needed
// little more than it has, and grows in several waves instead of one (simulated: 450 s instead of 250 s for a doubled load).
// Who comes back is another session, and nothing that the centre is told stays the same; so who is turned away counts for as long as he was told to
// wait, and no longer. At any moment everybody who waits counts once, however often he has come; who gives up has counted once.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';
import { FifoEvictor } from '../fifo-evictor.ts';

/** Longer than any wait that is told. */
const WAIT_MS_MAX = 60_000;
/** In a rush; beyond it the oldest is forgotten. */
const SESSIONS_MAX = 20_000;

/** Somebody who was turned away, and until when he counts. */
export interface Waiting {
  readonly region: string;
  readonly untilMs: number;
}

/** One who was turned away, as one centre tells another: a time to go, because no two have the same clock. */
export interface Refusal {
  readonly sessionId: string;
  readonly region: string;
  readonly waitMs: number;
}

export class Unserved {
  readonly #sessions = new Map<string, Waiting>();
  readonly #evictor = new FifoEvictor(this.#sessions);
  /** Who was placed here: the refusal of another centre may be heard after that. A set with the order of a map, kept from the first such refusal on. */
  readonly #placed = new Map<string, true>();
  readonly #placedEvictor = new FifoEvictor(this.#placed);
  #hearsOthers = false;

  /** `region`: where the client would have been (`wantedRegion`). `retryAfterMs`: when it was told to come back. */
  refused(sessionId: string, o: { region: string; retryAfterMs: number; nowMs: number }): void {
    this.#placed.delete(sessionId);
    this.#put(sessionId, { region: o.region, untilMs: o.nowMs + Math.min(WAIT_MS_MAX, o.retryAfterMs) });
  }

  /**
   * Another centre has turned him away. Told again, or turned away here as well, he counts once, until the later of the two moments; who
   * was placed here meanwhile does not count.
   */
  refusedElsewhere({ sessionId, region, waitMs }: Refusal, nowMs: number): void {
    this.#hearsOthers = true;
    if (this.#placed.has(sessionId)) return;
    const untilMs = nowMs + Math.min(WAIT_MS_MAX, waitMs);
    if ((this.#sessions.get(sessionId)?.untilMs ?? 0) < untilMs) this.#put(sessionId, { region, untilMs });
  }

  placed(sessionId: string): void {
    if (this.#sessions.size > 0) this.#sessions.delete(sessionId);
    if (!this.#hearsOthers) return; // most centres have no instances, and every decision comes here
    this.#placed.set(sessionId, true);
    if (this.#placed.size > SESSIONS_MAX) this.#placedEvictor.take();
  }

  /** Who waits now, by region. */
  counts(nowMs: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { region } of this.waiting(nowMs).values()) counts.set(region, (counts.get(region) ?? 0) + 1);
    return counts;
  }

  /** Who waits now. The map changes with what follows. */
  waiting(nowMs: number): ReadonlyMap<string, Waiting> {
    for (const [sessionId, { untilMs }] of this.#sessions) if (nowMs >= untilMs) this.#sessions.delete(sessionId);
    return this.#sessions;
  }

  #put(sessionId: string, waiting: Waiting): void {
    this.#sessions.delete(sessionId); // so that it comes last
    this.#sessions.set(sessionId, waiting);
    if (this.#sessions.size > SESSIONS_MAX) this.#evictor.take();
  }
}

/** What an instance tells the leader at once, as the leader receives it. */
export interface RefusalsReceived {
  readonly refused: readonly Refusal[];
  readonly placedIds: readonly string[];
}
export interface RefusalNews extends RefusalsReceived {
  readonly refused: readonly (Refusal & { readonly untilMs: number })[];
  /** Told before, and they wait no more: they were placed. */
  readonly placedIds: readonly string[];
}
/** Of one message: below 100 kB. */
export const REFUSAL_NEWS_MAX = 1000;

/**
 * What the leader has not confirmed yet of those who wait at an instance. Nothing is taken as told before it is confirmed, so a report that
 * was lost is made again from how things are by then. One per link: the next leader knows nothing. Bounded by `Unserved`.
 */
export class RefusalsTold {
  readonly #untilMs = new Map<string, number>();

  /** At most `REFUSAL_NEWS_MAX`, the oldest first; undefined: nothing is new. */
  news(waiting: ReadonlyMap<string, Waiting>, nowMs: number): RefusalNews | undefined {
    const refused: (Refusal & { untilMs: number })[] = [];
    const placedIds: string[] = [];
    for (const [sessionId, untilMs] of this.#untilMs) {
      if (nowMs >= untilMs) this.#untilMs.delete(sessionId);
      else if (!waiting.has(sessionId) && placedIds.length < REFUSAL_NEWS_MAX) placedIds.push(sessionId);
    }
    for (const [sessionId, { region, untilMs }] of waiting) {
      if (refused.length + placedIds.length >= REFUSAL_NEWS_MAX) break;
      if (this.#untilMs.get(sessionId) !== untilMs)
        refused.push({ sessionId, region, untilMs, waitMs: Math.ceil(untilMs - nowMs) });
    }
    return refused.length + placedIds.length === 0 ? undefined : { refused, placedIds };
  }

  /** The leader has it. */
  confirmed({ refused, placedIds }: RefusalNews): void {
    for (const sessionId of placedIds) this.#untilMs.delete(sessionId);
    for (const { sessionId, untilMs } of refused) this.#untilMs.set(sessionId, untilMs);
  }
}

/** The region where somebody would have been placed: of those of his fence the one with the site nearest to him; '': there is none. */
export function wantedRegion(
  fence: string,
  location: Point,
  sites: readonly (Point & { readonly region: string })[],
): string {
  let nearest = { region: '', km: Number.POSITIVE_INFINITY };
  for (const site of sites) {
    if (!isInFence(fence, site.region)) continue;
    const km = distanceKm(location, site);
    if (km < nearest.km) nearest = { region: site.region, km };
  }
  return nearest.region;
}
