// Decides when the stints of an ended recording are all there, which of them are composed first, and which are
// assembled. Times are wall time in milliseconds.
import type { StintPlace } from '@meridian/protocol';
import type { Composition, Compositions } from '../../events/core/recording-story.ts';

/** Stint in the store or the spool of a recorder that answered. */
export interface HeldStint {
  readonly stintId: string;
  /** Recorder that made it. */
  readonly recorderId: string;
  readonly isComplete: boolean;
  readonly journals: readonly string[];
  readonly startedMs: number;
  readonly endedMs: number;
  /** True for tracks of which one picture is composed. */
  readonly isLater: boolean;
  /** Stint of whose tracks it was composed; ''. */
  readonly composedOf: string;
}

export interface Answer {
  readonly isBusy: boolean;
  readonly stints: readonly HeldStint[];
}

export interface EndedRecording {
  readonly endedMs: number;
  /** Recorders that were ordered. */
  readonly listed: readonly string[];
  /** Marks of the stints of its last version, as in `Decision`; `ERASED` follows that of an erased one. */
  readonly assembled: readonly string[];
  /** Recorders whose stints that version lacks. */
  readonly awaited: readonly string[];
  readonly compositions: Compositions;
}

export interface ToCompose {
  readonly stint: StintPlace;
  /** State of the copy that is composed. */
  readonly from: Composition;
}

export type Decision =
  | { readonly do: 'wait'; readonly againMs: number }
  | { readonly do: 'compose'; readonly stints: readonly ToCompose[]; readonly againMs: number }
  | {
      readonly do: 'assemble';
      readonly stints: readonly StintPlace[];
      /**
       * Ids of the recorded stints; `INCOMPLETE` follows that of one whose end may still come. A composed stint counts
       * as the one of which it was composed.
       */
      readonly marks: readonly string[];
      readonly awaited: readonly string[];
      /** Recorder that has the most of the recorded time. */
      readonly lane: string;
      /** True if stints of the last version are gone: its files stay, and the new stints get files of their own. */
      readonly isBeside: boolean;
    }
  /** No stint is new. `awaited`: empty if no more can come. */
  | { readonly do: 'keep'; readonly awaited: readonly string[]; readonly againMs: number }
  /** No recorder has had a stint for a day. */
  | { readonly do: 'fail'; readonly awaited: readonly string[] };

export const INCOMPLETE = '~';
/** Follows the mark of a stint that a version has, and that recorders were ordered to erase. */
const ERASED = '!';
/** Mark of a recording of which a file was deleted: no version follows, since it would bring the file back. */
export const LAST = ERASED;
/** Wait for a recorder that is away: its spool may have media that is in no store. */
export const AWAY_MS = 2 * 60_000;
/** Wait for any stint, and for a recorder that is busy. */
export const GIVEN_UP_MS = 24 * 3600_000;
/** Time since the end for which stints are kept and awaited. */
export const KEPT_MS = 30 * 86_400_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 30_000;
const AGAIN_LATE_MS_MAX = 10 * 60_000;

/** Returns the pause until recorders are asked again, which grows with the time since the end. */
export const againMsAt = (ageMs: number): number =>
  Math.min(ageMs < GIVEN_UP_MS / 24 ? AGAIN_MS_MAX : AGAIN_LATE_MS_MAX, Math.max(AGAIN_MS, Math.round(ageMs / 4)));

/** `answers`: by recorder; a listed recorder without one is away. */
export function decide(of: EndedRecording, answers: ReadonlyMap<string, Answer>, nowMs: number): Decision {
  const ageMs = Math.max(0, nowMs - of.endedMs);
  const againMs = againMsAt(ageMs);
  const away = of.listed.filter((id) => !answers.has(id));
  const busy = [...answers].filter(([, { isBusy }]) => isBusy).map(([id]) => id);
  const awaited = ageMs < KEPT_MS ? [...new Set([...away, ...busy])].toSorted() : [];
  const all = copiesOf(answers);
  const copies = new Map([...all].filter(([, held]) => held.every(({ composedOf }) => composedOf === '')));
  if (copies.size === 0 && of.assembled.length === 0)
    return ageMs < GIVEN_UP_MS ? { do: 'wait', againMs } : { do: 'fail', awaited };
  const isAnyMissing =
    away.length > 0 || [...copies.values()].some((held) => !held.some(({ isComplete }) => isComplete));
  if ((busy.length > 0 && ageMs < GIVEN_UP_MS) || (isAnyMissing && ageMs < AWAY_MS)) return { do: 'wait', againMs };
  if (of.assembled.includes(LAST)) return { do: 'keep', awaited: [], againMs };
  const missing = of.assembled.filter((mark) => isErased(mark) || !copies.has(stintIn(mark)));
  // Without the stints of the last version, a new one would lose them.
  if (missing.some((mark) => !isErased(mark)) && away.length > 0 && ageMs < KEPT_MS)
    return { do: 'keep', awaited: [...new Set([...of.awaited, ...away])].toSorted(), againMs };
  const isBeside = missing.length > 0;
  for (const mark of isBeside ? of.assembled : []) copies.delete(stintIn(mark));
  const chosen = choose(copies);
  const marks = [
    ...(isBeside ? of.assembled : []),
    ...chosen.map(({ stintId, isComplete }) => (isComplete ? stintId : `${stintId}${INCOMPLETE}`)),
  ];
  const hasReturned = (id: string): boolean => of.awaited.includes(id) && !awaited.includes(id);
  const isNew = chosen.some(
    ({ stintId, recorderId }) =>
      !of.assembled.includes(stintId) && (!of.assembled.includes(`${stintId}${INCOMPLETE}`) || hasReturned(recorderId)),
  );
  if (!isNew) return { do: 'keep', awaited, againMs };
  const parts = chosen.map((stint) => partOf(stint, of.compositions[stint.stintId], all, nowMs));
  const uncomposed = parts.flatMap((part) => (part.do === 'compose' ? [part] : []));
  if (uncomposed.length > 0)
    return {
      do: 'compose',
      stints: uncomposed.map(({ stint }) => ({ stint: placeOf(stint), from: stateOf(stint) })),
      againMs,
    };
  if (parts.some((part) => part.do === 'wait')) return { do: 'wait', againMs };
  const used = parts.flatMap((part) => (part.do === 'use' ? [part.stint] : []));
  const lane = laneOf(used.flatMap(({ stintId }) => all.get(stintId) ?? []));
  return { do: 'assemble', stints: used.map(placeOf), marks, awaited, lane, isBeside };
}

