// How fast posts may come: of one identity, with the slow mode of its room beyond that, and of the whole room.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

/** A person types no faster; what is above is a program, and would take the places of others. */
const ofIdentity: BucketLimits = { perSecond: 2, burst: 10 };
/** More than can be read, and what every signaling node and client of the room hears. */
const ofRoom: BucketLimits = { perSecond: 200, burst: 200 };
/** Remembered; the one that posted longest ago goes, and may post at once. */
const identitiesMax = 20_000;

interface Pace {
  readonly bucket: Bucket;
  readonly lastWallMs: number;
}

export interface PostTime {
  readonly nowMs: number;
  readonly nowWallMs: number;
}

export interface Waits {
  readonly code: 'RATE_LIMITED' | 'OVERLOADED';
  readonly retryAfterMs: number;
}

export class PostPace {
  readonly #paces = new Map<string, Pace>();
  #room: Bucket | undefined;

  /**
   * Counts a post; why it has to wait instead: RATE_LIMITED for this identity, OVERLOADED for all. `slowModeMs`: 0 for
   * those that it does not bind.
   */
  take(identity: string, slowModeMs: number, { nowMs, nowWallMs }: PostTime): Waits | undefined {
    const before = this.#paces.get(identity);
    const slowMs = before === undefined ? 0 : before.lastWallMs + slowModeMs - nowWallMs;
    // A clock that was set back makes no one wait longer than the slow mode does.
    if (slowMs > 0 && slowModeMs > 0) return { code: 'RATE_LIMITED', retryAfterMs: Math.min(slowMs, slowModeMs) };
    const own = takeTokens(before?.bucket ?? fullBucket(ofIdentity, nowMs), ofIdentity, nowMs);
    if (!own.ok) return { code: 'RATE_LIMITED', retryAfterMs: own.retryAfterMs };
    const room = this.takeOfRoom(nowMs);
    if (room !== undefined) return room;
    this.#note(identity, { bucket: own.bucket, lastWallMs: nowWallMs });
    return undefined;
  }

  /** Of the service. */
  takeOfRoom(nowMs: number): Waits | undefined {
    const room = takeTokens(this.#room ?? fullBucket(ofRoom, nowMs), ofRoom, nowMs);
    this.#room = room.bucket;
    return room.ok ? undefined : { code: 'OVERLOADED', retryAfterMs: room.retryAfterMs };
  }

  /** An owner before took a post of this identity. */
  wasPosted(identity: string, wallMs: number, nowMs: number): void {
    const before = this.#paces.get(identity);
    if (before === undefined || before.lastWallMs < wallMs)
      this.#note(identity, { bucket: before?.bucket ?? fullBucket(ofIdentity, nowMs), lastWallMs: wallMs });
  }

  #note(identity: string, pace: Pace): void {
    this.#paces.delete(identity);
    this.#paces.set(identity, pace);
    for (const oldest of this.#paces.keys()) {
      if (this.#paces.size <= identitiesMax) break;
      this.#paces.delete(oldest);
    }
  }
}
