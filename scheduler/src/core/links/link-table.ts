// Every directed link between hosts: what was reported of it, how old that is, and what is taken of it now. Flat arrays, index = from × hosts
// + to; a table is for one list of hosts, another list makes another table that takes over what is known. Times are arguments.
//
// Delay of one direction without comparing clocks: half the round trip, moved by half of what this direction has slowed more than the other
// (both ends report how much their own direction has slowed since its best of five minutes). A round trip is the same from either end, so the
// shorter of the two reports counts: the longer one is of a moment that the other end has not told of yet, and who slowed is not known before.
import { assert, guessedOnewayMs, type Point } from '@meridian/protocol';
import { LOSS_CUT } from '../routes/link-cost.ts';
import { fastestRttMs } from './fastest.ts';
import { type LinkReport, refusalOf, type SampleRefusal } from './sample.ts';

export interface LinkHost extends Point {
  readonly hostId: string;
}

/** Reports come twice a second: older than this something is wrong with the reporter, and the figure begins to fade … */
export const FADE_FROM_MS = 15_000;
/** … into the guess, which it has become by now. */
export const FADE_TO_MS = 60_000;
/** A fast window counts as a cut only where probes are frequent: this many in 30 s, one every 2 s. */
const FREQUENT_PROBES = 15;

/** An end that said so this long ago still hears the other. */
const HEARS_MS = 3_000;

/** A link as it is taken to be now. */
export interface LinkNow {
  /** Of the report, unchanged; NaN: never reported. */
  readonly rttMs: number;
  readonly onewayMs: number;
  readonly jitterMs: number;
  /** What is planned with; see `planningLoss`. */
  readonly loss: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly ageMs: number; // Infinity: never reported
  readonly source: 'measured' | 'fading' | 'guessed';
}

/** What routes are planned with. */
interface Judged {
  onewayMs: number;
  jitterMs: number;
  loss: number;
  /** How much a report of this very direction counts: 1 measured, 0 guessed. */
  weight: number;
}

export class LinkTable {
  readonly hosts: readonly LinkHost[];
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #guessMs: Float64Array;
  readonly #fastestMs: Float64Array;
  readonly #reports: (LinkReport | undefined)[];
  readonly #atMs: Float64Array;
  readonly #judged: Judged = { onewayMs: 0, jitterMs: 0, loss: 0, weight: 0 };

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

