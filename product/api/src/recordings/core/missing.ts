// Finds the missing parts of a recording. Times are wall time in milliseconds.
import { MISSING_EDGE_MS_MIN } from '@meridian/protocol';
import { holesMax, type RecordingHole, type RecordingStint } from '../../events/core/recording-story.ts';

export interface OrderedRecording {
  readonly startedMs: number;
  /** Null while the recording runs. */
  readonly endedMs: number | null;
  readonly stints: readonly RecordingStint[];
}

export interface MadeRecording {
  readonly startedMs: number;
  readonly durationMs: number;
  /** Total of all holes of the whole recording, including those beyond the first `holesMax`. */
  readonly holeMs: number;
  readonly holes: readonly Omit<RecordingHole, 'recorderId'>[];
}

/** Adds holes of the ordered time, split by recorder. Edges shorter than `MISSING_EDGE_MS_MIN` do not count. */
export function withMissing(
  ordered: OrderedRecording,
  made: MadeRecording,
): Pick<MadeRecording, 'startedMs' | 'durationMs' | 'holeMs'> & { readonly holes: readonly RecordingHole[] } {
  const startedMs = Math.min(ordered.startedMs, made.startedMs);
  const madeEndMs = made.startedMs + made.durationMs;
  const endedMs = Math.max(ordered.endedMs ?? 0, madeEndMs);
  const edges = [
    { fromMs: startedMs, toMs: made.startedMs },
    { fromMs: madeEndMs, toMs: endedMs },
  ];
  const [begin = [], end = []] = edges.map((edge) => (lengthOf(edge) > MISSING_EDGE_MS_MIN ? [edge] : []));
  const holes = [...begin, ...made.holes, ...end].flatMap((hole) => byRecorder(hole, ordered.stints));
  return {
    startedMs,
    durationMs: (end.length > 0 ? endedMs : madeEndMs) - startedMs,
    holeMs: made.holeMs + [...begin, ...end].reduce((sum, edge) => sum + lengthOf(edge), 0),
    holes: holes.slice(0, holesMax),
  };
}

/** Returns what files have together with those beside them: a time is missing where both lack it. */
export function withBeside(former: MadeRecording, beside: MadeRecording): MadeRecording {
  const both = [former, beside];
  const startedMs = Math.min(...both.map((made) => made.startedMs));
  const endedMs = Math.max(...both.map(endOf));
  const [ofFormer = [], ofBeside = []] = both.map((made) => [
    { fromMs: startedMs, toMs: made.startedMs },
    ...made.holes.filter(isOfAll),
    { fromMs: endOf(made), toMs: endedMs },
  ]);
  const missing = ofFormer.flatMap((a) =>
    ofBeside
      .map((b) => ({ fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) }))
      .filter((hole) => lengthOf(hole) > 0),
  );
  const holes = [...missing, ...both.flatMap((made) => made.holes.filter((hole) => !isOfAll(hole)))];
  return {
    startedMs,
    durationMs: endedMs - startedMs,
    holeMs: missing.reduce((sum, hole) => sum + lengthOf(hole), 0),
    holes: holes.toSorted((a, b) => a.fromMs - b.fromMs),
  };
}

const endOf = ({ startedMs, durationMs }: MadeRecording): number => startedMs + durationMs;
const isOfAll = ({ source = '' }: MadeRecording['holes'][number]): boolean => source === '';

type Time = Pick<RecordingHole, 'fromMs' | 'toMs'>;
const lengthOf = ({ fromMs, toMs }: Time): number => toMs - fromMs;

/** Splits a hole where another recorder took over. */
function byRecorder(
  { fromMs, toMs, ...track }: MadeRecording['holes'][number],
  stints: readonly RecordingStint[],
): RecordingHole[] {
  const edgeMs = Math.min(MISSING_EDGE_MS_MIN, (toMs - fromMs) / 2);
  const first = stints.findLast((stint) => stint.fromMs <= fromMs + edgeMs) ?? stints[0];
  const parts = [{ ...track, fromMs, toMs, recorderId: first?.recorderId ?? '' }];
  for (const { recorderId, fromMs: cameMs } of stints) {
    const last = parts.at(-1);
    if (last === undefined || recorderId === last.recorderId) continue;
    if (cameMs <= fromMs + edgeMs || cameMs >= toMs - edgeMs) continue;
    last.toMs = cameMs;
    parts.push({ ...track, fromMs: cameMs, toMs, recorderId });
  }
  return parts;
}
