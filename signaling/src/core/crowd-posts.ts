// Selects a show's posts for its crowd: chat and danmaku at a readable rate, with a count of those left out, and every
// post of the other kinds.
import { type Bucket, type BucketLimits, type Post, takeTokens } from '@meridian/protocol';

const chatRate: BucketLimits = { perSecond: 20, burst: 20 };

export interface CrowdPosts {
  readonly posts: readonly Post[];
  readonly omitted: number;
}

export class CrowdFeed {
  #bucket: Bucket | undefined;

  /** Returns the posts to send now; of too many chat and danmaku posts, the first. */
  take(posts: readonly Post[], nowMs: number): CrowdPosts {
    const kept = posts.filter(({ kind }) => (kind !== 'danmaku' && kind !== 'chat') || this.#hasRoom(nowMs));
    return { posts: kept, omitted: posts.length - kept.length };
  }

  #hasRoom(nowMs: number): boolean {
    const taken = takeTokens(this.#bucket, chatRate, nowMs);
    this.#bucket = taken.bucket;
    return taken.ok;
  }
}
