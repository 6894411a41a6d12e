// Table of every directed link between hosts: its last report, the report's age and the figures in force. Flat arrays,
// index = from × hosts + to. A table is for a fixed list of hosts; a new list makes a new table from the old. Times are
// arguments. One-way delay without comparing clocks: half the round trip, moved by half of the difference between the
// slowdowns of the two directions (both ends report the slowdown of their own direction since its best of five
// minutes). A round trip is the same from either end, so the shorter of the two reports counts: the longer report
// covers a moment that the other end has not reported yet, and until then the slowed direction is unknown.
import { assert, guessedOnewayMs, type Point } from '@meridian/protocol';
import { LOSS_CUT } from '../routes/link-cost.ts';
import { fastestRttMs } from './fastest.ts';
import { type LinkReport, refusalOf, type SampleRefusal } from './sample.ts';

export interface LinkHost extends Point {
  readonly hostId: string;
}

/** Age from which a figure fades. Reports come twice a second, so an older report means a fault of the reporter. */
export const FADE_FROM_MS = 15_000;
/** Age at which a faded figure has become the guess. */
export const FADE_TO_MS = 60_000;
/** A fast window counts as a cut only with frequent probes: this many in 30 s, one every 2 s. */
const FREQUENT_PROBES = 15;

/** A forwarder reports once a second; while its last report is this new, it alone reports for its link. */
export const FORWARDER_FRESH_MS = 3_000;

/** Age up to which a report counts as proof that its end still receives from the other end. */
const HEARS_MS = 3_000;

export interface LinkState {
  /** The reported figure; NaN: never reported. */
  readonly rttMs: number;
  readonly onewayMs: number;
  readonly jitterMs: number;
  /** Loss for planning; see `planningLoss`. */
  readonly loss: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly ageMs: number; // Infinity: never reported
  readonly source: 'measured' | 'fading' | 'guessed';
  readonly by: 'probe' | 'forwarder';
}

/** Figures for planning, by from × hosts + to. Flat arrays, because a fleet of 120 hosts reads 14,280 links at once. */
export class LinkFigures {
  readonly onewayMs: Float64Array;
  readonly jitterMs: Float64Array;
  readonly loss: Float64Array;
  /** Weight of the reports of this very direction: 1 measured, 0 guessed. */
  readonly weight: Float64Array;
  /** Round trip as reported by either end; NaN: not measured. */
  readonly rttMs: Float64Array;

  constructor(links: number) {
    this.onewayMs = new Float64Array(links);
    this.jitterMs = new Float64Array(links);
    this.loss = new Float64Array(links);
    this.weight = new Float64Array(links);
    this.rttMs = new Float64Array(links).fill(Number.NaN);
  }
}

