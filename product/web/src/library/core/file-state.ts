// State of an uploaded file and its reducer: (state, event) -> state.
import { type Pace, withSample } from './pace.ts';

/** `waiting`: for its turn; `failed`: may be retried; `refused`: final. */
export const phases = ['waiting', 'reading', 'sending', 'paused', 'checking', 'ready', 'refused', 'failed'] as const;
export type Phase = (typeof phases)[number];

export interface Progress {
  readonly phase: 'reading' | 'sending' | 'checking' | 'done';
  readonly bytes: number;
  readonly knownBytes: number;
}

export interface FileState {
  readonly phase: Phase;
  /** Bytes read in `reading`, else bytes at the server. */
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly knownBytes: number;
  readonly pace: Pace;
  /** Id of the upload at the API; '' before it exists. */
  readonly upload: string;
  readonly item: string;
  /** Code of the refusal or failure; '' if none. */
  readonly code: string;
}

export type FileEvent =
  | { readonly name: 'begun' | 'paused' | 'resumed' | 'ready' }
  | { readonly name: 'known'; readonly upload: string; readonly item: string }
  | { readonly name: 'progress'; readonly progress: Progress; readonly atMs: number }
  | { readonly name: 'refused' | 'failed'; readonly code: string };

export const newFile = (bytesTotal: number): FileState => ({
  phase: 'waiting',
  bytes: 0,
  bytesTotal,
  knownBytes: 0,
  pace: [],
  upload: '',
  item: '',
  code: '',
});

/** Phases in which each event counts; in other phases it comes too late and is ignored. */
const acceptedIn: Readonly<Record<FileEvent['name'], readonly Phase[]>> = {
  begun: ['waiting'],
  known: ['reading', 'sending', 'checking'],
  progress: ['reading', 'sending', 'checking'],
  paused: ['waiting', 'reading', 'sending'],
  resumed: ['paused', 'failed'],
  ready: ['reading', 'sending', 'checking'],
  refused: ['reading', 'sending', 'checking'],
  failed: ['reading', 'sending', 'checking'],
};

/** Returns the same object when nothing changed. */
export function nextState(state: FileState, event: FileEvent): FileState {
  if (!acceptedIn[event.name].includes(state.phase)) return state;
  switch (event.name) {
    case 'begun':
      return { ...state, phase: 'reading', code: '' };
    case 'known':
      return { ...state, upload: event.upload, item: event.item };
    case 'progress':
      return advanced(state, event.progress, event.atMs);
    case 'ready':
      return { ...state, phase: 'ready', bytes: state.bytesTotal, pace: [] };
    case 'refused':
    case 'failed':
      return { ...state, phase: event.name, code: event.code, pace: [] };
    case 'paused':
      return { ...state, phase: 'paused', pace: [] };
    case 'resumed':
      return { ...state, phase: 'waiting', pace: [], code: '' };
  }
}

function advanced(state: FileState, progress: Progress, atMs: number): FileState {
  const phase = progress.phase === 'done' ? 'checking' : progress.phase;
  const bytes = Math.min(progress.bytes, state.bytesTotal);
  const pace = phase === state.phase ? state.pace : [];
  return {
    ...state,
    phase,
    bytes,
    knownBytes: progress.knownBytes,
    pace: phase === 'sending' ? withSample(pace, { atMs, bytes }) : [],
  };
}

export const needsPage = ({ phase }: FileState): boolean =>
  phase === 'waiting' || phase === 'reading' || phase === 'sending' || phase === 'paused';
export const mayPause = ({ phase }: FileState): boolean => acceptedIn.paused.includes(phase);
export const mayResume = ({ phase }: FileState): boolean => acceptedIn.resumed.includes(phase);
export const isOver = ({ phase }: FileState): boolean => phase === 'ready' || phase === 'refused';
