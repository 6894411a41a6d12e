// Limits a peer's messages and bytes. Messages are expensive: megabytes of one-byte messages a second occupy the whole
// process. So every KiB costs a token, and every message, also within an aggregate, as much as 4 KiB.

import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';
import { MalformedStream } from '@meridian/room-media/core';

const BYTES_PER_TOKEN = 1024;
const MESSAGE_TOKENS = 4;

export const allowances = {
  /** Before a request to publish or play is accepted: handshake and calls cost 70. No refill. */
  unproven: { perSecond: 0, burst: 200 },
  /**
   * Allows 50 Mbit/s (room/over-limit.ts) with 450 messages a second. The burst holds 30 s of 8 Mbit/s that an encoder
   * queued without a network. The most expensive mix, 2000 messages a second, takes 2 % of a core.
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

  /** Sets other limits with a full burst; only once, as otherwise each request would refill the bucket. */
  widen(limits: BucketLimits): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    this.#bucket = fullBucket(limits, this.#nowMs);
  }

  /** Charges received bytes and sets the time of the messages that follow. Throws MalformedStream TOO_MANY. */
  bytes(count: number, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#take(count / BYTES_PER_TOKEN);
  }

  /** Charges a message. Throws MalformedStream TOO_MANY when the peer exceeds its allowance. */
  message(): void {
    this.#take(MESSAGE_TOKENS);
  }

  #take(cost: number): void {
    const { ok, bucket } = takeTokens(this.#bucket, this.#limits, this.#nowMs, cost);
    if (!ok) throw new MalformedStream('TOO_MANY', 'more messages, or bytes, than a stream needs');
    this.#bucket = bucket;
  }
}
