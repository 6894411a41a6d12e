// Computes the results of a connection check from readings of the sender's and the receiver's statistics, and the rate
// of its test stream.
//
// A media node forwards the check's single-layer stream even when the receiver's downlink is too narrow; in a call it
// would choose a smaller layer. So the sender begins low and doubles its rate. When packets are lost on the way down,
// it goes back below the rate that arrived, and stays there. Only losses after that change count.
import type { CheckDownlink, CheckPath, CheckUplink } from './check-report.ts';
import { checkLimits } from './check-verdict.ts';
import { measure, type StatsEntry, type StatsReading } from './stats.ts';

/** Highest rate of the test stream; above the SDK's rate at 720p (codec.ts), so that a good line is seen to be good. */
export const checkTargetBps = 3_000_000;
export interface TestPace {
  readonly limitBps: number;
  readonly sinceMs: number;
  /** True when the rate has gone back once, so that it is not raised again. */
  readonly isTop: boolean;
}
const firstBps = 300_000;
/** Least time at one rate; long enough for the first loss reports. */
const holdMs = 700;
const lossShareMax = 0.05;
const backOffFactor = 0.85;
/** Least duration of a run. Three seconds have some hundred packets, enough to see a loss of 1 %. */
const runMsMin = 3000;
/** Time for queues to drain after a change of the rate. */
const settleMs = 500;
const windowMs = 1000;
/** Fewer packets count as no stream. */
const packetsMin = 20;
const nearTargetShare = 0.85;
/** Below this share of the sent rate, a loss-free stream is held back by a growing queue. */
const heldBackShare = 0.8;
/** Time after which a rate above a call's is enough, because estimates rise slowly over a long round trip. */
const relaxedAfterMs = 5000;
const aboveCallFactor = 1.2;

export const initialPace = (nowMs: number): TestPace => ({ limitBps: firstBps, sinceMs: nowMs, isTop: false });

/** Returns the next pace; the same object for no change. */
export function nextPace(pace: TestPace, readings: readonly StatsReading[]): TestPace {
  const last = readings.at(-1);
  if (last === undefined || last.takenMs - pace.sinceMs < holdMs) return pace;
  const change = { sinceMs: last.takenMs };
  const recent = measure(readings.at(-1 - readingsIn(readings, holdMs)), last);
  // Packets lost on the way up are missing on the way down too.
  const isTooMuch = recent.inboundLoss - recent.outboundLoss >= lossShareMax;
  if (isTooMuch) {
    const limitBps = Math.round(Math.max(checkLimits.bitrateLeastBps, recent.inboundBps * backOffFactor));
    return limitBps < pace.limitBps ? Object.assign(change, { limitBps, isTop: true }) : pace;
  }
  if (pace.isTop || pace.limitBps >= checkTargetBps) return pace;
  return Object.assign(change, { limitBps: Math.min(checkTargetBps, pace.limitBps * 2), isTop: false });
}

/**
 * Returns true when the run is long enough: `runMsMin` after the rate went back, or after the start once both rates are
 * near the target; from `relaxedAfterMs` on, above a call's rate.
 */
export function isEnough(readings: readonly StatsReading[], pace: TestPace): boolean {
  const last = readings.at(-1);
  if (last === undefined) return false;
  const tookMs = last.takenMs - (readings[0]?.takenMs ?? 0);
  if (pace.isTop) return last.takenMs - pace.sinceMs >= runMsMin;
  if (tookMs < runMsMin) return false;
  const recent = measure(readings.at(-1 - readingsIn(readings, windowMs)), last);
  const wantedBps =
    tookMs < relaxedAfterMs ? checkTargetBps * nearTargetShare : checkLimits.bitrateBps * aboveCallFactor;
  return Math.min(recent.outboundBps, recent.inboundBps) >= wantedBps;
}

/** Returns undefined when too little was sent. */
export function uplinkOf(readings: readonly StatsReading[], pace: TestPace): CheckUplink | undefined {
  const last = readings.at(-1);
  if (last === undefined) return undefined;
  if (measure(readings[0], last).packetsSent < packetsMin) return undefined;
  const recent = measure(readings.at(-1 - readingsIn(readings, 2 * windowMs)), last);
  const arrivedBps = recent.outboundBps * (1 - Math.min(1, recent.outboundLoss));
  const jitters = last.send.filter(({ type }) => type === 'remote-inbound-rtp').map(({ jitter }) => numberOf(jitter));
  return {
    bitrateBps: Math.round(Math.max(arrivedBps, recent.availableOutboundBps, bestBps(readings, 'outboundBps'))),
    lossShare: share(measure(settledFrom(readings, pace), last).outboundLoss),
    jitterMs: tenths(Math.max(0, ...jitters) * 1000),
    rttMs: tenths(leastRttMs(readings)),
  };
}

