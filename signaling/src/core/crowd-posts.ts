// What the crowd of a show hears of posts: of lines beside and over the picture so many a second as can be read, and
// how many were left out; questions, gifts, announcements and removals all.
import { type Bucket, type BucketLimits, fullBucket, type Post, takeTokens } from '@meridian/protocol';

const lines: BucketLimits = { perSecond: 20, burst: 20 };

export interface CrowdPosts {
  readonly posts: readonly Post[];
  readonly omitted: number;
}

export class CrowdFeed {
  #bucket: Bucket | undefined;

  /** Those that the crowd is sent now; of more than there is room for the first. */
  take(posts: readonly Post[], nowMs: number): CrowdPosts {
    const kept = posts.filter(({ kind }) => (kind !== 'danmaku' && kind !== 'chat') || this.#hasRoom(nowMs));
    return { posts: kept, omitted: posts.length - kept.length };
  }

  #hasRoom(nowMs: number): boolean {
    const taken = takeTokens(this.#bucket ?? fullBucket(lines, nowMs), lines, nowMs);
    this.#bucket = taken.bucket;
    return taken.ok;
  }
}
