// Reads the browser's statistics every two seconds, keeps the summary, and hands the report on; with every fifth one
// how the session went since it began. One per room; stops with the media session.

import { report as reportError } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import { QualityMeter } from '../core/session-quality.ts';
import { type Measured, measure, type StatsReading } from '../core/stats.ts';
import type { MediaSession } from './session.ts';

const periodMs = 2000;
const reportsPerSummary = 5;

export class StatsReporter {
  readonly #send: (stats: wire.SessionStats.$Properties) => void;
  readonly #device: () => string;
  #timer: ReturnType<typeof setInterval> | undefined;
  #media: MediaSession | undefined;
  #reading: StatsReading | undefined;
  #measured: Measured | undefined;
  #meter = new QualityMeter();
  #reports = 0;

  constructor(o: { send(stats: wire.SessionStats.$Properties): void; device(): string }) {
    this.#send = o.send;
    this.#device = o.device;
  }

  /** What was measured in the last period; undefined before the first. */
  get measured(): Measured | undefined {
    return this.#measured;
  }

  /** How the session went until now; undefined before anything was measured. */
  get sinceJoin(): wire.SessionQuality.$Properties | undefined {
    return this.#meter.summary(this.#device());
  }

  /** A session has begun. */
  start(media: MediaSession): void {
    this.#meter = new QualityMeter();
    this.#reports = 0;
    this.goOn(media);
  }

  /** The session lives at another node from now on. */
  goOn(media: MediaSession): void {
    this.stop();
    this.#media = media;
    // All counters of new transports begin at zero.
    this.#reading = { takenMs: performance.now(), send: [], recv: [] };
    this.#timer = setInterval(() => {
      this.#take(media).catch((error: unknown) => {
        if (!media.closed) reportError(error);
      });
    }, periodMs);
  }

  /** The socket was lost, and the session has been resumed. */
  resumed(): void {
    this.#meter.resumed();
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
    this.#meter.add(measured);
    this.#reports += 1;
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
      sinceJoin: this.#reports % reportsPerSummary === 0 ? (this.sinceJoin ?? null) : null,
    });
  }
}
