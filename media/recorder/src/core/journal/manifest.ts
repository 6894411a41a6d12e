// One recording as a whole: what the journals of its stints say together.
import type { RecordedCodec } from '../tracks/outputs.ts';

/** Times are milliseconds since the recording began, by wall clocks: those of two stints may differ by a few. */
export interface Manifest {
  readonly recordingId: string;
  readonly roomKey: string;
  readonly identity: string;
  readonly startedWallMs: number;
  readonly durationMs: number;
  /** A stint says that the recording is over. */
  readonly isOver: boolean;
  readonly stints: readonly ManifestStint[];
  readonly tracks: readonly ManifestTrack[];
  /** No stint was there, for longer than `HOLE_MS_MIN`; at the edges `MISSING_EDGE_MS_MIN`. */
  readonly holes: readonly Span[];
  readonly speakers: readonly { readonly identity: string; readonly ms: number }[];
  /** In order of their time; at most `POSTS_MAX`. */
  readonly posts: readonly ManifestPost[];
}
export interface ManifestPost {
  readonly ms: number;
  /** Of the picture that its author saw. */
  readonly pictureMs: number;
  readonly postId: string;
  readonly kind: string;
  /** '': the service. */
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
  /** When it was taken off every screen; undefined: it was not. */
  readonly removedMs: number | undefined;
}
export interface Span {
  readonly ms: number;
  readonly durationMs: number;
}
export interface ManifestStint extends Span {
  readonly stintId: string;
  readonly recorderId: string;
  /** Its first moment on the recording's time line: file times of this stint are later by it. */
  readonly offsetMs: number;
  /** Undefined: it was cut off, by a crash. */
  readonly why: 'ended' | 'elsewhere' | 'lost' | undefined;
}
/** One track of the room, in whichever stints. */
export interface ManifestTrack extends Span {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly identity: string;
  /** Of the track. */
  readonly name: string;
  /** What its participant was called at last; '': that is not known. */
  readonly participantName: string;
  readonly files: readonly ManifestFile[];
  readonly muted: readonly Span[];
  /** It was published and not muted, and nothing of it was kept for longer than `HOLE_MS_MIN`. */
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
  /** Undefined: it is not whole in the store yet. */
  readonly sha256: string | undefined;
  /** The store refused it with this code and never has it: it is aside on its recorder's disk. */
  readonly refusal?: string | undefined;
  readonly initBytes: number;
  /** Its own times are earlier than those here by so much, besides the offset of its stint. */
  readonly laterMs: number;
  readonly pieces: readonly ManifestPiece[];
}
export interface ManifestPiece extends Span {
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly isKey: boolean;
}
