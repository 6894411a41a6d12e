import type { QualityPoint, Strength } from '../../types.ts';

/** Space left (`GUTTER_PX`) and right of the plots; marks and spans above the charts leave the same space. */
export const GUTTER_PX = 68;
export const RIGHT_PX = 22;

export interface Run {
  readonly fromMs: number;
  readonly toMs: number;
}
export interface StrengthRun extends Run {
  readonly strength: Strength;
}

interface KindRun<T> extends Run {
  readonly kind: T;
}

/** Merges neighbouring points of the same kind into runs; a point covers the step that ends at its time. */
function runsBy<T>(points: readonly QualityPoint[], stepS: number, kindOf: (point: QualityPoint) => T | undefined) {
  const runs: KindRun<T>[] = [];
  for (const point of [...points].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const pointKind = kindOf(point);
    const toMs = Date.parse(point.at);
    if (pointKind === undefined || Number.isNaN(toMs)) continue;
    const fromMs = toMs - stepS * 1000;
    const last = runs.at(-1);
    const isNext = last !== undefined && last.kind === pointKind && fromMs - last.toMs < stepS * 500;
    if (isNext) runs[runs.length - 1] = { ...last, toMs };
    else runs.push({ kind: pointKind, fromMs: Math.max(fromMs, last?.toMs ?? fromMs), toMs });
  }
  return runs;
}

export const strengthRuns = (points: readonly QualityPoint[], stepS: number): readonly StrengthRun[] =>
  runsBy(points, stepS, ({ strength }) => strength).map(({ kind: of, fromMs, toMs }) => ({
    strength: of,
    fromMs,
    toMs,
  }));

export const frozenRuns = (points: readonly QualityPoint[], stepS: number): readonly Run[] =>
  runsBy(points, stepS, ({ freezeMs = 0 }) => (freezeMs > 0 ? true : undefined)).map(({ fromMs, toMs }) => ({
    fromMs,
    toMs,
  }));

export interface PlacedMark {
  /** Position from the left, 0 … 1. */
  readonly at: number;
  readonly row: number;
  /** Whether its words fit before the next mark of its row, or before the right end. */
  readonly hasWords: boolean;
}

export const MARK_PX = 20;
const ROWS_MAX = 3;
/** Space between the words of a mark and the next mark. */
const SPACE_PX = 8;
const LETTER_PX = 6.6;
const CHINESE_LETTER_PX = 13;

export function wordsPx(text: string): number {
  let px = 0;
  for (const letter of text)
    px += /\p{Script=Han}|[\u3000-\u303f\uff00-\uffef]/u.test(letter) ? CHINESE_LETTER_PX : LETTER_PX;
  return px;
}

/** Places marks in order of time, each in the first free row; if no row is free, in the row that ended first. */
export function placeMarks(
  marks: readonly { readonly atMs: number; readonly words: string }[],
  { fromMs, toMs, widthPx }: Run & { readonly widthPx: number },
): readonly PlacedMark[] {
  const spanMs = Math.max(1, toMs - fromMs);
  const ends: number[] = [];
  const placed = marks.map(({ atMs }) => {
    const at = Math.min(1, Math.max(0, (atMs - fromMs) / spanMs));
    const px = at * widthPx;
    let row = ends.findIndex((end) => end <= px);
    if (row < 0) row = ends.length < ROWS_MAX ? ends.length : ends.indexOf(Math.min(...ends));
    ends[row] = px + MARK_PX;
    return { at, row };
  });
  return placed.map(({ at, row }, index) => {
    const next = placed.find((other, later) => later > index && other.row === row);
    const limitPx = next === undefined ? widthPx : next.at * widthPx - SPACE_PX;
    const words = marks[index]?.words ?? '';
    return { at, row, hasWords: at * widthPx + MARK_PX + wordsPx(words) <= limitPx };
  });
}