export class LinkTable {
  readonly hosts: readonly LinkHost[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #guessMs: Float64Array;
  readonly #fastestMs: Float64Array;
  readonly #reports: (LinkReport | undefined)[];
  readonly #atMs: Float64Array;
  // Reported figures that every plan reads; `#loss` is the loss for planning.
  readonly #rttMs: Float64Array;
  readonly #changeMs: Float64Array;
  readonly #jitterMs: Float64Array;
  readonly #loss: Float64Array;
  readonly #isSilent: Uint8Array;
  /** Media node whose forwarder reported last; undefined after its release. */
  readonly #forwarders: (string | undefined)[];
  readonly #forwarderAtMs: Float64Array;
  readonly #isByForwarder: Uint8Array; // for the report in progress
  readonly #scratch = new LinkFigures(1);

  /** `checksLight`: refuse round trips that places on Earth do not allow (off where the places are pretended). */
  constructor(hosts: readonly LinkHost[], o: { checksLight: boolean; before?: LinkTable | undefined }) {
    this.hosts = hosts;
    this.#indexOf = new Map(hosts.map(({ hostId }, index) => [hostId, index]));
    assert(this.#indexOf.size === hosts.length, 'every host once');
    const count = hosts.length;
    this.#guessMs = new Float64Array(count * count);
    this.#fastestMs = new Float64Array(count * count);
    this.#reports = new Array<LinkReport | undefined>(count * count).fill(undefined);
    this.#atMs = new Float64Array(count * count).fill(Number.NEGATIVE_INFINITY);
    this.#rttMs = new Float64Array(count * count);
    this.#changeMs = new Float64Array(count * count);
    this.#jitterMs = new Float64Array(count * count);
    this.#loss = new Float64Array(count * count);
    this.#isSilent = new Uint8Array(count * count);
    this.#forwarders = new Array<string | undefined>(count * count).fill(undefined);
    this.#forwarderAtMs = new Float64Array(count * count).fill(Number.NEGATIVE_INFINITY);
    this.#isByForwarder = new Uint8Array(count * count);
    for (const [from, a] of hosts.entries()) {
      for (const [to, b] of hosts.entries()) {
        if (from === to) continue;
        const at = from * count + to;
        this.#guessMs[at] = guessedOnewayMs(a, b);
        this.#fastestMs[at] = o.checksLight ? fastestRttMs(a, b) : 0;
        if (o.before !== undefined) this.#copy(o.before, at, a.hostId, b.hostId);
      }
    }
  }

  indexOf(hostId: string): number | undefined {
    return this.#indexOf.get(hostId);
  }

  /**
   * Applies a report of `fromHostId` about a link of its own; the caller knows the reporter's host. Undefined: applied.
   * Each link has one source: while the forwarder of a media node (`forwarderId`) reports a flow over the link, figures
   * of the probe and other forwarders are set aside. The forwarder gives up the link by a silent report, by a flip
   * (`release`), or by 3 s without a report.
   */
  applyReport(
    fromHostId: string,
    report: LinkReport,
    nowMs: number,
    forwarderId?: string,
  ): SampleRefusal | 'set_aside' | undefined {
    const from = this.#indexOf.get(fromHostId);
    const to = this.#indexOf.get(report.toHostId);
    if (from === undefined || to === undefined) return 'unknown_host';
    if (from === to) return 'own_host';
    const at = from * this.hosts.length + to;
    const refusal = refusalOf(report, this.#fastestMs[at] ?? 0);
    if (refusal !== undefined) return refusal;
    const reporterId = this.#forwarders[at];
    const isReporting = reporterId !== undefined && nowMs - (this.#forwarderAtMs[at] as number) < FORWARDER_FRESH_MS;
    if (isReporting && reporterId !== forwarderId) return 'set_aside';
    if (forwarderId !== undefined && report.isSilent) {
      this.#forwarders[at] = undefined;
      return 'set_aside';
    }
    this.#forwarders[at] = forwarderId;
    this.#forwarderAtMs[at] = nowMs;
    this.#isByForwarder[at] = Number(forwarderId !== undefined);
    this.#put(at, report, nowMs);
    return undefined;
  }

  /** The forwarder of `from` has left this link, so the probe reports for it again. */
  release(from: number, to: number): void {
    this.#forwarders[this.#at(from, to)] = undefined;
  }

  /** Returns the reported round trip in ms: by `from`, else by `to`, while it has not faded; NaN otherwise. */
  rttMs(from: number, to: number, nowMs: number): number {
    this.#judge(this.#at(from, to), this.#at(to, from), nowMs, this.#scratch, 0);
    return this.#scratch.rttMs[0] as number;
  }

  /** Returns the figures in force. `from` and `to` differ. */
  stateOf(from: number, to: number, nowMs: number): LinkState {
    const at = this.#at(from, to);
    const figures = this.#scratch;
    this.#judge(at, this.#at(to, from), nowMs, figures, 0);
    const [onewayMs = 0, jitterMs = 0, loss = 0, weight = 0] = [
      figures.onewayMs[0],
      figures.jitterMs[0],
      figures.loss[0],
      figures.weight[0],
    ];
    const report = weight > 0 ? this.#reports[at] : undefined;
    const { rttMs = Number.NaN, lossFast = 0, lossSlow = 0 } = report ?? {};
    const ageMs = nowMs - (this.#atMs[at] ?? Number.NEGATIVE_INFINITY);
    const source = SOURCES[weight === 1 ? 0 : weight > 0 ? 1 : 2];
    const by = this.#isByForwarder[at] === 1 ? 'forwarder' : 'probe';
    return { rttMs, lossFast, lossSlow, ageMs, source, by, onewayMs, jitterMs, loss };
  }

  /** Writes the figures for planning of all links; `into` has hosts × hosts places, its diagonal stays unchanged. */
  judgeAll(nowMs: number, into: LinkFigures): void {
    const count = this.hosts.length;
    assert(into.onewayMs.length === count * count, 'figures of this table');
    for (let from = 0; from < count; from += 1) {
      for (let to = 0; to < count; to += 1) {
        if (from !== to) this.#judge(from * count + to, to * count + from, nowMs, into, from * count + to);
      }
    }
  }

  /** Writes the figures of the direction `at` to place `index`; `back`: the opposite direction. */
  #judge(at: number, back: number, nowMs: number, into: LinkFigures, index: number): void {
    const guessMs = this.#guessMs[at] as number;
    const weight = this.#weight(at, nowMs);
    const backWeight = this.#weight(back, nowMs);
    const backRttMs = this.#rttMs[back] as number;
    into.weight[index] = weight;
    if (weight === 0) {
      // The other end may have measured the round trip, while this direction has no measurement.
      into.onewayMs[index] = blended(backWeight, backRttMs / 2, guessMs);
      into.rttMs[index] = backWeight > 0 ? backRttMs : Number.NaN;
      into.jitterMs[index] = 0;
      into.loss[index] = 0;
      return;
    }
    const ownRttMs = this.#rttMs[at] as number;
    const hasBackReport = backWeight === 1;
    const slowedBackMs = hasBackReport ? (this.#changeMs[back] as number) : 0;
    const rttMs = hasBackReport ? Math.min(ownRttMs, backRttMs) : ownRttMs;
    const skewMs = Math.max(-rttMs / 2, Math.min(rttMs / 2, ((this.#changeMs[at] as number) - slowedBackMs) / 2));
    into.onewayMs[index] = blended(weight, rttMs / 2 + skewMs, guessMs);
    into.rttMs[index] = ownRttMs;
    into.jitterMs[index] = weight * (this.#jitterMs[at] as number);
    into.loss[index] = this.#isDeafnessOnly(at, back, nowMs) ? 0 : weight * (this.#loss[at] as number);
  }

  /** Whether the reporter is deaf while the other end hears it: the way back is cut, and its own report says so. */
  #isDeafnessOnly(at: number, back: number, nowMs: number): boolean {
    if (this.#isSilent[at] === 0) return false;
    return nowMs - (this.#atMs[back] as number) <= HEARS_MS && this.#isSilent[back] === 0;
  }

  #put(at: number, report: LinkReport, atMs: number): void {
    this.#reports[at] = report;
    this.#atMs[at] = atMs;
    this.#rttMs[at] = report.rttMs;
    this.#changeMs[at] = report.onewayChangeMs;
    this.#jitterMs[at] = report.jitterMs;
    this.#loss[at] = planningLoss(report);
    this.#isSilent[at] = Number(report.isSilent);
  }

  #at(from: number, to: number): number {
    return from * this.hosts.length + to;
  }

  /** Returns the weight of a report by its age, 1 … 0. */
  #weight(at: number, nowMs: number): number {
    const ageMs = nowMs - (this.#atMs[at] as number);
    return Math.max(0, Math.min(1, (FADE_TO_MS - ageMs) / (FADE_TO_MS - FADE_FROM_MS)));
  }

  #copy(tableBefore: LinkTable, at: number, fromHostId: string, toHostId: string): void {
    const from = tableBefore.indexOf(fromHostId);
    const to = tableBefore.indexOf(toHostId);
    if (from === undefined || to === undefined) return;
    const oldAt = tableBefore.#at(from, to);
    const report = tableBefore.#reports[oldAt];
    if (report === undefined) return;
    this.#put(at, report, tableBefore.#atMs[oldAt] as number);
    this.#forwarders[at] = tableBefore.#forwarders[oldAt];
    this.#forwarderAtMs[at] = tableBefore.#forwarderAtMs[oldAt] as number;
    this.#isByForwarder[at] = tableBefore.#isByForwarder[oldAt] as number;
  }
}

const SOURCES = ['measured', 'fading', 'guessed'] as const;

/**
 * Returns the loss for planning. A single lost probe in 30 s is no loss rate: audio's weight would turn it into 110 ms
 * and move the pair to a detour, so one lost probe is forgiven. A fast window that is mostly lost is a cut and does not
 * wait for the slow window.
 */
export function planningLoss({ lossFast, lossSlow, slowProbes }: LinkReport): number {
  if (lossFast >= LOSS_CUT && slowProbes >= FREQUENT_PROBES) return lossFast;
  return Math.max(0, lossSlow - 1 / Math.max(1, slowProbes));
}

function blended(weight: number, measuredMs: number, guessMs: number): number {
  return weight * measuredMs + (1 - weight) * guessMs;
}
