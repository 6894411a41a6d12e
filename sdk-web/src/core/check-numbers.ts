// What a connection check measured, from readings of the sender's and the receiver's statistics. Pure.
//
// A sender begins low and raises its rate: the first second says nothing of losses, and the rate that counts is the
// last. The receiver's media comes from the same sender, so the downlink cannot show more than the uplink let through.
import type { CheckDownlink, CheckPath, CheckUplink } from '../check/types.ts';
import { checkLimits } from './check-verdict.ts';
import { measure, type StatsEntry, type StatsReading } from './stats.ts';

/** The synthetic camera's rate: above what the SDK sends at 720p (codec.ts), so that a good line shows as one. */
export const checkTargetBps = 3_000_000;
/** Three seconds hold some hundred packets, so that a loss of 1 % is seen. */
const enoughMs = 3000;
const rampMs = 1000;
/** The time over which rates are taken. */
const windowMs = 1000;
/** With less than this there was no stream. */
const packetsMin = 20;
const nearTarget = 0.85;
/** An estimate rises slowly where the round trip is long: later it is enough to be above what a call takes. */
const laterMs = 5000;
const aboveCall = 1.2;

/**
 * Nothing more is to be learned: it ran for long enough, and both rates are near what was to be sent; later, above what
 * a call takes.
 */
export function isEnough(readings: readonly StatsReading[]): boolean {
  const tookMs = lastsMs(readings);
  if (tookMs < enoughMs) return false;
  const last = measure(readings.at(-1 - stepsIn(readings, windowMs)), readings.at(-1) as StatsReading);
  const wantedBps = tookMs < laterMs ? checkTargetBps * nearTarget : checkLimits.bitrateBps * aboveCall;
  return Math.min(last.outboundBps, last.inboundBps) >= wantedBps;
}

/** Undefined: too little was sent. */
export function uplinkOf(readings: readonly StatsReading[]): CheckUplink | undefined {
  const last = readings.at(-1);
  if (last === undefined) return undefined;
  const settled = measure(settledFrom(readings), last);
  if (settled.packetsSent < packetsMin) return undefined;
  const recent = measure(readings.at(-1 - stepsIn(readings, 2 * windowMs)), last);
  const arrivedBps = recent.outboundBps * (1 - Math.min(1, recent.outboundLoss));
  const jitters = last.send.filter(({ type }) => type === 'remote-inbound-rtp').map(({ jitter }) => numberOf(jitter));
  return {
    bitrateBps: Math.round(Math.max(arrivedBps, recent.availableOutboundBps)),
    lossShare: share(settled.outboundLoss),
    jitterMs: tenths(Math.max(0, ...jitters) * 1000),
    rttMs: tenths(measure(undefined, { takenMs: last.takenMs, send: last.send, recv: [] }).rttMs),
  };
}

/** Undefined: too little was received. */
export function downlinkOf(readings: readonly StatsReading[]): CheckDownlink | undefined {
  const last = readings.at(-1);
  if (last === undefined) return undefined;
  const settled = measure(settledFrom(readings), last);
  if (settled.packetsReceived < packetsMin) return undefined;
  const steps = stepsIn(readings, windowMs);
  const rates = readings.slice(steps).map((reading, index) => measure(readings[index], reading).inboundBps);
  return {
    bitrateBps: Math.round(Math.max(0, ...rates)),
    lossShare: share(settled.inboundLoss),
    jitterMs: tenths(settled.jitterMs),
  };
}

/** The pair of addresses that a connected transport uses. */
export function pairOf(entries: readonly StatsEntry[]): Omit<CheckPath, 'targets' | 'connectMs'> {
  const chosen = entries.find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  const pair = entries.find(
    ({ type, id, selected, nominated, state }) =>
      type === 'candidate-pair' &&
      (chosen === undefined ? selected === true || (nominated === true && state === 'succeeded') : id === chosen),
  );
  const of = (field: string): StatsEntry | undefined => entries.find(({ id }) => id === pair?.[field]);
  const [local, remote] = [of('localCandidateId'), of('remoteCandidateId')];
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

/** The TURN server, as the browser names it. */
function relayOf(local: StatsEntry | undefined): { address?: unknown; port?: unknown } {
  const [, address, port] = /^turns?:\[?([^\]?]+?)\]?:(\d+)(?:\?|$)/.exec(String(local?.['url'] ?? '')) ?? [];
  return port === undefined ? {} : { address, port: Number(port) };
}

const lastsMs = (readings: readonly StatsReading[]): number =>
  (readings.at(-1)?.takenMs ?? 0) - (readings[0]?.takenMs ?? 0);

/** The reading from which losses count: that after the ramp, else the first. */
function settledFrom(readings: readonly StatsReading[]): StatsReading | undefined {
  const startMs = readings[0]?.takenMs ?? 0;
  const after = readings.find(({ takenMs }) => takenMs - startMs >= rampMs);
  return after === readings.at(-1) ? readings[0] : after;
}

/** So many readings back is that time ago; at most to the first. */
function stepsIn(readings: readonly StatsReading[], ms: number): number {
  const last = readings.at(-1)?.takenMs ?? 0;
  const at = readings.findLastIndex(({ takenMs }) => last - takenMs >= ms);
  return readings.length - 1 - Math.max(0, at);
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const tenths = (value: number): number => Math.round(value * 10) / 10;
const share = (value: number): number => Math.round(Math.min(1, value) * 10_000) / 10_000;