  /** Takes what `fromHostId` says of a link of its own; who that is, is the caller's knowledge and not the report's. Undefined: taken. */
  take(fromHostId: string, report: LinkReport, nowMs: number): SampleRefusal | undefined {
    const from = this.#indexOf.get(fromHostId);
    const to = this.#indexOf.get(report.toHostId);
    if (from === undefined || to === undefined) return 'unknown_host';
    if (from === to) return 'own_host';
    const at = from * this.hosts.length + to;
    const refusal = refusalOf(report, this.#fastestMs[at] ?? 0);
    if (refusal !== undefined) return refusal;
    this.#reports[at] = report;
    this.#atMs[at] = nowMs;
    return undefined;
  }

  /** What was reported of the whole pair, as a round trip in ms: by `from`, else by `to`, while it has not faded; NaN otherwise. */
  rttMs(from: number, to: number, nowMs: number): number {
    const there = this.#at(from, to);
    const back = this.#at(to, from);
    const at = this.#weight(there, nowMs) > 0 ? there : back;
    return this.#weight(at, nowMs) > 0 ? (this.#reports[at]?.rttMs ?? Number.NaN) : Number.NaN;
  }

  /** The link as it is taken to be now. `from` and `to` differ. */
  now(from: number, to: number, nowMs: number): LinkNow {
    const at = this.#at(from, to);
    const figures = this.judge(from, to, nowMs);
    const report = figures.weight > 0 ? this.#reports[at] : undefined;
    const { rttMs = Number.NaN, lossFast = 0, lossSlow = 0 } = report ?? {};
    const ageMs = nowMs - (this.#atMs[at] ?? Number.NEGATIVE_INFINITY);
    const source = SOURCES[figures.weight === 1 ? 0 : figures.weight > 0 ? 1 : 2];
    const { onewayMs, jitterMs, loss } = figures;
    return { rttMs, lossFast, lossSlow, ageMs, source, onewayMs, jitterMs, loss };
  }

  /** The figures that routes are planned with. The answer is the table's own and good until the next question: a fleet asks for 14,280 at once. */
  judge(from: number, to: number, nowMs: number): Readonly<Judged> {
    const judged = this.#judged;
    const at = this.#at(from, to);
    const back = this.#at(to, from);
    const guessMs = this.#guessMs[at] ?? 0;
    const report = this.#reports[at];
    const weight = report === undefined ? 0 : this.#weight(at, nowMs);
    const backWeight = this.#weight(back, nowMs);
    judged.weight = weight;
    judged.jitterMs = 0;
    judged.loss = 0;
    if (report === undefined || weight === 0) {
      // The other end may have measured the round trip; of this direction alone nobody knows.
      judged.onewayMs = mixed(backWeight, (this.#reports[back]?.rttMs ?? 0) / 2, guessMs);
      return judged;
    }
    const told = backWeight === 1 ? this.#reports[back] : undefined;
    const slowedBackMs = told?.onewayChangeMs ?? 0;
    const { onewayChangeMs, jitterMs } = report;
    const rttMs = Math.min(report.rttMs, told?.rttMs ?? Number.POSITIVE_INFINITY);
    const skewMs = Math.max(-rttMs / 2, Math.min(rttMs / 2, (onewayChangeMs - slowedBackMs) / 2));
    judged.onewayMs = mixed(weight, rttMs / 2 + skewMs, guessMs);
    judged.jitterMs = weight * jitterMs;
    judged.loss = this.#isDeafnessOnly(report, back, nowMs) ? 0 : weight * planningLoss(report);
    return judged;
  }

  /** The reporter hears nothing from the other end, and the other end hears it: what is cut is the way back, and that is reported as itself. */
  #isDeafnessOnly(report: LinkReport, back: number, nowMs: number): boolean {
    const isFresh = nowMs - (this.#atMs[back] ?? Number.NEGATIVE_INFINITY) <= HEARS_MS;
    return report.isSilent && isFresh && this.#reports[back]?.isSilent === false;
  }

  #at(from: number, to: number): number {
    return from * this.hosts.length + to;
  }

  /** How much of a report still counts, 1 … 0. */
  #weight(at: number, nowMs: number): number {
    const ageMs = nowMs - (this.#atMs[at] ?? Number.NEGATIVE_INFINITY);
    return Math.max(0, Math.min(1, (FADE_TO_MS - ageMs) / (FADE_TO_MS - FADE_FROM_MS)));
  }

  #copy(before: LinkTable, at: number, fromHostId: string, toHostId: string): void {
    const from = before.indexOf(fromHostId);
    const to = before.indexOf(toHostId);
    if (from === undefined || to === undefined) return;
    this.#reports[at] = before.#reports[before.#at(from, to)];
    this.#atMs[at] = before.#atMs[before.#at(from, to)] ?? Number.NEGATIVE_INFINITY;
  }
}

const SOURCES = ['measured', 'fading', 'guessed'] as const;

/**
 * The loss that routes are planned with. One probe lost in 30 s is no loss rate: audio's weight would make 110 ms of it and send the pair
 * round the world, so one is forgiven. A fast window that is mostly lost is a cut, and does not wait for the slow one.
 */
export function planningLoss({ lossFast, lossSlow, slowProbes }: LinkReport): number {
  if (lossFast >= LOSS_CUT && slowProbes >= FREQUENT_PROBES) return lossFast;
  return Math.max(0, lossSlow - 1 / Math.max(1, slowProbes));
}

function mixed(weight: number, measuredMs: number, guessMs: number): number {
  return weight * measuredMs + (1 - weight) * guessMs;
}
