// Whether a cell keeps what is promised. Pure.
import { type Aims, allowed, type Pair } from './table.ts';

export interface CellFigures {
  /** From drawing to showing: median and 95 of 100. */
  readonly latencyMs: number;
  readonly latencyMsP95: number;
  /** From the player's start. */
  readonly firstPictureMs: number;
  readonly avOffsetMs: number;
  /** Between two pictures that differ: median. */
  readonly pictureGapMs: number;
  /** `CODEC to CODEC`. */
  readonly transcoded: readonly string[];
}

/** Publishers draw 15 pictures a second at least; a busy reader misses some. One of two is to be seen. */
const pictureGapMsMax = 135;
/** Without an aim: there must be a figure all the same. */
const anyMs = Number.POSITIVE_INFINITY;

/** What is missed, in words; empty: all is met. A figure that is no number is missed. */
export function missedOf(pair: Pair, figures: CellFigures, o: { aims: Aims; regionDelayMs: number }): string[] {
  const { aims, regionDelayMs } = o;
  const beside = (ms: number): number => ms - regionDelayMs;
  const rows: readonly [what: string, valueMs: number, aimMs: number | undefined][] = [
    ['latency', beside(figures.latencyMs), aims.latencyMs ?? anyMs],
    ['latency of 95 in 100', beside(figures.latencyMsP95), aims.latencyMsP95],
    ['first picture', figures.firstPictureMs, aims.firstPictureMs],
    ['sound beside picture', Math.abs(figures.avOffsetMs), aims.avOffsetMs],
    ['from picture to picture', figures.pictureGapMs, pictureGapMsMax],
  ];
  const late = rows.flatMap(([what, valueMs, aimMs]) =>
    aimMs === undefined || valueMs <= aimMs
      ? []
      : [`${what}: ${text(valueMs)}${aimMs === anyMs ? '' : `, aim ${aimMs} ms`}`],
  );
  const may = allowed(pair);
  const more = figures.transcoded.filter((one) => !may.includes(one));
  return [...late, ...more.map((one) => `transcoded: ${one}, which the table does not allow`)];
}

const text = (ms: number): string => (Number.isFinite(ms) ? `${Math.round(ms)} ms` : 'nothing measured');
