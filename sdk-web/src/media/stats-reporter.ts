// Reads the browser's statistics every two seconds and reports them, with events of devices, network and page. Every
// fifth report has the quality since the session began. One per room; stops with the media session.

import { report as reportError } from '@meridian/client';
import type { wire } from '@meridian/protocol';
import { EventLog } from '../core/event-log.ts';
import { QualityMeter } from '../core/session-quality.ts';
import { type Measured, measure, type StatsReading } from '../core/stats.ts';
import { networkType } from './network.ts';
import type { MediaSession } from './session.ts';

const reportPeriodMs = 2000;
const reportsPerSummary = 5;

export class StatsReporter {
  readonly #send: (stats: wire.SessionStats.$Properties) => boolean;
  readonly #device: () => string;
  #timer: ReturnType<typeof setInterval> | undefined;
  #media: MediaSession | undefined;
  #reading: StatsReading | undefined;
  #measured: Measured | undefined;
  #meter = new QualityMeter();
  #reportCount = 0;
  readonly #eventLog = new EventLog();
  #network = '';

  constructor(o: { send(stats: wire.SessionStats.$Properties): boolean; device(): string }) {
    this.#send = o.send;
    this.#device = o.device;
  }

  get measured(): Measured | undefined {
    return this.#measured;
  }

  get sinceJoin(): wire.SessionQuality.$Properties | undefined {
    return this.#meter.summary(this.#device());
  }

  /** Records an event of the client; it goes with the next report that can be sent. */
  recordEvent(kind: string, source: string, detail: string): void {
    if (this.#media !== undefined) this.#eventLog.add({ kind, source, detail }, performance.now());
  }

  start(media: MediaSession): void {
    this.#meter = new QualityMeter();
    this.#reportCount = 0;
    this.continueWith(media);
  }

  /** Continues with the transports of another node, after a move. */
  continueWith(media: MediaSession): void {
    this.stop();
    this.#media = media;
    // The counters of new transports begin at zero.
    this.#reading = { takenMs: performance.now(), send: [], recv: [] };
    this.#timer = setInterval(() => {
      this.#report(media).catch((error: unknown) => {
        if (!media.closed) reportError(error);
      });
    }, reportPeriodMs);
  }

  resumed(): void {
    this.#meter.resumed();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#media = undefined;
  }

  async #report(media: MediaSession): Promise<void> {
    const reading = await media.readStats();
    if (media !== this.#media) return;
    const measured = measure(this.#reading, reading);
    this.#reading = reading;
    this.#measured = measured;
    this.#meter.add(measured);
    this.#reportCount += 1;
    const events = this.#eventLog.entriesAt(performance.now());
    const isSent = this.#send({
      rttMs: measured.rttMs,
      outboundLoss: measured.outboundLoss,
      inboundLoss: measured.inboundLoss,
      freezeCount: measured.freezeCount,
      freezeMs: measured.freezeMs,
      jitterMs: measured.jitterMs,
      availableOutboundBps: measured.availableOutboundBps,
      periodMs: measured.periodMs,
      sentBps: measured.outboundBps,
      receivedBps: measured.inboundBps,
      sentHeight: measured.sentHeight,
      receivedHeight: measured.receivedHeight,
      receivedFps: measured.receivedFps,
      concealed: measured.concealed,
      events,
      ...this.#description(measured.mediaProtocol),
      sinceJoin: this.#reportCount % reportsPerSummary === 0 ? (this.sinceJoin ?? null) : null,
    });
    if (isSent) this.#eventLog.removeReported(events.length);
  }

  /** Returns the client's description in the first of five reports, and when the network changes; else nothing. */
  #description(transport: string): wire.SessionStats.$Properties {
    const network = networkType();
    const isSame = network === this.#network;
    this.#network = network;
    return isSame && this.#reportCount % reportsPerSummary !== 1 ? {} : { transport, network, device: this.#device() };
  }
}
