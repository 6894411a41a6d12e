// Coded media between a room's RTP and the protocols of other clients: each protocol turns its bytes into these
// units, and makes its bytes of them. Times are milliseconds with fractions on one clock per publisher, shared by
// its picture and its sound, so a clock of 1 kHz (RTMP), 90 kHz (MPEG-TS, RTP video) or 48 kHz (Opus) loses nothing
// by it.

export interface VideoFormat {
  readonly codec: 'h264';
  /** SPS and PPS as they were sent, without start codes. */
  readonly sps: Uint8Array;
  readonly pps: Uint8Array;
}

/** One coded picture, in decoding order. */
export interface VideoUnit {
  readonly kind: 'video';
  /** When it is shown, and when it is decoded; they differ with B-frames alone. */
  readonly ptsMs: number;
  readonly dtsMs: number;
  /** An IDR picture. Its SPS and PPS are among its NAL units. */
  readonly isKey: boolean;
  /** NAL units without start codes or lengths. */
  readonly nals: readonly Uint8Array[];
}

/** One picture of MPEG-1 video, in decoding order, without B pictures. */
export interface Mpeg1Unit {
  readonly kind: 'mpeg1';
  readonly ptsMs: number;
  /** Decoding may begin with it. */
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

export interface AudioFormat {
  readonly codec: 'aac' | 'opus' | 'mp2';
  readonly sampleRate: number;
  readonly channels: number;
  /** AAC: the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
  readonly config?: Uint8Array;
}

/** One coded frame or packet of sound. */
export interface AudioUnit {
  readonly kind: 'audio';
  readonly ptsMs: number;
  /** AAC without ADTS header, one Opus packet, one MP2 frame. */
  readonly data: Uint8Array;
}
