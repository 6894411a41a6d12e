// Reads the browser's statistics every two seconds, keeps the summary, and hands the report on. One per room; stops
// with the media session.

import { report as reportError } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import { type Measured, measure, type StatsReading } from '../core/stats.ts';
import type { MediaSession } from './session.ts';

const periodMs = 2000;

export class StatsReporter {
  readonly #send: (stats: wire.SessionStats.$Properties) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #media: MediaSession | undefined;
  #reading: StatsReading | undefined;
  #measured: Measured | undefined;

  constructor(send: (stats: wire.SessionStats.$Properties) => void) {
    this.#send = send;
  }

  /** What was measured in the last period; undefined before the first. */
  get measured(): Measured | undefined {
    return this.#measured;
  }

  start(media: MediaSession): void {
    this.stop();
    this.#media = media;
    this.#reading = { takenMs: performance.now(), send: [], recv: [] }; // all counters of a new session begin at zero
    this.#timer = setInterval(() => {
      this.#take(media).catch((error: unknown) => {
        if (!media.closed) reportError(error);
      });
    }, periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#media = undefined;
  }

  async #take(media: MediaSession): Promise<void> {
    const reading = await media.readStats();
    if (media !== this.#media) return;
    const measured = measure(this.#reading, reading);
    this.#reading = reading;
    this.#measured = measured;
    const { rttMs, outboundLoss, inboundLoss, freezeCount, freezeMs, jitterMs, availableOutboundBps } = measured;
    this.#send({
      rttMs,
      outboundLoss,
      inboundLoss,
      freezeCount,
      freezeMs,
      jitterMs,
      availableOutboundBps,
      periodMs: measured.periodMs,
    });
  }
}
