// Decides which tracks a session requests and when: voices below signaling's rate limit, refused tracks after a pause.
import { type Bucket, fullBucket, takeTokens } from '@meridian/protocol';

/**
 * Each answered request causes a second one, which starts the media: together 40 a second and 80 at once. Signaling
 * allows 50 and 100 (`clientRequestsPerSecond`); the rest is for other requests.
 */
const RATE = { perSecond: 20, burst: 40 } as const;
const PAUSE_MS = { first: 1000, longest: 30_000 } as const;

export interface SubscriptionRequest {
  readonly trackId: string;
  readonly subscribed: boolean;
}

interface RequestState {
  failures: number;
  againAtMs: number | undefined;
}

export class SubscriptionRequests {
  readonly #requested = new Map<string, RequestState>();
  #bucket: Bucket;
  #picture: string | undefined;
  #voices: readonly string[] = [];

  constructor(nowMs: number) {
    this.#bucket = fullBucket(RATE, nowMs);
  }

  /** Sets the tracks to receive; the most wanted voices first. */
  setWanted(picture: string | undefined, voices: readonly string[]): void {
    this.#picture = picture;
    this.#voices = voices;
  }

  /** Returns the tracks to request now, and marks them as requested. Call it often. */
  takeDue(nowMs: number): SubscriptionRequest[] {
    const asks: SubscriptionRequest[] = [];
    const wanted = new Set(this.#picture === undefined ? this.#voices : [this.#picture, ...this.#voices]);
    if (this.#picture !== undefined && this.#isDue(this.#picture, nowMs)) asks.push(this.#markRequested(this.#picture));
    for (const trackId of [...this.#requested.keys()]) {
      if (wanted.has(trackId)) continue;
      if (!this.#takeToken(nowMs)) return asks;
      this.#requested.delete(trackId);
      asks.push({ trackId, subscribed: false });
    }
    for (const trackId of this.#voices) {
      if (!this.#isDue(trackId, nowMs)) continue;
      if (!this.#takeToken(nowMs)) return asks;
      asks.push(this.#markRequested(trackId));
    }
    return asks;
  }

  /** Notes a failed request, which is repeated after 1 s, 2 s … 30 s. */
  requestFailed(trackId: string, nowMs: number): void {
    const asked = this.#requested.get(trackId);
    if (asked === undefined || asked.againAtMs !== undefined) return;
    asked.failures += 1;
    asked.againAtMs = nowMs + Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(asked.failures - 1, 10));
  }

  trackArrived(trackId: string): void {
    const asked = this.#requested.get(trackId);
    if (asked !== undefined) Object.assign(asked, { failures: 0, againAtMs: undefined });
  }

  forget(): void {
    this.#requested.clear();
  }

  #isDue(trackId: string, nowMs: number): boolean {
    const asked = this.#requested.get(trackId);
    return asked === undefined || (asked.againAtMs !== undefined && asked.againAtMs <= nowMs);
  }

  #markRequested(trackId: string): SubscriptionRequest {
    const asked = this.#requested.get(trackId) ?? { failures: 0, againAtMs: undefined };
    asked.againAtMs = undefined;
    this.#requested.set(trackId, asked);
    return { trackId, subscribed: true };
  }

  #takeToken(nowMs: number): boolean {
    const { bucket, ok } = takeTokens(this.#bucket, RATE, nowMs);
    this.#bucket = bucket;
    return ok;
  }
}
