// Who was turned away for want of room, lately: load that no node reports. Without it a region that is full looks as if it needed little more
// than it has, and grows in several waves instead of one (simulated: 450 s instead of 250 s for a doubled load).
import { Eldest } from '../eldest.ts';

/** A client that was turned away asks again within seconds; one that has not for this long has given up or got in. */
const REMEMBERED_MS = 60_000;
/** In a rush; beyond it the oldest is forgotten. */
const SESSIONS_MAX = 20_000;

export class Unserved {
  readonly #sessions = new Map<string, { readonly region: string; readonly atMs: number }>();
  readonly #eldest = new Eldest(this.#sessions);

  /** `region`: where the client is taken to be. */
  refused(sessionId: string, region: string, nowMs: number): void {
    this.#sessions.delete(sessionId); // so that it comes last
    this.#sessions.set(sessionId, { region, atMs: nowMs });
    if (this.#sessions.size > SESSIONS_MAX) this.#eldest.take();
  }

  placed(sessionId: string): void {
    if (this.#sessions.size > 0) this.#sessions.delete(sessionId);
  }

  /** Sessions by region. */
  counts(nowMs: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [sessionId, { region, atMs }] of this.#sessions) {
      if (nowMs - atMs > REMEMBERED_MS) this.#sessions.delete(sessionId);
      else counts.set(region, (counts.get(region) ?? 0) + 1);
    }
    return counts;
  }
}
