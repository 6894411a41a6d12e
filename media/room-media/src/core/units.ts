// Coded media between a room's RTP and other protocols: each protocol converts to and from these units. Times are
// fractional milliseconds on one clock per publisher, shared by picture and sound, so clocks of 1 kHz (RTMP), 90 kHz
// (MPEG-TS, RTP video) and 48 kHz (Opus) convert without loss.

export interface VideoFormat {
  readonly codec: 'h264';
  /** SPS and PPS as sent, without start codes. */
  readonly sps: Uint8Array;
  readonly pps: Uint8Array;
}

export interface RecoveryEntry {
  /** Explained at `Entry`. */
  readonly kind: 'intra' | 'refresh';
  /** SPS and PPS, which a decoder that begins here needs. */
  readonly parameterSets: readonly Uint8Array[];
}

export interface VideoUnit {
  readonly kind: 'video';
  /** Display time and decode time, which differ only with B-frames. */
  readonly ptsMs: number;
  readonly dtsMs: number;
  /** True for an IDR picture, whose NAL units include SPS and PPS. */
  readonly isKey: boolean;
  /** Set for another picture at which ffmpeg can begin, but no browser, if the source was examined for them. */
  readonly entry?: RecoveryEntry;
  /** NAL units without start codes or lengths. */
  readonly nals: readonly Uint8Array[];
}

/** Picture of MPEG-1 video, in decoding order, without B pictures. */
export interface Mpeg1Unit {
  readonly kind: 'mpeg1';
  readonly ptsMs: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

export interface AudioFormat {
  readonly codec: 'aac' | 'opus' | 'mp2';
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig of AAC (ISO/IEC 14496-3, 1.6.2.1). */
  readonly config?: Uint8Array;
}

export interface AudioUnit {
  readonly kind: 'audio';
  readonly ptsMs: number;
  /** AAC without ADTS header, one Opus packet, or one MP2 frame. */
  readonly data: Uint8Array;
}
