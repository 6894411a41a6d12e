// How much a peer may say. Messages are what costs: one may have a single byte, and megabytes of such a second take the
// whole process. So every KiB costs a token, and every message, those within an aggregate too, as much as 4 KiB.

import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';
import { MalformedStream } from '@meridian/room-media/core';

const BYTES_PER_TOKEN = 1024;
const MESSAGE_TOKENS = 4;

export const allowances = {
  /** Until a request to publish or play is accepted: handshake and calls cost 70. Nothing is refilled. */
  unproven: { perSecond: 0, burst: 200 },
  /**
   * 50 Mbit/s (room/over-limit.ts) with 450 messages a second; at once what waited during 30 s of 8 Mbit/s without a
   * network. 2000 messages a second, the costliest ones, take 2 % of a core.
   */
  proven: { perSecond: 8000, burst: 40_000 },
} as const satisfies Record<string, BucketLimits>;

export class Allowance {
  #limits: BucketLimits;
  #bucket: Bucket;
  #nowMs: number;

  constructor(limits: BucketLimits, nowMs: number) {
    this.#limits = limits;
    this.#bucket = fullBucket(limits, nowMs);
    this.#nowMs = nowMs;
  }

  /** Other limits from now on, with all their burst; once, or every further request would fill the bucket again. */
  widen(limits: BucketLimits): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    this.#bucket = fullBucket(limits, this.#nowMs);
  }

  /**
   * Bytes that have come; the messages that follow come at that time.
   * @throws MalformedStream TOO_MANY, as `message`
   */
  bytes(count: number, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#take(count / BYTES_PER_TOKEN);
  }

  /** @throws MalformedStream TOO_MANY: the peer says more than it may */
  message(): void {
    this.#take(MESSAGE_TOKENS);
  }

  #take(cost: number): void {
    const { ok, bucket } = takeTokens(this.#bucket, this.#limits, this.#nowMs, cost);
    if (!ok) throw new MalformedStream('TOO_MANY', 'more messages, or bytes, than a stream needs');
    this.#bucket = bucket;
  }
}