export function downlinkOf(readings: readonly StatsReading[], pace: TestPace): CheckDownlink | undefined {
  const last = readings.at(-1);
  if (last === undefined) return undefined;
  if (measure(readings[0], last).packetsReceived < packetsMin) return undefined;
  const settled = measure(settledFrom(readings, pace), last);
  const recent = measure(readings.at(-1 - readingsIn(readings, 2 * windowMs)), last);
  // The downlink cannot hold back packets that were lost on the way up.
  const forwardedBps = recent.outboundBps * (1 - Math.min(1, recent.outboundLoss));
  const isLimited = pace.isTop || recent.inboundBps < forwardedBps * heldBackShare;
  const rates = {
    bitrateBps: bestBps(readings, 'inboundBps'),
    lossShare: share(settled.inboundLoss),
    jitterMs: tenths(settled.jitterMs),
  };
  return Object.assign(rates, isLimited && { isLimited });
}

/** Returns the highest rate over one second, or the rate of a run that is shorter. */
function bestBps(readings: readonly StatsReading[], rateField: 'inboundBps' | 'outboundBps'): number {
  const startMs = readings[0]?.takenMs ?? 0;
  const rates = readings.flatMap((reading, index) => {
    if (reading.takenMs - startMs < windowMs && index < readings.length - 1) return [];
    const previousReadings = readings.slice(0, index + 1);
    return [measure(previousReadings.at(-1 - readingsIn(previousReadings, windowMs)), reading)[rateField]];
  });
  return Math.max(0, ...rates);
}

/** Returns the shortest round trip, since our own traffic lengthens the others by filling queues. */
function leastRttMs(readings: readonly StatsReading[]): number {
  const rtts = readings.map(({ takenMs, send }) => measure(undefined, { takenMs, send, recv: [] }).rttMs);
  const measuredRtts = rtts.filter((rttMs) => rttMs > 0);
  return measuredRtts.length === 0 ? 0 : Math.min(...measuredRtts);
}

export function pairOf(entries: readonly StatsEntry[]): Omit<CheckPath, 'targets' | 'connectMs'> {
  const chosen = entries.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  const pair = entries.find(
    ({ type, id, selected, nominated, state }) =>
      type === 'candidate-pair' &&
      (chosen === undefined ? selected === true || (nominated === true && state === 'succeeded') : id === chosen),
  );
  const candidate = (field: string): StatsEntry | undefined => entries.find(({ id }) => id === pair?.[field]);
  const [local, remote] = [candidate('localCandidateId'), candidate('remoteCandidateId')];
  const isRelayed = local?.['candidateType'] === 'relay';
  const { address, port } = isRelayed ? relayOf(local) : { address: remote?.['address'], port: remote?.['port'] };
  const rttMs = tenths(numberOf(pair?.['currentRoundTripTime']) * 1000);
  return Object.assign(
    { isRelayed },
    rttMs > 0 && { rttMs },
    typeof address === 'string' && { address },
    typeof port === 'number' && { port },
  );
}

function relayOf(local: StatsEntry | undefined): { address?: unknown; port?: unknown } {
  const [, address, port] = /^turns?:\[?([^\]?]+?)\]?:(\d+)(?:\?|$)/.exec(String(local?.['url'] ?? '')) ?? [];
  return port === undefined ? {} : { address, port: Number(port) };
}

/** Returns the first settled reading after the last change of the rate; without one, the first reading. */
function settledFrom(readings: readonly StatsReading[], { sinceMs }: TestPace): StatsReading | undefined {
  const settledReading = readings.find(({ takenMs }) => takenMs - sinceMs >= settleMs);
  return settledReading === undefined || settledReading === readings.at(-1) ? readings[0] : settledReading;
}

/** Returns how many readings to go back for one that is `ms` old; at most back to the first. */
function readingsIn(readings: readonly StatsReading[], ms: number): number {
  const last = readings.at(-1)?.takenMs ?? 0;
  const at = readings.findLastIndex(({ takenMs }) => last - takenMs >= ms);
  return readings.length - 1 - Math.max(0, at);
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const tenths = (value: number): number => Math.round(value * 10) / 10;
const share = (value: number): number => Math.round(Math.min(1, value) * 10_000) / 10_000;
