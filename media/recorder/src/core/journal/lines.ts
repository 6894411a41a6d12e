// Journal of a stint, one recorder's work on one recording, as lines of JSON. A line is added when its content is
// durable on the recorder's disk. `ms` is the time since the stint began (`startedWallMs`), by the recorder's monotonic
// clock. Numbers of tracks and files begin at 1 within the stint.
import type { RecordingLayout } from '@meridian/protocol';
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
  | SceneChanged
  | PostNoted
  | PostRemoved
  | StintEnded;

export interface StintBegun {
  readonly type: 'stint';
  readonly version: typeof JOURNAL_VERSION;
  readonly recordingId: string;
  readonly roomKey: string;
  /** Participant whose tracks are recorded; `''` for the whole room. */
  readonly identity: string;
  readonly stintId: string;
  readonly recorderId: string;
  readonly startedWallMs: number;
  /** True for a stint with tracks and scenes that are composed after its end (ADR 0043). */
  readonly later?: boolean | undefined;
  /** Stint of whose tracks this one was composed; its beginning is that of the other one. */
  readonly composedOf?: string | undefined;
}
export interface TrackBegun {
  readonly type: 'track';
  readonly track: number;
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly identity: string;
  readonly name: string;
  /** Name of the participant at the track's beginning; absent in journals of older recorders. */
  readonly participantName?: string | undefined;
  readonly ms: number;
}
export interface FileBegun {
  readonly type: 'file';
  readonly track: number;
  readonly file: number;
  /** Name below the folder of the stint. */
  readonly name: string;
  readonly codec: RecordedCodec;
  readonly codecs: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly timescale: number;
  /** Length of the initialisation, the file's first bytes. */
  readonly bytes: number;
  readonly sha256: string;
  readonly ms: number;
  /** Run of the file: files of a track with the same number share one time correction. Absent in older journals. */
  readonly run?: number | undefined;
}
export interface PieceWritten {
  readonly type: 'piece';
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly ms: number;
  readonly durationMs: number;
  readonly frames: number;
  readonly isKey: boolean;
  readonly rtpTimestamp: number;
  /**
   * Correction to add to `ms` and to the file's times, equal for the whole `run`. The last piece of a run has the best
   * value. Absent for final times.
   */
  readonly laterMs?: number | undefined;
}
/** The file has no further pieces, and the store has all of it, with this hash. */
export interface FileEnded {
  readonly type: 'fileEnd';
  readonly file: number;
  readonly bytes: number;
  readonly sha256: string;
}
/** The store refuses the file for good: it is aside on the recorder's disk, unless a `fileEnd` follows. */
export interface FileRefused {
  readonly type: 'fileRefused';
  readonly file: number;
  readonly code: string;
}
export interface MuteChanged {
  readonly type: 'muted' | 'unmuted';
  readonly track: number;
  readonly ms: number;
}
/** Reason and time of a gap, in which the track was sent but not kept. */
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
/** The loudest speaker has changed, for chapters and layouts; `''` for none. */
export interface RoomEvent {
  readonly type: 'speaker';
  readonly identity: string;
  readonly ms: number;
}
/**
 * Change of what a composer shows, in a stint that is composed later. `gone` leave first; `shown` are added at the end
 * or replace the participant of their identity. The other participants stay.
 */
export interface SceneChanged {
  readonly type: 'scene';
  readonly ms: number;
  readonly gone: readonly string[];
  readonly shown: readonly SceneParticipant[];
  /** Absent when it stays. */
  readonly layout?: RecordingLayout | undefined;
}
/** Same as `ComposedParticipant` of room-media; its time is of the stint, and may be before its begin. */
export interface SceneParticipant {
  readonly identity: string;
  readonly name: string;
  readonly isMuted: boolean;
  readonly speakingSinceMs?: number | undefined;
  readonly camera?: string | undefined;
  readonly screen?: string | undefined;
  readonly sounds: readonly string[];
}
/** Post in a room that is recorded as a whole (docs/shows.md), at most `POSTS_MAX` in a stint. */
export interface PostNoted {
  readonly type: 'post';
  readonly postId: string;
  readonly kind: string;
  /** `''` for the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
  /** Time of the picture that its author saw, in the time of the stint. */
  readonly pictureMs: number;
  readonly ms: number;
}
export interface PostRemoved {
  readonly type: 'postRemoved';
  readonly postId: string;
  readonly ms: number;
}
/**
 * Last line, except lines of files that the store takes later. `ended`: the recording is over; `elsewhere`: another
 * recorder has it; `lost`: the room was lost.
 */
export interface StintEnded {
  readonly type: 'end';
  readonly why: 'ended' | 'elsewhere' | 'lost';
  readonly ms: number;
}
