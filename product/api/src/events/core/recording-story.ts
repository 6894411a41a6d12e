// Recordings as companies hear of them: how one goes on from what owners of its room say. Entries of an owner come in
// order, those of an earlier one may come late: what was first counts by (epoch, seq). Pure.
import type { RoomRecording } from '@meridian/protocol';
import type { Position } from './story.ts';

export const recordingEventTypes = [
  'recording.started',
  'recording.ended',
  'recording.finished',
  'recording.failed',
  'recording.deleted',
] as const;
export type RecordingEventType = (typeof recordingEventTypes)[number];
export const isOfRecording = (type: string): boolean => type.startsWith('recording.');

/** `finishing`: recorders make its files. */
export const recordingStates = ['running', 'ended', 'finishing', 'finished', 'failed'] as const;
export type RecordingState = (typeof recordingStates)[number];

/** Of a journal: it runs at this recorder, or is over. */
export type RecordingEntry = Position & {
  readonly wallMs: number;
  readonly recording: RoomRecording;
  readonly recorderId: string;
  readonly isOver: boolean;
};

/** From then on this recorder had it. */
export interface RecordingStint {
  readonly recorderId: string;
  readonly fromMs: number;
}
/** Recorders change by faults and drains: in a day, one each minute and a half. Later ones are not named. */
const stintsMax = 1000;

/** Nothing of this time is kept. */
export interface RecordingHole {
  readonly fromMs: number;
  readonly toMs: number;
  /** The recorder that had it then; '': that is not known. */
  readonly recorderId: string;
}
/** Bounds the holes in a recording's row; recorders name as many. */
export const holesMax = 1000;

/** A recording as far as owners know it. */
export interface RecordingStory extends Position {
  readonly state: RecordingState;
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** No owner has said when it ended. */
  readonly isEstimated: boolean;
  /** In the order in which they had it last. */
  readonly recorders: readonly string[];
  /** In order. */
  readonly stints: readonly RecordingStint[];
  /** Companies have heard of its end. */
  readonly isEndTold: boolean;
}

export interface RecordingStep {
  readonly story: RecordingStory;
  readonly events: readonly ('recording.started' | 'recording.ended')[];
}

/** After an entry. The same story, and no events: it says nothing new. */
export function withEntry(before: RecordingStory | undefined, entry: RecordingEntry): RecordingStep {
  const known = before ?? begun(entry);
  const first = before === undefined ? (['recording.started'] as const) : [];
  const story = withStint(withRecorder(known, entry), entry);
  const isLater = before === undefined || compare(entry, before) > 0;
  if (entry.isOver) {
    const isEnd = (story.state === 'running' && isLater) || (story.isEstimated && story.endedMs !== null);
    if (!isEnd) return { story, events: first };
    const ended = withEnd(Object.assign({}, story, isLater ? positionOf(entry) : {}), entry.wallMs, false);
    return { story: ended.story, events: [...first, ...ended.events] };
  }
  const startedMs = Math.min(story.startedMs, beginOf(entry));
  if (!isLater) return { story: Object.assign({}, story, { startedMs }), events: first };
  // It was taken for ended, and goes on.
  const isBack = story.isEstimated && (story.state === 'ended' || story.state === 'finishing');
  const again = isBack ? { state: 'running', endedMs: null, isEstimated: false } : {};
  return { story: Object.assign({}, story, positionOf(entry), { startedMs }, again), events: first };
}

/** The room is over, and no owner has said so of the recording. */
export function withRoomOver(before: RecordingStory, endedMs: number): RecordingStep {
  if (before.state !== 'running') return { story: before, events: [] };
  return withEnd(before, Math.max(endedMs, before.startedMs), true);
}

function begun(entry: RecordingEntry): RecordingStory {
  const startedMs = beginOf(entry);
  const rest = { endedMs: null, isEstimated: false, recorders: [], stints: [], isEndTold: false };
  return Object.assign({ state: 'running' as const, startedMs }, rest, positionOf(entry));
}

function withEnd(story: RecordingStory, endedMs: number, isEstimated: boolean): RecordingStep {
  const state = story.state === 'running' ? 'ended' : story.state;
  const events = story.isEndTold ? [] : (['recording.ended'] as const);
  return { story: Object.assign({}, story, { state, endedMs, isEstimated, isEndTold: true }), events };
}

/** The one that had it last is the last one. */
function withRecorder(story: RecordingStory, entry: RecordingEntry): RecordingStory {
  const { recorderId } = entry;
  const { recorders } = story;
  if (recorderId === '') return story;
  if (compare(entry, story) < 0)
    return recorders.includes(recorderId) ? story : Object.assign({}, story, { recorders: [recorderId, ...recorders] });
  const others = recorders.filter((one) => one !== recorderId);
  return Object.assign({}, story, { recorders: [...others, recorderId] });
}

function withStint(story: RecordingStory, { recorderId, wallMs, isOver }: RecordingEntry): RecordingStory {
  const { stints } = story;
  if (isOver || recorderId === '') return story;
  if (stints.some((one) => one.recorderId === recorderId && one.fromMs === wallMs)) return story;
  const all = [...stints, { recorderId, fromMs: wallMs }].sort((a, b) => a.fromMs - b.fromMs);
  return Object.assign({}, story, { stints: all.slice(0, stintsMax) });
}

/** Of an end whose owner knows no more, it is the end itself. */
const beginOf = ({ recording, wallMs }: RecordingEntry): number => Math.min(recording.sinceWallMs || wallMs, wallMs);
const positionOf = ({ epoch, seq }: Position): Position => ({ epoch, seq });
const compare = (a: Position, b: Position): number => a.epoch - b.epoch || a.seq - b.seq;
