// Words for the state of a recording: keys of `recordingStateTexts` and `recordingNoteTexts`, with their values.
import { clockText } from './clock.ts';
import type { recordingNoteTexts, recordingStateTexts } from './messages/recording-states.ts';

export interface RecordingFacts {
  readonly state: 'running' | 'ended' | 'finishing' | 'finished' | 'failed';
  readonly mode: 'tracks' | 'composed' | 'page';
  readonly later?: boolean | undefined;
  readonly task?:
    | { readonly kind: 'compose' | 'assemble'; readonly state: 'waiting' | 'running'; readonly done: number }
    | null
    | undefined;
  readonly failure: string | null;
  readonly holeMs: number | null;
  /** A hole with `identity` and `source` is of that track alone. */
  readonly holes: readonly { readonly identity: string | null; readonly source: string | null }[];
  readonly outputs: readonly { readonly source: string }[];
  readonly trashedAt?: string | null | undefined;
}

type Values = Readonly<Record<string, string | number>>;

export interface RecordingState {
  readonly key: keyof typeof recordingStateTexts.en;
  readonly values: Values;
  readonly tone: 'quiet' | 'good' | 'bad';
}

export interface RecordingNote {
  readonly key: keyof typeof recordingNoteTexts.en;
  readonly values: Values;
}

/** Returns the one state that a row shows. `percent` is whole, and 100 only when all is done. */
export function recordingState(recording: RecordingFacts): RecordingState {
  const { state, task, later, trashedAt } = recording;
  const quiet = (key: RecordingState['key'], values: Values = {}): RecordingState => ({ key, values, tone: 'quiet' });
  if (trashedAt != null) return quiet('trashed');
  if (state === 'running') return quiet(later === true ? 'runningLater' : 'running');
  if (state === 'finished') return { key: 'finished', values: {}, tone: 'good' };
  if (state === 'failed') return { key: 'failed', values: {}, tone: 'bad' };
  if (task == null) return quiet(state);
  if (task.state === 'waiting') return quiet(task.kind === 'compose' ? 'composeWaiting' : 'assembleWaiting');
  const percent = Math.floor(Math.min(1, Math.max(0, task.done)) * 100);
  return quiet(task.kind === 'compose' ? 'composing' : 'assembling', { percent });
}

/** Returns what else a person should know about the recording, the gravest first. */
export function recordingNotes(recording: RecordingFacts): readonly RecordingNote[] {
  const { state, mode, outputs, holes, holeMs } = recording;
  const notes: RecordingNote[] = [...failureNotes(recording)];
  const isComposed = outputs.some(({ source }) => source === 'composed');
  if (state === 'finished' && mode === 'composed' && outputs.length > 0 && !isComposed)
    notes.push({ key: 'tracksInstead', values: {} });
  const ofTracks = holes.filter(({ identity, source }) => identity !== null && source !== null);
  const gaps = holes.length - ofTracks.length;
  const missingMs = Math.ceil((holeMs ?? 0) / 1000) * 1000;
  if (gaps > 0) notes.push({ key: 'gaps', values: { count: gaps, time: clockText(missingMs) } });
  const tracks = new Set(ofTracks.map(({ identity, source }) => JSON.stringify([identity, source]))).size;
  if (tracks > 0) notes.push({ key: 'trackGaps', values: { count: tracks } });
  return notes;
}

function failureNotes({ state, failure }: RecordingFacts): readonly RecordingNote[] {
  const code = failure ?? '';
  if (code === '' || state === 'running' || state === 'finished') return [];
  if (state !== 'failed') return [{ key: 'triedAgain', values: { code } }];
  if (code === 'RECORDING_UNKNOWN') return [{ key: 'lost', values: {} }];
  if (code === 'RECORDING_TOO_LONG') return [{ key: 'tooLong', values: {} }];
  return [{ key: 'failedBy', values: { code } }];
}
