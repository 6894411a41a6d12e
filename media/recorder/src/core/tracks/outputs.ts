// What a track becomes: files of fragmented MP4, each of pieces that can be decoded in order.
// All times are of the stint: milliseconds since its beginning, by the recorder's clock (see journal/lines.ts).

export type RecordedCodec = 'h264' | 'vp8' | 'vp9' | 'av1' | 'opus' | 'aac';

/** A file begins: `bytes` (ftyp, moov) are its first. Another codec, size or parameter set begins another file. */
export interface FileBegin {
  readonly type: 'file';
  readonly codec: RecordedCodec;
  /** As in the `codecs` parameter of RFC 6381, e.g. `avc1.42e01f`. */
  readonly codecs: string;
  /** Of pictures. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  /** Ticks of a second. */
  readonly timescale: number;
  readonly bytes: Uint8Array;
  readonly ms: number;
  /** Files of a track with the same number were placed alike: what their last piece says holds for all. */
  readonly run: number;
}

/** One moof and its mdat, of the file that was begun last. It is whole: what follows a crash begins behind it. */
export interface Piece {
  readonly type: 'piece';
  readonly bytes: Uint8Array;
  /** Of its first sample, as `tfdt` says it. */
  readonly ms: number;
  readonly durationMs: number;
  readonly frames: number;
  /** Its first sample is a key frame (always true for sound). */
  readonly isKey: boolean;
  /** Of its first sample. With `ms` it maps RTP to the clock of the stint. */
  readonly rtpTimestamp: number;
  /** So much later than `ms` its file belongs, by the reports so far; undefined: its times are final. */
  readonly laterMs: number | undefined;
}

export interface FileEnd {
  readonly type: 'fileEnd';
  readonly ms: number;
}

export type TrackOutput = FileBegin | Piece | FileEnd;
