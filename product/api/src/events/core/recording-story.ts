// State of a recording, derived from the journals of its room's owners. Entries of a previous owner may arrive late, so
// (epoch, seq) decides which entry is newer.
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

/** `finishing`: recorders make the files. */
export const recordingStates = ['running', 'ended', 'finishing', 'finished', 'failed'] as const;
export type RecordingState = (typeof recordingStates)[number];

/** A report that the recording runs at this recorder, or is over. */
export type RecordingEntry = Position & {
  readonly wallMs: number;
  readonly recording: RoomRecording;
  readonly recorderId: string;
  readonly isOver: boolean;
};

export interface Composition {
  /** State of the stint's copy that was composed; with more of it, it is composed anew. */
  readonly isComplete: boolean;
  readonly endedMs: number;
  /** Stint that was made; absent before that, and after a failure. */
  readonly stintId?: string;
  /** Code of a failure for good: the stint's tracks count instead. */
  readonly failure?: string;
  /** Wall time of the first order; absent after the result. */
  readonly sinceMs?: number;
  /** Wall time of the result. */
  readonly atMs?: number;
}
export type Compositions = Readonly<Record<string, Composition>>;

export interface RecordingStint {
  readonly recorderId: string;
  readonly fromMs: number;
}
/** Enough for a new recorder every minute and a half for a day. Later stints are dropped. */
const stintsMax = 1000;

export interface RecordingHole {
  readonly fromMs: number;
  readonly toMs: number;
  /** Recorder responsible at that time; '' if unknown. */
  readonly recorderId: string;
  /** Participant whose track is missing; absent for a hole of the whole recording. */
  readonly identity?: string;
  /** Source of that track, such as `camera`. */
  readonly source?: string;
}
/** Limit of holes of a recording, as in recorders. */
export const holesMax = 1000;

export interface RecordingStory extends Position {
  readonly state: RecordingState;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly isEstimated: boolean;
  /** Recorders, sorted by the last entry of each. */
  readonly recorders: readonly string[];
  /** Stints, sorted by time. */
  readonly stints: readonly RecordingStint[];
  readonly isEndSent: boolean;
}

export interface RecordingStep {
  readonly story: RecordingStory;
  readonly events: readonly ('recording.started' | 'recording.ended')[];
}

/** Applies an entry. For an entry without news, returns an equal story and no events. */
export function withEntry(before: RecordingStory | undefined, entry: RecordingEntry): RecordingStep {
  const storyBefore = before ?? newStory(entry);
  const first = before === undefined ? (['recording.started'] as const) : [];
  const story = withStint(withRecorder(storyBefore, entry), entry);
  const isLater = before === undefined || compare(entry, before) > 0;
  if (entry.isOver) {
    const isEnd = (story.state === 'running' && isLater) || (story.isEstimated && story.endedMs !== null);
    if (!isEnd) return { story, events: first };
    const ended = withEnd(Object.assign({}, story, isLater ? positionOf(entry) : {}), entry.wallMs, false);
    return { story: ended.story, events: [...first, ...ended.events] };
  }
  const startedMs = Math.min(story.startedMs, beginOf(entry));
  if (!isLater) return { story: Object.assign({}, story, { startedMs }), events: first };
  // The recording was assumed to have ended, but still runs.
  const isReopened = story.isEstimated && (story.state === 'ended' || story.state === 'finishing');
  const again = isReopened ? { state: 'running', endedMs: null, isEstimated: false } : {};
  return { story: Object.assign({}, story, positionOf(entry), { startedMs }, again), events: first };
}

/** Ends a recording with its room, if no owner has reported the recording's end. */
export function withRoomOver(before: RecordingStory, endedMs: number): RecordingStep {
  if (before.state !== 'running') return { story: before, events: [] };
  return withEnd(before, Math.max(endedMs, before.startedMs), true);
}

function newStory(entry: RecordingEntry): RecordingStory {
  const startedMs = beginOf(entry);
  const rest = { endedMs: null, isEstimated: false, recorders: [], stints: [], isEndSent: false };
  return Object.assign({ state: 'running' as const, startedMs }, rest, positionOf(entry));
}

function withEnd(story: RecordingStory, endedMs: number, isEstimated: boolean): RecordingStep {
  const state = story.state === 'running' ? 'ended' : story.state;
  const events = story.isEndSent ? [] : (['recording.ended'] as const);
  return { story: Object.assign({}, story, { state, endedMs, isEstimated, isEndSent: true }), events };
}

/** Moves the recorder of the newest entry to the end of the list. */
function withRecorder(story: RecordingStory, entry: RecordingEntry): RecordingStory {
  const { recorderId } = entry;
  const { recorders } = story;
  if (recorderId === '') return story;
  if (compare(entry, story) < 0)
    return recorders.includes(recorderId) ? story : Object.assign({}, story, { recorders: [recorderId, ...recorders] });
  const otherRecorders = recorders.filter((one) => one !== recorderId);
  return Object.assign({}, story, { recorders: [...otherRecorders, recorderId] });
}

function withStint(story: RecordingStory, { recorderId, wallMs, isOver }: RecordingEntry): RecordingStory {
  const { stints } = story;
  if (isOver || recorderId === '') return story;
  if (stints.some((one) => one.recorderId === recorderId && one.fromMs === wallMs)) return story;
  const all = [...stints, { recorderId, fromMs: wallMs }].sort((a, b) => a.fromMs - b.fromMs);
  return Object.assign({}, story, { stints: all.slice(0, stintsMax) });
}

/** If the entry of an end lacks the start, the end is used as the start. */
const beginOf = ({ recording, wallMs }: RecordingEntry): number => Math.min(recording.sinceWallMs || wallMs, wallMs);
const positionOf = ({ epoch, seq }: Position): Position => ({ epoch, seq });
const compare = (a: Position, b: Position): number => a.epoch - b.epoch || a.seq - b.seq;
