// Quality of a session, from the measurements of each period. It takes a few hundred numbers however long the session
// lasts.
import type { wire } from '@meridian/protocol';
import type { Measured } from './stats.ts';

/** Round trips are counted in steps from 1 ms to a minute, each 5 % above the previous. */
const STEP = 1.05;
const STEPS = Math.ceil(Math.log(60_000) / Math.log(STEP)) + 1;

const counts = [
  'packetsSent',
  'packetsSentLost',
  'packetsReceived',
  'packetsReceivedLost',
  'bytesSent',
  'bytesReceived',
  'freezeCount',
  'freezeMs',
] as const;

export class QualityMeter {
  readonly #rtts = new Array<number>(STEPS).fill(0);
  readonly #sums: Record<(typeof counts)[number], number> = {
    packetsSent: 0,
    packetsSentLost: 0,
    packetsReceived: 0,
    packetsReceivedLost: 0,
    bytesSent: 0,
    bytesReceived: 0,
    freezeCount: 0,
    freezeMs: 0,
  };
  #measuredMs = 0;
  #sent = { width: 0, height: 0 };
  #received = { width: 0, height: 0 };
  #resumeCount = 0;
  #transport = '';

  add(measured: Measured): void {
    this.#measuredMs += measured.periodMs;
    for (const name of counts) this.#sums[name] += measured[name];
    if (measured.rttMs > 0) {
      const step = Math.round(Math.log(Math.max(1, measured.rttMs)) / Math.log(STEP));
      const at = Math.min(STEPS - 1, step);
      this.#rtts[at] = (this.#rtts[at] ?? 0) + 1;
    }
    this.#sent = larger(this.#sent, { width: measured.sentWidth, height: measured.sentHeight });
    this.#received = larger(this.#received, { width: measured.receivedWidth, height: measured.receivedHeight });
    if (measured.mediaProtocol !== '') this.#transport = measured.mediaProtocol;
  }

  resumed(): void {
    this.#resumeCount += 1;
  }

  /** Returns the quality so far; undefined before a second has been measured. */
  summary(device: string): wire.SessionQuality.$Properties | undefined {
    const measuredS = Math.round(this.#measuredMs / 1000);
    if (measuredS === 0) return undefined;
    return {
      measuredS,
      rttP50Ms: this.#rtt(0.5),
      rttP95Ms: this.#rtt(0.95),
      ...this.#sums,
      sentWidth: this.#sent.width,
      sentHeight: this.#sent.height,
      receivedWidth: this.#received.width,
      receivedHeight: this.#received.height,
      resumes: this.#resumeCount,
      transport: this.#transport,
      device,
    };
  }

  /** Returns the round trip at this quantile, 0 … 1, accurate to 3 %; 0 without measurements. */
  #rtt(share: number): number {
    const targetCount = this.#rtts.reduce((total, count) => total + count, 0) * share;
    if (targetCount === 0) return 0;
    let seenCount = 0;
    const at = this.#rtts.findIndex((count) => {
      seenCount += count;
      return seenCount >= targetCount;
    });
    return Math.round(STEP ** at);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
const larger = (one: Size, other: Size): Size => (other.width * other.height > one.width * one.height ? other : one);
