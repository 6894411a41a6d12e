// Second stream of a picture's track, silent until a media node requests its key frame: for a viewer in the middle of a
// group of pictures whose encoder makes no key frames on demand (ADR 0026).

import type { RtpSender, StreamPosition } from '@meridian/room-media/core';
import type { Clock, Timer } from '@meridian/runtime';

/** Minimum duration of the second stream; by then the viewer has a consumer of the original. */
export const durationMsMin = 3000;
/** Pace, 24 Mbit/s: a group of 10 s at 3 Mbit/s takes 1.3 s. The first picture is sent at once. */
const bytesPerMs = 3000;
const paceMs = 2;
/** Maximum that a late timer makes up for: 60 kB are 50 packets, and an ordinary receive buffer holds 90. */
const lateMsMax = 20;
/** Bound of waiting packets: twice the longest kept group. A stream faster than the pace ends at the bound. */
const waitingBytesMax = 8 * 1024 * 1024;

export interface CatchUpOptions {
  readonly ssrc: number;
  readonly sender: RtpSender;
  readonly clock: Clock;
  send(datagram: Uint8Array): void;
}

export class CatchUp {
  readonly #o: CatchUpOptions;
  #beganMs: number | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #sentMs = 0;
  #timer: Timer | undefined;

  constructor(o: CatchUpOptions) {
    this.#o = o;
  }

  get ssrc(): number {
    return this.#o.ssrc;
  }
  get isActive(): boolean {
    return this.#beganMs !== undefined;
  }

  /**
   * Begins for a new viewer: sends the kept group, as payloads by picture, then each picture of the original. `last` is
   * the original's position. Does nothing while it runs for another viewer, or without a group.
   */
  begin(group: readonly (readonly Uint8Array[])[], last: StreamPosition | undefined, nowMs: number): void {
    if (this.isActive || group.length === 0 || last === undefined) return;
    this.#beganMs = nowMs;
    this.#queue(this.#o.sender.replay(group, nowMs, last));
  }

  push(payloads: readonly Uint8Array[], atMs: number, isKey: boolean): void {
    const nowMs = this.#o.clock.nowMs();
    if (this.#beganMs === undefined) return;
    if (isKey && nowMs - this.#beganMs >= durationMsMin) this.#beganMs = undefined;
    else this.#queue(this.#o.sender.send(payloads, atMs, nowMs));
  }

  resend(sequenceNumbers: readonly number[], nowMs: number): Uint8Array[] {
    return this.#o.sender.resend(sequenceNumbers, nowMs);
  }

  report(nowMs: number): Uint8Array | undefined {
    return this.isActive ? this.#o.sender.report(nowMs) : undefined;
  }

  /** Drops waiting packets and stays silent until the next `begin`. Idempotent. */
  stop(): void {
    this.#beganMs = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #queue(datagrams: readonly Uint8Array[]): void {
    for (const datagram of datagrams) this.#waitingBytes += datagram.length;
    this.#waiting.push(...datagrams);
    if (this.#waitingBytes > waitingBytesMax) this.stop();
    else if (this.#timer === undefined) this.#sendDue(paceMs);
  }

  #sendDue(elapsedMs: number): void {
    let [bytes, count] = [Math.min(elapsedMs, lateMsMax) * bytesPerMs, 0];
    for (; bytes > 0 && count < this.#waiting.length; count += 1) {
      const datagram = this.#waiting[count] as Uint8Array;
      bytes -= datagram.length;
      this.#waitingBytes -= datagram.length;
      this.#o.send(datagram);
    }
    this.#waiting.splice(0, count);
    this.#sentMs = this.#o.clock.nowMs();
    const more = (): void => this.#sendDue(this.#o.clock.nowMs() - this.#sentMs);
    this.#timer = this.#waiting.length > 0 ? this.#o.clock.after(paceMs, more) : undefined;
  }
}
