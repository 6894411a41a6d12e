// Decides when the stints of an ended recording are all there, and which of them are assembled. Times are wall time in
// milliseconds.
import type { StintPlace } from '@meridian/protocol';

/** Stint in the store or the spool of a recorder that answered. */
export interface HeldStint {
  readonly stintId: string;
  /** Recorder that made it. */
  readonly recorderId: string;
  readonly isComplete: boolean;
  readonly journals: readonly string[];
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface Answer {
  readonly isBusy: boolean;
  readonly stints: readonly HeldStint[];
}

export interface EndedRecording {
  readonly endedMs: number;
  /** Recorders that were ordered. */
  readonly listed: readonly string[];
  /** Marks of the stints of its last version, as in `Decision`. */
  readonly assembled: readonly string[];
  /** Recorders whose stints that version lacks. */
  readonly awaited: readonly string[];
}

export type Decision =
  | { readonly do: 'wait'; readonly againMs: number }
  | {
      readonly do: 'assemble';
      readonly stints: readonly StintPlace[];
      /** Ids of these stints; `INCOMPLETE` follows that of one whose end may still come. */
      readonly marks: readonly string[];
      readonly awaited: readonly string[];
      /** Recorder that has the most of the recorded time. */
      readonly lane: string;
    }
  /** No stint is new. `awaited`: empty if no more can come. */
  | { readonly do: 'keep'; readonly awaited: readonly string[]; readonly againMs: number }
  /** No recorder has had a stint for a day. */
  | { readonly do: 'fail'; readonly awaited: readonly string[] };

export const INCOMPLETE = '~';
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
  const copies = copiesOf(answers);
  if (copies.size === 0 && of.assembled.length === 0)
    return ageMs < GIVEN_UP_MS ? { do: 'wait', againMs } : { do: 'fail', awaited };
  const isAnyMissing =
    away.length > 0 || [...copies.values()].some((held) => !held.some(({ isComplete }) => isComplete));
  if ((busy.length > 0 && ageMs < GIVEN_UP_MS) || (isAnyMissing && ageMs < AWAY_MS)) return { do: 'wait', againMs };
  // Without the stints of the last version, a new one would lose them.
  if (of.assembled.some((mark) => !copies.has(stintIn(mark))))
    return { do: 'keep', awaited: laterOf(of, ageMs), againMs };
  const { lane, chosen } = choose(copies);
  const marks = chosen.map(({ stintId, isComplete }) => (isComplete ? stintId : `${stintId}${INCOMPLETE}`));
  const hasReturned = (id: string): boolean => of.awaited.includes(id) && !awaited.includes(id);
  const isNew = chosen.some(
    ({ stintId, recorderId }) =>
      !of.assembled.includes(stintId) && (!of.assembled.includes(`${stintId}${INCOMPLETE}`) || hasReturned(recorderId)),
  );
  if (!isNew) return { do: 'keep', awaited, againMs };
  const stints = chosen.map(({ stintId, recorderId, holder, journals }) => ({ stintId, recorderId, holder, journals }));
  return { do: 'assemble', stints, marks, awaited, lane };
}

const stintIn = (mark: string): string => (mark.endsWith(INCOMPLETE) ? mark.slice(0, -INCOMPLETE.length) : mark);
const laterOf = ({ awaited }: EndedRecording, ageMs: number): readonly string[] => (ageMs < KEPT_MS ? awaited : []);

type Copy = HeldStint & { readonly holder: string };

/** Returns the copies of each stint: several recorders may share a store. */
function copiesOf(answers: ReadonlyMap<string, Answer>): Map<string, Copy[]> {
  const copies = new Map<string, Copy[]>();
  for (const [holder, { stints }] of [...answers].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    for (const stint of stints)
      copies.set(stint.stintId, [...(copies.get(stint.stintId) ?? []), Object.assign({ holder }, stint)]);
  return copies;
}

/** Chooses the recorder that has the most time, and of each stint the best copy, in the order of time. */
function choose(copies: ReadonlyMap<string, readonly Copy[]>): { lane: string; chosen: Copy[] } {
  const heldMs = new Map<string, number>();
  for (const { holder, startedMs, endedMs } of [...copies.values()].flat())
    heldMs.set(holder, (heldMs.get(holder) ?? 0) + Math.max(0, endedMs - startedMs));
  const [[lane] = ['', 0]] = [...heldMs].toSorted(([, a], [, b]) => b - a);
  const rankOf = ({ isComplete, holder, recorderId, endedMs }: Copy): readonly number[] => [
    Number(isComplete),
    endedMs,
    Number(holder === lane),
    Number(holder === recorderId),
  ];
  const chosen = [...copies.values()].flatMap(
    (held) => held.toSorted((a, b) => compare(rankOf(b), rankOf(a)))[0] ?? [],
  );
  return { lane, chosen: chosen.toSorted((a, b) => a.startedMs - b.startedMs || (a.stintId < b.stintId ? -1 : 1)) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}
