// Joins that were refused for lack of capacity and wait to come back: load that no node reports. Without it a full
// region looks as if it needed little more than it has, and grows in several waves instead of one (simulated: 450 s
// instead of 250 s for a doubled load). A client that comes back has another session, and nothing in its request stays
// the same; so a refused join counts exactly for the wait that its answer named. At any moment every waiting client
// counts once, however often it has come; a client that gives up has counted once.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';
import { FifoEvictor } from '../../base/core/fifo-evictor.ts';

/** Longer than any wait in an answer. */
const WAIT_MS_MAX = 60_000;
/** Limit for a rush; beyond it the oldest is forgotten. */
const SESSIONS_MAX = 20_000;

interface Waiting {
  readonly region: string;
  readonly untilMs: number;
}

export class Unserved {
  readonly #sessions = new Map<string, Waiting>();
  readonly #evictor = new FifoEvictor(this.#sessions);

  /** `region`: that of `wantedRegion`. `retryAfterMs`: wait named in the join's answer. */
  refused(sessionId: string, o: { region: string; retryAfterMs: number; nowMs: number }): void {
    this.#sessions.delete(sessionId); // re-inserted at the end
    this.#sessions.set(sessionId, { region: o.region, untilMs: o.nowMs + Math.min(WAIT_MS_MAX, o.retryAfterMs) });
    if (this.#sessions.size > SESSIONS_MAX) this.#evictor.takeOldest();
  }

  placed(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** Returns the joins that wait now, by region. */
  counts(nowMs: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [sessionId, { region, untilMs }] of this.#sessions) {
      if (nowMs >= untilMs) this.#sessions.delete(sessionId);
      else counts.set(region, (counts.get(region) ?? 0) + 1);
    }
    return counts;
  }
}

/** Returns the region of the nearest site inside the fence; '': there is none. */
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
