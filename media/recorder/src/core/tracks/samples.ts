// Converts a coded frame to a sample of a file, with its own duration.
import {
  type AudioFormat,
  type CodedFrame,
  type H264Frame,
  type PictureFrame,
  readAv1Obus,
  type SoundFrame,
  toLengths,
  u8,
} from '@meridian/room-media/core';
import { aacObjectType, pictureFormat, soundFormat, type TrackFormat } from './formats.ts';
import { beginsSilence, opusSamples } from './opus-packet.ts';
import type { RecordedCodec } from './outputs.ts';

export interface ReadSample {
  readonly codec: RecordedCodec;
  /** Set for sound and key frames, which can begin a file. */
  readonly format: TrackFormat | undefined;
  readonly decodeMs: number;
  readonly showMs: number;
  readonly rtpTimestamp: number;
  readonly data: Uint8Array;
  /** Duration of sound; 0 for pictures, which do not contain it. */
  readonly soundMs: number;
  /** True if a pause may follow without loss. */
  readonly beginsSilence: boolean;
}

/** Samples of an AAC frame, and of one whose rate is that of spectral band replication. */
const [AAC_SAMPLES, AAC_SBR_SAMPLES] = [1024, 2048];
/** Maximum time between decode and display: 16 pictures at 2 fps, more than encoders use. */
const REORDER_MS_MAX = 10_000;
/** Object types of HE-AAC. */
const SBR_TYPES: ReadonlySet<number> = new Set([5, 29]);
/** Start code 9d 01 2a behind the tag of a VP8 key frame (RFC 6386, 9.1), which has ten bytes with its sizes. */
const VP8_CODE = [0x9d, 0x01, 0x2a] as const;
const [VP8_TAG_BYTES, VP8_KEY_BYTES] = [3, 10];

export class SampleReader {
  /** Consecutive frames share the format object, so its first bytes are built once. */
  #sound: { readonly of: AudioFormat; readonly format: TrackFormat | undefined } | undefined;

  read(frame: CodedFrame): ReadSample | undefined {
    if (!Number.isFinite(frame.ptsMs)) return undefined;
    return 'format' in frame ? this.#readSound(frame) : readPicture(frame);
  }

  #readSound({ codec, format: audioFormat, ptsMs, rtpTimestamp, data }: SoundFrame): ReadSample | undefined {
    if (this.#sound?.of !== audioFormat) this.#sound = { of: audioFormat, format: soundFormat(audioFormat) };
    const { format } = this.#sound;
    const samples = codec === 'opus' ? opusSamples(data) : aacSamples(audioFormat);
    if (format?.codec !== codec || samples === undefined || data.length === 0) return undefined;
    const soundMs = (samples * 1000) / format.timescale;
    const isSilence = codec === 'opus' && beginsSilence(data);
    return { codec, format, decodeMs: ptsMs, showMs: ptsMs, rtpTimestamp, data, soundMs, beginsSilence: isSilence };
  }
}

const aacSamples = ({ config }: AudioFormat): number | undefined =>
  config && (SBR_TYPES.has(aacObjectType(config)) ? AAC_SBR_SAMPLES : AAC_SAMPLES);

function readPicture(frame: H264Frame | PictureFrame): ReadSample | undefined {
  const decodeMs = frame.codec === 'h264' ? frame.dtsMs : frame.ptsMs;
  const data = pictureData(frame);
  const format = frame.isKey ? pictureFormat(frame) : undefined;
  const isTimed = Math.abs(frame.ptsMs - decodeMs) <= REORDER_MS_MAX;
  if (data === undefined || !isTimed || (frame.isKey && format === undefined)) return undefined;
  const { codec, ptsMs: showMs, rtpTimestamp } = frame;
  return { codec, format, decodeMs, showMs, rtpTimestamp, data, soundMs: 0, beginsSilence: false };
}

function pictureData(frame: H264Frame | PictureFrame): Uint8Array | undefined {
  switch (frame.codec) {
    case 'h264': {
      const nals = frame.nals.filter((nal) => nal.length > 0);
      return nals.length === 0 ? undefined : toLengths(nals);
    }
    case 'vp8':
      return isVp8(frame) ? frame.data : undefined;
    case 'vp9':
      return u8(frame.data, 0) >> 6 === 2 ? frame.data : undefined;
    case 'av1':
      return readAv1Obus(frame.data)?.sample;
  }
}

function isVp8({ isKey, data }: PictureFrame): boolean {
  const saysKey = (u8(data, 0) & 1) === 0;
  if (saysKey !== isKey || data.length < (isKey ? VP8_KEY_BYTES : VP8_TAG_BYTES)) return false;
  return !isKey || VP8_CODE.every((byte, at) => u8(data, VP8_TAG_BYTES + at) === byte);
}
