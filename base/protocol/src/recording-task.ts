// Tasks of the api's queue for recorders. `assemble` makes files of a recording's stints and uploads them into the
// library (docs/adr/0042-recordings-are-contents.md); `compose` makes one picture of tracks (ADR 0043). Payloads and
// results are JSON.
import type { OutputGroup, RecordedChapter, RecordedPost } from './recording-file.ts';

export const ASSEMBLE = 'assemble';

export interface AssembleTask {
  readonly recordingId: string;
  /** Key of the room. */
  readonly room: string;
  readonly version: number;
  /** Ordered time, by the clock of the room's owner. */
  readonly startedWallMs: number;
  readonly endedWallMs: number;
  readonly stints: readonly StintPlace[];
  /**
   * Numbers of the participants in the file names of the last version, which they keep; absent in tasks of a former
   * release.
   */
  readonly numbers?: readonly ParticipantNumber[];
}

/** `p001-camera` is a file of the participant with the number 1. */
export interface ParticipantNumber {
  readonly identity: string;
  readonly number: number;
}

export const COMPOSE = 'compose';

/** Task `compose`: a recorder makes one picture and one sound of a stint's tracks, as another stint of its own. */
export interface ComposeTask {
  readonly recordingId: string;
  /** Key of the room. */
  readonly room: string;
  readonly stint: StintPlace;
}

export interface StintComposed {
  /** Stint that was made; its `composed_of` names the stint of the task. */
  readonly stintId: string;
}

export interface StintPlace {
  readonly stintId: string;
  /** Recorder that made the stint. */
  readonly recorderId: string;
  /** Recorder whose store has the stint. */
  readonly holder: string;
  /** Names of its journal, or of the journal's slices in order. */
  readonly journals: readonly string[];
}

export interface AssembledRecording {
  readonly startedWallMs: number;
  readonly durationMs: number;
  /** Times that are missing; the first 1,000. */
  readonly holes: readonly RecordedHole[];
  /** Total of all holes of the whole recording. */
  readonly holeMs: number;
  readonly participants: readonly { readonly identity: string; readonly name: string }[];
  /** Speakers and shared screens, in the time of the recording; at most 1,000. */
  readonly chapters: readonly RecordedChapter[];
  readonly outputs: readonly AssembledOutput[];
  /** Pages of posts that were sent (`taskUpload`, operation `posts`). */
  readonly postPages: number;
}

/** Hole: a time without media, in the whole recording or in one participant's track. */
export interface RecordedHole {
  /** Time since the recording began. */
  readonly ms: number;
  readonly durationMs: number;
  /** Participant of the track; '' for the whole recording. */
  readonly identity: string;
  /** Source of the track, such as `camera`; '' for the whole recording. */
  readonly source: string;
}

/** File of an assembled recording, which the library has when the task ends. */
export interface AssembledOutput extends OutputFacts {
  readonly upload: string;
}

/** Facts of a file; they accompany the creation of its upload. */
export interface OutputFacts {
  /** Name of the file without suffix, unique in its recording: `p001-camera`. */
  readonly name: string;
  readonly source: OutputGroup;
  /** Participant; '' when composed. */
  readonly identity: string;
  readonly participantName: string;
  /** Begin on the recording's time line. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** Size of the largest picture; 0 without one. */
  readonly width: number;
  readonly height: number;
}

/** Body of `taskUpload` with operation `posts`; pages count from 0. */
export interface PostPage {
  readonly page: number;
  readonly posts: readonly RecordedPost[];
}
/** Bounds a page, which is one row of the api and one answer of REST. */
export const POSTS_OF_PAGE_MAX = 500;
