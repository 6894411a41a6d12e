// Limits the rate of posts: of an identity (lower in the room's slow mode), and of the whole room.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

/** Rate of an identity: a person types no faster, and a program would crowd out the posts of others. */
const identityRate: BucketLimits = { perSecond: 2, burst: 10 };
/** Rate of a room: more than people can read, and a bound for every signaling node and client of the room. */
const roomRate: BucketLimits = { perSecond: 200, burst: 200 };
/** Identities remembered; beyond it, the identity that posted longest ago is dropped and may post at once. */
const identitiesMax = 20_000;

interface Pace {
  readonly bucket: Bucket;
  readonly lastWallMs: number;
}

export interface PostTime {
  readonly nowMs: number;
  readonly nowWallMs: number;
}

export interface PostDelay {
  readonly code: 'RATE_LIMITED' | 'OVERLOADED';
  readonly retryAfterMs: number;
}

export class PostPace {
  readonly #paces = new Map<string, Pace>();
  #room: Bucket | undefined;

  /** Counts a post, or returns its wait: RATE_LIMITED by the identity's rate, OVERLOADED by the room's rate. */
  take(identity: string, slowModeMs: number, { nowMs, nowWallMs }: PostTime): PostDelay | undefined {
    const before = this.#paces.get(identity);
    const slowMs = before === undefined ? 0 : before.lastWallMs + slowModeMs - nowWallMs;
    // After the clock was set back, the wait is at most the slow mode.
    if (slowMs > 0 && slowModeMs > 0) return { code: 'RATE_LIMITED', retryAfterMs: Math.min(slowMs, slowModeMs) };
    const own = takeTokens(before?.bucket, identityRate, nowMs);
    if (!own.ok) return { code: 'RATE_LIMITED', retryAfterMs: own.retryAfterMs };
    const room = this.takeFromRoom(nowMs);
    if (room !== undefined) return room;
    this.#remember(identity, { bucket: own.bucket, lastWallMs: nowWallMs });
    return undefined;
  }

  /** Counts a post of the service, which only the rate of the room limits. */
  takeFromRoom(nowMs: number): PostDelay | undefined {
    const room = takeTokens(this.#room, roomRate, nowMs);
    this.#room = room.bucket;
    return room.ok ? undefined : { code: 'OVERLOADED', retryAfterMs: room.retryAfterMs };
  }

  /** Records a post that an earlier owner took from this identity. */
  recordEarlier(identity: string, wallMs: number, nowMs: number): void {
    const before = this.#paces.get(identity);
    if (before === undefined || before.lastWallMs < wallMs)
      this.#remember(identity, { bucket: before?.bucket ?? fullBucket(identityRate, nowMs), lastWallMs: wallMs });
  }

  #remember(identity: string, pace: Pace): void {
    this.#paces.delete(identity);
    this.#paces.set(identity, pace);
    for (const oldest of this.#paces.keys()) {
      if (this.#paces.size <= identitiesMax) break;
      this.#paces.delete(oldest);
    }
  }
}
