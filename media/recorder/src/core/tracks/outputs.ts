// Output of a track: files of fragmented MP4, each of pieces that are decoded in order. Times are milliseconds since
// the stint began, by the recorder's clock (see journal/lines.ts).

export type RecordedCodec = 'h264' | 'vp8' | 'vp9' | 'av1' | 'opus' | 'aac';

/** Beginning of a file, with ftyp and moov. Another codec, size or parameter set begins another file. */
export interface FileBegin {
  readonly type: 'file';
  readonly codec: RecordedCodec;
  /** Value of the `codecs` parameter (RFC 6381), e.g. `avc1.42e01f`. */
  readonly codecs: string;
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly timescale: number;
  readonly bytes: Uint8Array;
  readonly ms: number;
  /** Run of the file: files of a track with the same number share one time correction. */
  readonly run: number;
}

/** Whole moof and mdat of the file that began last; after a crash the next piece continues behind it. */
export interface Piece {
  readonly type: 'piece';
  readonly bytes: Uint8Array;
  /** Time of the first sample, equal to its `tfdt`. */
  readonly ms: number;
  readonly durationMs: number;
  readonly frames: number;
  /** The first sample is a key frame (always true for sound). */
  readonly isKey: boolean;
  /** RTP timestamp of the first sample, which with `ms` maps RTP to the stint's clock. */
  readonly rtpTimestamp: number;
  /** Correction of the file's times by the reports so far; undefined for final times. */
  readonly laterMs: number | undefined;
}

export interface FileEnd {
  readonly type: 'fileEnd';
  readonly ms: number;
}

export type TrackOutput = FileBegin | Piece | FileEnd;
