// Estimates a link from round trips: smoothed round trip and mean deviation (RFC 6298, section 2: α = 1/8, β = 1/4),
// and the share of the last probes without an answer in time.

export interface RoundTrips {
  readonly rttMs: number | undefined; // undefined: never answered
  readonly deviationMs: number;
  readonly outcomes: readonly boolean[]; // answered or not, newest last
}

const ALPHA = 1 / 8;
const BETA = 1 / 4;
const OUTCOMES_MAX = 30;
/** A change is reported when it exceeds both limits. */
const REPORT_CHANGE_MS = 5;
const REPORT_CHANGE_SHARE = 0.2;

export const initialRoundTrips: RoundTrips = { rttMs: undefined, deviationMs: 0, outcomes: [] };

/** Returns the estimate after another probe: its round trip in ms, or undefined without an answer in time. */
export function withSample(trips: RoundTrips, sampleMs: number | undefined): RoundTrips {
  const answered = sampleMs !== undefined && Number.isFinite(sampleMs) && sampleMs >= 0;
  const outcomes = [...trips.outcomes, answered].slice(-OUTCOMES_MAX);
  if (!answered) return { ...trips, outcomes };
  if (trips.rttMs === undefined) return { rttMs: sampleMs, deviationMs: sampleMs / 2, outcomes };
  const deviationMs = (1 - BETA) * trips.deviationMs + BETA * Math.abs(trips.rttMs - sampleMs);
  return { rttMs: (1 - ALPHA) * trips.rttMs + ALPHA * sampleMs, deviationMs, outcomes };
}

/** Returns the share of the last probes without an answer, 0..1; 0 before the first. */
export function lossOf(trips: RoundTrips): number {
  if (trips.outcomes.length === 0) return 0;
  return trips.outcomes.filter((answered) => !answered).length / trips.outcomes.length;
}

export function hasChanged(reportedMs: number | undefined, trips: RoundTrips): boolean {
  if (trips.rttMs === undefined) return false;
  if (reportedMs === undefined) return true;
  const changeMs = Math.abs(trips.rttMs - reportedMs);
  return changeMs > REPORT_CHANGE_MS && changeMs > reportedMs * REPORT_CHANGE_SHARE;
}
