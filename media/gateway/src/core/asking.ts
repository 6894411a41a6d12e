// What a session asks signaling to send it, and when: the picture at once, all else below the rate that signaling
// takes, nothing twice, and what was refused again after a while.
import { type Bucket, fullBucket, takeTokens } from '@meridian/protocol';

/**
 * Each answer makes one more request, that media may begin: together 40 a second and 80 at once, of 50 and 100 that
 * signaling takes (`clientRequestsPerSecond`); the rest is for pictures and whatever else a session says.
 */
const RATE = { perSecond: 20, burst: 40 } as const;
const PAUSE_MS = { first: 1000, longest: 30_000 } as const;

export interface Ask {
  readonly trackId: string;
  readonly subscribed: boolean;
}

interface Asked {
  failures: number;
  /** Undefined: it was asked for, and not refused. */
  againAtMs: number | undefined;
}

export class Asking {
  readonly #asked = new Map<string, Asked>();
  #bucket: Bucket;
  #picture: string | undefined;
  #voices: readonly string[] = [];

  constructor(nowMs: number) {
    this.#bucket = fullBucket(RATE, nowMs);
  }

  /** What is to be received from now on; voices the most wanted first. */
  want(picture: string | undefined, voices: readonly string[]): void {
    this.#picture = picture;
    this.#voices = voices;
  }

  /** What is to be asked now; call it often. Each counts as asked. */
  take(nowMs: number): Ask[] {
    const asks: Ask[] = [];
    const wanted = new Set(this.#picture === undefined ? this.#voices : [this.#picture, ...this.#voices]);
    if (this.#picture !== undefined && this.#isDue(this.#picture, nowMs)) asks.push(this.#ask(this.#picture));
    for (const trackId of [...this.#asked.keys()]) {
      if (wanted.has(trackId)) continue;
      if (!this.#takes(nowMs)) return asks;
      this.#asked.delete(trackId);
      asks.push({ trackId, subscribed: false });
    }
    for (const trackId of this.#voices) {
      if (!this.#isDue(trackId, nowMs)) continue;
      if (!this.#takes(nowMs)) return asks;
      asks.push(this.#ask(trackId));
    }
    return asks;
  }

  /** It was refused, or did not come about: asked again after 1 s, 2 s … 30 s while it is wanted. */
  failed(trackId: string, nowMs: number): void {
    const asked = this.#asked.get(trackId);
    if (asked === undefined || asked.againAtMs !== undefined) return;
    asked.failures += 1;
    asked.againAtMs = nowMs + Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(asked.failures - 1, 10));
  }

  /** It has come. */
  came(trackId: string): void {
    const asked = this.#asked.get(trackId);
    if (asked !== undefined) Object.assign(asked, { failures: 0, againAtMs: undefined });
  }

  /** Nothing that was asked holds any more: another session. */
  forget(): void {
    this.#asked.clear();
  }

  #isDue(trackId: string, nowMs: number): boolean {
    const asked = this.#asked.get(trackId);
    return asked === undefined || (asked.againAtMs !== undefined && asked.againAtMs <= nowMs);
  }

  #ask(trackId: string): Ask {
    const asked = this.#asked.get(trackId) ?? { failures: 0, againAtMs: undefined };
    asked.againAtMs = undefined;
    this.#asked.set(trackId, asked);
    return { trackId, subscribed: true };
  }

  #takes(nowMs: number): boolean {
    const { bucket, ok } = takeTokens(this.#bucket, RATE, nowMs);
    this.#bucket = bucket;
    return ok;
  }
}
