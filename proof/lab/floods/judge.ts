// What others feel of a flood, and whether they may: pure. Before and during are of one run on one machine, so that the
// machine's own haste counts on both sides.
import { percentile } from '../../support/case.ts';

/** An ask without an answer is given up after this, and counts as one that took so long. */
export const GIVE_UP_MS = 5000;

/** The aims. */
export const aims = {
  /** Of the p99, during by before. */
  ratioMax: 2,
  /** A p99 below this before counts as this: twice as much is still at once for a person (0.1 s). */
  p99FloorMs: 50,
  /** Of newcomers: a page that opens later is one that does not open. */
  servedWithinMs: 1000,
  servedShareMin: 0.95,
  /** Of a running call: what jitter buffers of browsers hold without a gap in the voice. */
  callDelayMsMax: 200,
  /** Packets of a running call that never come. */
  callLostShareMax: 0.01,
  /** Of a running stream: what players of live FLV hold. */
  streamGapMsMax: 1000,
  /** Of a flood's own process: a line for each wrong word fills the disk. */
  logLinesPerSecondMax: 50,
  /** What a flood without a right may make its victim hold. */
  grownMbMax: 150,
} as const;

/** One thing that an honest client asked. `tookMs`: until served, or until it failed. */
export interface Ask {
  readonly what: string;
  readonly beganMs: number;
  readonly tookMs: number;
  readonly isServed: boolean;
}

export interface Felt {
  readonly asked: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Served within `aims.servedWithinMs`. */
  readonly servedShare: number;
}

/** Of asks for one thing. One that failed at once is not a quick one: it counts as given up. */
export function feltOf(asks: readonly Ask[]): Felt {
  const tookMs = asks.map((ask) => (ask.isServed ? Math.min(ask.tookMs, GIVE_UP_MS) : GIVE_UP_MS));
  return {
    asked: asks.length,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    servedShare: tookMs.filter((ms) => ms <= aims.servedWithinMs).length / asks.length,
  };
}

/** Of a running call: how much later a packet came than the one before it, beyond their sending. */
export interface CallFelt {
  readonly delayMsMax: number;
  readonly sent: number;
  readonly came: number;
  readonly lost: number;
}

export interface Phase {
  /** By what was asked. */
  readonly felt: ReadonlyMap<string, Felt>;
  readonly call: CallFelt;
  /** Longest time in which a running stream brought nothing. */
  readonly streamGapMs: number;
}

export interface FloodFigures {
  readonly before: Phase;
  readonly during: Phase;
  /** What processes wrote of links that were cut and of nodes that the centre suspects. */
  readonly linksCut: readonly string[];
  /** Processes that died. */
  readonly deaths: readonly string[];
  readonly victim: { readonly logLinesPerSecond: number; readonly grownMb: number };
}

/** p99 during by before, as the aim is judged; NaN where nothing was asked. */
export const ratioOf = (before: Felt, during: Felt): number => during.p99Ms / Math.max(before.p99Ms, aims.p99FloorMs);

/** In words, which aims a flood misses; none: others do not feel it. A thing that was not asked is a fault too. */
export function faultsOf({ before, during, linksCut, deaths, victim }: FloodFigures): string[] {
  const faults: string[] = [];
  for (const [what, calm] of before.felt) {
    const felt = during.felt.get(what);
    if (felt === undefined || felt.asked === 0 || calm.asked === 0) faults.push(`${what}: nothing was asked`);
    else faults.push(...faultsOfFelt(what, calm, felt));
  }
  faults.push(...faultsOfMedia(before, during));
  if (linksCut.length > 0) faults.push(`links cut: ${linksCut.length}, first ${linksCut[0]}`);
  for (const death of deaths) faults.push(`died: ${death}`);
  if (victim.logLinesPerSecond > aims.logLinesPerSecondMax)
    faults.push(`log: ${Math.round(victim.logLinesPerSecond)} lines a second`);
  if (victim.grownMb > aims.grownMbMax) faults.push(`memory: grew by ${Math.round(victim.grownMb)} MB`);
  return faults;
}

function faultsOfFelt(what: string, before: Felt, during: Felt): string[] {
  const faults: string[] = [];
  const ratio = ratioOf(before, during);
  if (!(ratio <= aims.ratioMax))
    faults.push(`${what}: p99 ${Math.round(before.p99Ms)} -> ${Math.round(during.p99Ms)} ms, ${ratio.toFixed(1)}x`);
  if (!(during.servedShare >= aims.servedShareMin))
    faults.push(`${what}: ${Math.round(during.servedShare * 100)} % served within ${aims.servedWithinMs} ms`);
  return faults;
}

function faultsOfMedia(before: Phase, during: Phase): string[] {
  const faults: string[] = [];
  const { delayMsMax, sent, came, lost } = during.call;
  if (!(delayMsMax <= Math.max(aims.callDelayMsMax, aims.ratioMax * before.call.delayMsMax)))
    faults.push(`call: a packet came ${Math.round(delayMsMax)} ms late`);
  if (!(came > 0 && lost / sent <= aims.callLostShareMax))
    faults.push(`call: ${lost} of ${sent} packets lost, ${came} came`);
  if (!(during.streamGapMs <= Math.max(aims.streamGapMsMax, aims.ratioMax * before.streamGapMs)))
    faults.push(`stream: nothing for ${Math.round(during.streamGapMs)} ms`);
  return faults;
}