type Part = { readonly do: 'compose' | 'use'; readonly stint: Copy } | { readonly do: 'wait' };

/**
 * Decides what a stint gives to the files: itself, or the stint that the last task composed of it. Another composed
 * stint, of a run that was lost, counts for nothing.
 */
function partOf(
  stint: Copy,
  composition: Composition | undefined,
  copies: ReadonlyMap<string, readonly Copy[]>,
  nowMs: number,
): Part {
  if (!stint.isLater) return { do: 'use', stint };
  const isOfAll =
    composition !== undefined && composition.isComplete === stint.isComplete && composition.endedMs >= stint.endedMs;
  if (!isOfAll || (composition.failure === undefined && composition.stintId === undefined))
    return { do: 'compose', stint };
  if (composition.failure !== undefined) return { do: 'use', stint };
  const made = bestOf(copies.get(composition.stintId ?? '') ?? []);
  if (made?.isComplete === true) return { do: 'use', stint: made };
  const ageMs = nowMs - (composition.atMs ?? 0);
  return ageMs < (made === undefined ? AWAY_MS : GIVEN_UP_MS) ? { do: 'wait' } : { do: 'compose', stint };
}

const placeOf = ({ stintId, recorderId, holder, journals }: Copy): StintPlace => ({
  stintId,
  recorderId,
  holder,
  journals,
});
const stateOf = ({ isComplete, endedMs }: Copy): Composition => ({ isComplete, endedMs });

const isErased = (mark: string): boolean => mark.endsWith(ERASED);
const stintIn = (mark: string): string => mark.replace(/[~!]+$/, '');

/** Returns the marks of a version whose stints are erased. */
export const erasedMarks = (marks: readonly string[]): readonly string[] =>
  marks.map((mark) => (isErased(mark) ? mark : `${mark}${ERASED}`));

/** Returns whether a recorder has, or may get, a stint that no version has. */
export function hasMore({ isBusy, stints }: Answer, marks: readonly string[]): boolean {
  if (marks.includes(LAST)) return false;
  const known = new Set(marks.map(stintIn));
  return isBusy || stints.some(({ stintId, composedOf }) => composedOf === '' && !known.has(stintId));
}

type Copy = HeldStint & { readonly holder: string };

/** Returns the copies of each stint: several recorders may share a store. */
function copiesOf(answers: ReadonlyMap<string, Answer>): Map<string, Copy[]> {
  const copies = new Map<string, Copy[]>();
  for (const [holder, { stints }] of [...answers].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    for (const stint of stints)
      copies.set(stint.stintId, [...(copies.get(stint.stintId) ?? []), Object.assign({ holder }, stint)]);
  return copies;
}

/** Returns the recorder that has the most time of these copies. */
function laneOf(copies: readonly Copy[]): string {
  const heldMs = new Map<string, number>();
  for (const { holder, startedMs, endedMs } of copies)
    heldMs.set(holder, (heldMs.get(holder) ?? 0) + Math.max(0, endedMs - startedMs));
  const [[lane] = ['', 0]] = [...heldMs].toSorted(([, a], [, b]) => b - a);
  return lane;
}

/** Chooses of each stint the best copy, in the order of time. */
function choose(copies: ReadonlyMap<string, readonly Copy[]>): Copy[] {
  const lane = laneOf([...copies.values()].flat());
  const chosen = [...copies.values()].flatMap((held) => bestOf(held, lane) ?? []);
  return chosen.toSorted((a, b) => a.startedMs - b.startedMs || (a.stintId < b.stintId ? -1 : 1));
}

function bestOf(copies: readonly Copy[], lane = ''): Copy | undefined {
  const rankOf = ({ isComplete, holder, recorderId, endedMs }: Copy): readonly number[] => [
    Number(isComplete),
    endedMs,
    Number(holder === lane),
    Number(holder === recorderId),
  ];
  return copies.toSorted((a, b) => compare(rankOf(b), rankOf(a)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
