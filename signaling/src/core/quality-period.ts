// Combines a client's reports of about 2 s into a record of about 10 s. Adding a report allocates nothing.
//
// Rule 1: a report with a negative or invalid number, or without a duration, is dropped as a whole.
// Rule 2: numbers that no session can have are clamped.
// Rule 3: means are weighted by the reports' time, without unknown (0) round trips and estimates.
// Rule 4: freezes are summed; heights are those of the last report.
import type { wire } from '@meridian/protocol';

export type ReportedStats = wire.SessionStats.$Properties;
/** Figures of a record; 0 where nothing was measured. */
export type Figures = Pick<
  wire.QualityRecord.$Properties,
  | 'periodMs'
  | 'rttMs'
  | 'outboundLoss'
  | 'inboundLoss'
  | 'jitterMs'
  | 'freezeCount'
  | 'freezeMs'
  | 'sentBps'
  | 'receivedBps'
  | 'availableBps'
  | 'sentHeight'
  | 'receivedHeight'
  | 'receivedFps'
  | 'concealed'
>;

/** A browser lets a hidden page measure only once a minute. */
const PERIOD_MS_MAX = 60_000;
/** Bounds as for a whole session (base/protocol/src/session-quality.ts), far above real values. */
const TIME_MS_MAX = 60_000;
const BPS_MAX = 1_000_000_000;
const PIXELS_MAX = 32_768;
const FPS_MAX = 1000;
const FREEZES_PER_MS_MAX = 1;
/** Pictures that may freeze at once: freeze times add up over all received pictures. */
const FROZEN_PICTURES_MAX = 1000;

export class QualityPeriod {
  #ms = 0;
  #rtt = 0;
  #rttMs = 0;
  #outboundLoss = 0;
  #inboundLoss = 0;
  #jitter = 0;
  #freezes = 0;
  #freezeMs = 0;
  #sent = 0;
  #received = 0;
  #available = 0;
  #availableMs = 0;
  #fps = 0;
  #concealed = 0;
  #sentHeight = 0;
  #receivedHeight = 0;

  /** Whether nothing was measured since the last `take`. */
  get isEmpty(): boolean {
    return this.#ms === 0;
  }

  /** Adds a report, or returns false if it is unusable. `elseRttMs`: round trip if the report has none. */
  add(stats: ReportedStats, elseRttMs = 0): boolean {
    if (!isValid(stats)) return false;
    const ms = clamp(stats.periodMs, PERIOD_MS_MAX);
    if (ms === 0) return false;
    const rttMs = clamp(stats.rttMs || (elseRttMs > 0 ? elseRttMs : 0), TIME_MS_MAX);
    const availableBps = clamp(stats.availableOutboundBps, BPS_MAX);
    this.#ms += ms;
    if (rttMs > 0) this.#rttMs += ms;
    this.#rtt += rttMs * ms;
    this.#outboundLoss += clamp(stats.outboundLoss, 1) * ms;
    this.#inboundLoss += clamp(stats.inboundLoss, 1) * ms;
    this.#jitter += clamp(stats.jitterMs, TIME_MS_MAX) * ms;
    this.#freezes += clamp(stats.freezeCount, ms * FREEZES_PER_MS_MAX);
    this.#freezeMs += clamp(stats.freezeMs, ms * FROZEN_PICTURES_MAX);
    this.#sent += clamp(stats.sentBps, BPS_MAX) * ms;
    this.#received += clamp(stats.receivedBps, BPS_MAX) * ms;
    if (availableBps > 0) this.#availableMs += ms;
    this.#available += availableBps * ms;
    this.#fps += clamp(stats.receivedFps, FPS_MAX) * ms;
    this.#concealed += clamp(stats.concealed, 1) * ms;
    this.#sentHeight = clamp(stats.sentHeight, PIXELS_MAX);
    this.#receivedHeight = clamp(stats.receivedHeight, PIXELS_MAX);
    return true;
  }

  /** Returns the figures since the last call; undefined if none. `withinMs`: upper bound of the time passed. */
  take(withinMs: number = PERIOD_MS_MAX): Figures | undefined {
    const ms = this.#ms;
    if (ms === 0) return undefined;
    const figures = {
      periodMs: Math.max(1, Math.round(Math.min(ms, withinMs))),
      rttMs: this.#rttMs > 0 ? roundToTenth(this.#rtt / this.#rttMs) : 0,
      outboundLoss: roundShare(this.#outboundLoss / ms),
      inboundLoss: roundShare(this.#inboundLoss / ms),
      jitterMs: roundToTenth(this.#jitter / ms),
      freezeCount: Math.round(this.#freezes),
      freezeMs: Math.round(this.#freezeMs),
      sentBps: Math.round(this.#sent / ms),
      receivedBps: Math.round(this.#received / ms),
      availableBps: this.#availableMs > 0 ? Math.round(this.#available / this.#availableMs) : 0,
      sentHeight: Math.round(this.#sentHeight),
      receivedHeight: Math.round(this.#receivedHeight),
      receivedFps: roundToTenth(this.#fps / ms),
      concealed: roundShare(this.#concealed / ms),
    };
    this.#ms = this.#rtt = this.#rttMs = this.#outboundLoss = this.#inboundLoss = this.#jitter = 0;
    this.#freezes = this.#freezeMs = this.#sent = this.#received = this.#available = this.#availableMs = 0;
    this.#fps = this.#concealed = this.#sentHeight = this.#receivedHeight = 0;
    return figures;
  }
}

/** Returns a media node's measurement of a session, clamped like a client's report; undefined if it is invalid. */
export function measuredByNode(measured: wire.SessionMeasured.$Properties, periodMs: number): Figures | undefined {
  const period = new QualityPeriod();
  const stats = {
    rttMs: measured.rttMs ?? 0,
    outboundLoss: measured.outboundLoss ?? 0,
    inboundLoss: measured.inboundLoss ?? 0,
    jitterMs: measured.jitterMs ?? 0,
    sentBps: measured.sentBps ?? 0,
    receivedBps: measured.receivedBps ?? 0,
    periodMs,
  };
  return period.add(stats) ? period.take() : undefined;
}

const clamp = (value: number | null | undefined, max: number): number => Math.min(value ?? 0, max);
const isCount = (value: number | null | undefined): boolean =>
  value == null || (value >= 0 && value < Number.POSITIVE_INFINITY);
const roundToTenth = (value: number): number => Math.round(value * 10) / 10;
/** Rounds a share of 0 … 1 to a hundredth of a percent. */
const roundShare = (value: number): number => Math.round(value * 10_000) / 10_000;

function isValid(stats: ReportedStats): boolean {
  return (
    isCount(stats.periodMs) &&
    isCount(stats.rttMs) &&
    isCount(stats.outboundLoss) &&
    isCount(stats.inboundLoss) &&
    isCount(stats.jitterMs) &&
    isCount(stats.freezeCount) &&
    isCount(stats.freezeMs) &&
    isCount(stats.sentBps) &&
    isCount(stats.receivedBps) &&
    isCount(stats.availableOutboundBps) &&
    isCount(stats.sentHeight) &&
    isCount(stats.receivedHeight) &&
    isCount(stats.receivedFps) &&
    isCount(stats.concealed)
  );
}
