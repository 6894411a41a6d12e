// Sends a bridge's frames at the rate that a session accepts: a LiveKit message may become hundreds of ours (a
// subscription to all tracks of a large room), and an SDK sends a message for every video element of a page.
import { type Bucket, fullBucket, limits, takeTokens } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { bounds } from '../../limits.ts';

/** A little below the session's own rate, so that it never refuses. */
const paceLimits = { perSecond: limits.clientRequestsPerSecond * 0.9, burst: limits.clientRequestBurst * 0.9 };

export class PacedSender {
  readonly #clock: Clock;
  readonly #send: (frame: Uint8Array) => void;
  #bucket: Bucket;
  #waitingFrames: Uint8Array[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock, send: (frame: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#bucket = fullBucket(paceLimits, clock.nowMs());
  }

  /** Sends the frame as soon as allowed, in order. Returns false when `bounds.liveKitFramesWaitingMax` wait already. */
  push(frame: Uint8Array): boolean {
    if (this.#waitingFrames.length >= bounds.liveKitFramesWaitingMax) return false;
    this.#waitingFrames.push(frame);
    if (this.#timer === undefined) this.#flush();
    return true;
  }

  /** Drops waiting frames. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waitingFrames = [];
  }

  #flush(): void {
    this.#timer = undefined;
    for (let frame = this.#waitingFrames[0]; frame !== undefined; frame = this.#waitingFrames[0]) {
      const { ok, bucket, retryAfterMs } = takeTokens(this.#bucket, paceLimits, this.#clock.nowMs());
      this.#bucket = bucket;
      if (!ok) {
        this.#timer = this.#clock.after(Math.max(1, retryAfterMs), () => this.#flush());
        return;
      }
      this.#waitingFrames.shift();
      this.#send(frame);
    }
  }
}
