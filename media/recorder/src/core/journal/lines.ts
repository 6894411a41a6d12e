// A stint's journal: what one recorder did of one recording, as lines of JSON, each added when what it says is durable
// on the recorder's disk. `ms`: milliseconds since the stint began (`startedWallMs`), by the recorder's clock, which
// does not jump. All numbers of tracks and files begin at 1 and are of the stint.
import type { RecordedCodec } from '../tracks/outputs.ts';

export const JOURNAL_VERSION = 1;

export type JournalLine =
  | StintBegun
  | TrackBegun
  | FileBegun
  | PieceWritten
  | FileEnded
  | FileRefused
  | MuteChanged
  | TrackGap
  | TrackEnded
  | RoomEvent
  | PostNoted
  | PostRemoved
  | StintEnded;

/** The first line. */
export interface StintBegun {
  readonly type: 'stint';
  readonly version: typeof JOURNAL_VERSION;
  readonly recordingId: string;
  readonly roomKey: string;
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  readonly stintId: string;
  readonly recorderId: string;
  readonly startedWallMs: number;
}
export interface TrackBegun {
  readonly type: 'track';
  readonly track: number;
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly identity: string;
  /** Of the track. */
  readonly name: string;
  /** What its participant was called when it began; recorders of before do not say it. */
  readonly participantName?: string | undefined;
  readonly ms: number;
}
export interface FileBegun {
  readonly type: 'file';
  readonly track: number;
  readonly file: number;
  /** Below the folder of the stint. */
  readonly name: string;
  readonly codec: RecordedCodec;
  readonly codecs: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly timescale: number;
  /** Of the initialisation, the file's first bytes. */
  readonly bytes: number;
  readonly sha256: string;
  readonly ms: number;
  /** Files of a track with the same number were placed alike; recorders of before do not say it. */
  readonly run?: number | undefined;
}
export interface PieceWritten {
  readonly type: 'piece';
  readonly file: number;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly ms: number;
  readonly durationMs: number;
  readonly frames: number;
  readonly isKey: boolean;
  readonly rtpTimestamp: number;
  /**
   * By the reports so far, all that was placed alike (`run`) belongs so much later than `ms` and the times in its files
   * say. The last piece of a run says it best. Absent: they are final.
   */
  readonly laterMs?: number | undefined;
}
/** The file has no more pieces, and the store has it whole, with this hash. */
export interface FileEnded {
  readonly type: 'fileEnd';
  readonly file: number;
  readonly bytes: number;
  readonly sha256: string;
}
/** The store refuses the file for good: it lies aside on the recorder's disk, unless a `fileEnd` follows. */
export interface FileRefused {
  readonly type: 'fileRefused';
  readonly file: number;
  /** Of the store's error. */
  readonly code: string;
}
export interface MuteChanged {
  readonly type: 'muted' | 'unmuted';
  readonly track: number;
  readonly ms: number;
}
/** Nothing of the track was kept in this time although it was sent, and why. */
export interface TrackGap {
  readonly type: 'gap';
  readonly track: number;
  readonly ms: number;
  readonly durationMs: number;
  readonly why: 'disk' | 'error';
}
export interface TrackEnded {
  readonly type: 'trackEnd';
  readonly track: number;
  readonly ms: number;
}
/** For chapters and layouts: the loudest speaker has changed; '': there is none. */
export interface RoomEvent {
  readonly type: 'speaker';
  readonly identity: string;
  readonly ms: number;
}
/** What was posted in a room that is recorded as a whole (docs/shows.md), at most `POSTS_MAX` in a stint. */
export interface PostNoted {
  readonly type: 'post';
  readonly postId: string;
  readonly kind: string;
  /** '': the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
  /** Of the picture that its author saw, in the time of the stint. */
  readonly pictureMs: number;
  readonly ms: number;
}
/** It was taken off every screen. */
export interface PostRemoved {
  readonly type: 'postRemoved';
  readonly postId: string;
  readonly ms: number;
}
/**
 * Only lines of files that the store takes later follow. `ended`: the recording is over; `elsewhere`: another recorder
 * has it; `lost`: the room was lost.
 */
export interface StintEnded {
  readonly type: 'end';
  readonly why: 'ended' | 'elsewhere' | 'lost';
  readonly ms: number;
}
