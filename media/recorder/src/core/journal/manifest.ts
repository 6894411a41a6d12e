// Manifest of one recording, merged from the journals of its stints.
import type { RecordedCodec } from '../tracks/outputs.ts';

/** Times are milliseconds since the recording began, by wall clocks that may differ by a few ms between stints. */
export interface Manifest {
  readonly recordingId: string;
  readonly roomKey: string;
  readonly identity: string;
  readonly startedWallMs: number;
  readonly durationMs: number;
  readonly isOver: boolean;
  readonly stints: readonly ManifestStint[];
  readonly tracks: readonly ManifestTrack[];
  /** Times without a stint, longer than `HOLE_MS_MIN`; at the edges `MISSING_EDGE_MS_MIN`. */
  readonly holes: readonly Span[];
  readonly speakers: readonly { readonly identity: string; readonly ms: number }[];
  /** In order of time; at most `POSTS_MAX`. */
  readonly posts: readonly ManifestPost[];
}
export interface ManifestPost {
  readonly ms: number;
  /** Time of the picture that its author saw. */
  readonly pictureMs: number;
  readonly postId: string;
  readonly kind: string;
  /** `''` for the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
  /** Time of its removal from all screens; undefined if it was not removed. */
  readonly removedMs: number | undefined;
}
export interface Span {
  readonly ms: number;
  readonly durationMs: number;
}
export interface ManifestStint extends Span {
  readonly stintId: string;
  readonly recorderId: string;
  /** Beginning on the recording's time line, which is added to the stint's file times. */
  readonly offsetMs: number;
  /** Undefined for a stint cut off by a crash. */
  readonly why: 'ended' | 'elsewhere' | 'lost' | undefined;
}
/** Track of the room, across stints. */
export interface ManifestTrack extends Span {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly identity: string;
  readonly name: string;
  /** Last known name of its participant; `''` if unknown. */
  readonly participantName: string;
  readonly files: readonly ManifestFile[];
  readonly muted: readonly Span[];
  /** Times in which the track was published and unmuted, but not kept, longer than `HOLE_MS_MIN`. */
  readonly holes: readonly Span[];
}
export interface ManifestFile extends Span {
  readonly stintId: string;
  readonly name: string;
  readonly codec: RecordedCodec;
  readonly codecs: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly timescale: number;
  readonly bytes: number;
  /** Undefined while the file is incomplete in the store. */
  readonly sha256: string | undefined;
  /** Code of the store's final refusal: the file is aside on its recorder's disk. */
  readonly refusal?: string | undefined;
  readonly initBytes: number;
  /** Correction that is added to the file's own times, besides the offset of its stint. */
  readonly laterMs: number;
  readonly pieces: readonly ManifestPiece[];
}
export interface ManifestPiece extends Span {
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly isKey: boolean;
}
