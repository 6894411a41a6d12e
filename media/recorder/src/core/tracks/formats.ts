// Derives the format of a file from its first frame.
import {
  type AudioFormat,
  type H264Frame,
  type Mp4Format,
  type PictureFrame,
  parseSps,
  readAv1Obus,
  readAv1Sequence,
  readFormat,
  readVp9Head,
  trackInitSegment,
  u8,
  VIDEO_RATE,
  vp9Level,
} from '@meridian/room-media/core';
import { OPUS_RATE } from './opus-packet.ts';
import type { RecordedCodec } from './outputs.ts';

export interface TrackFormat {
  readonly codec: RecordedCodec;
  /** Value of the `codecs` parameter (RFC 6381). */
  readonly codecs: string;
  readonly size: Size | undefined;
  readonly timescale: number;
  /** ftyp and moov, which identify the format. */
  readonly bytes: Uint8Array;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Maximum of a 16-bit size field. */
const SIDE_MAX = 0xffff;
/** Sample rates of AAC (ISO/IEC 14496-3, 1.6.3.4). */
const [AAC_RATE_MIN, AAC_RATE_MAX] = [7350, 96_000];
/** Same bound as `readAacConfig`. */
const AAC_CONFIG_BYTES_MAX = 64;
/** Object type that is followed by the real one in six bits. */
const AAC_ESCAPE = 31;

/** All frames of sound have the same object, so their bytes need no look. */
export const isSameFormat = (a: TrackFormat, b: TrackFormat): boolean =>
  a === b || (a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at]));

/** Returns the format of a key frame; undefined if the frame does not contain it. */
export function pictureFormat(frame: H264Frame | PictureFrame): TrackFormat | undefined {
  switch (frame.codec) {
    case 'h264':
      return h264Format(frame.nals);
    case 'vp8':
      return sizedFormat(frame.size, ({ width, height }) => ({
        format: { codec: 'vp8', width, height },
        codecs: 'vp08.00.00.08',
      }));
    case 'vp9':
      return vp9Format(frame);
    case 'av1':
      return av1Format(frame);
  }
}

/** Returns undefined for sound that a file of one track cannot hold. */
export function soundFormat(format: AudioFormat): TrackFormat | undefined {
  const { codec, channels, sampleRate, config } = format;
  if (codec === 'opus' && (channels === 1 || channels === 2)) return trackFormat(format, 'opus', undefined, OPUS_RATE);
  if (codec !== 'aac' || config === undefined || !Number.isInteger(sampleRate)) return undefined;
  const isKnown = sampleRate >= AAC_RATE_MIN && sampleRate <= AAC_RATE_MAX && channels >= 1 && channels <= 8;
  if (!isKnown || config.length < 2 || config.length > AAC_CONFIG_BYTES_MAX) return undefined;
  return trackFormat(format, `mp4a.40.${aacObjectType(config)}`, undefined, sampleRate);
}

/** ISO/IEC 14496-3, 1.6.2.1: the first bits of an AudioSpecificConfig. */
export function aacObjectType(config: Uint8Array): number {
  const type = u8(config, 0) >> 3;
  return type === AAC_ESCAPE ? 32 + ((u8(config, 0) & 7) << 3) + (u8(config, 1) >> 5) : type;
}

function h264Format(nals: readonly Uint8Array[]): TrackFormat | undefined {
  const format = readFormat(nals);
  const info = format && parseSps(format.sps);
  if (format === undefined || info === undefined) return undefined;
  const profile = [1, 2, 3].map((at) => hex(u8(format.sps, at))).join('');
  const { codec, sps, pps } = format;
  return sizedFormat(info, ({ width, height }) => ({
    format: { codec, sps, pps, width, height },
    codecs: `avc1.${profile}`,
  }));
}

function vp9Format({ data, size }: PictureFrame): TrackFormat | undefined {
  const head = readVp9Head(data);
  if (head === undefined) return undefined;
  // The head describes the lowest spatial layer, the frame's size the highest.
  return sizedFormat(size ?? head, ({ width, height }) => {
    const level = vp9Level(width, height);
    const { profile, bitDepth, chroma, isFullRange, primaries, transfer, matrix } = head;
    const config = { profile, level, bitDepth, chroma, isFullRange, primaries, transfer, matrix };
    const codecs = `vp09.${twoDigits(profile)}.${twoDigits(level)}.${twoDigits(bitDepth)}`;
    return { format: { codec: 'vp9', width, height, config }, codecs };
  });
}

function av1Format({ data, size }: PictureFrame): TrackFormat | undefined {
  const sequenceHeader = readAv1Obus(data)?.sequenceHeader;
  const sequence = sequenceHeader && readAv1Sequence(sequenceHeader);
  if (sequenceHeader === undefined || sequence === undefined) return undefined;
  const { profile, level, tier, bitDepth } = sequence;
  const codecs = `av01.${profile}.${twoDigits(level)}${tier === 0 ? 'M' : 'H'}.${twoDigits(bitDepth)}`;
  return sizedFormat(size ?? sequence, ({ width, height }) => ({
    format: { codec: 'av1', width, height, sequenceHeader },
    codecs,
  }));
}

type Described = { readonly format: Mp4Format; readonly codecs: string };

function sizedFormat(size: Size | undefined, describe: (size: Size) => Described): TrackFormat | undefined {
  if (size === undefined) return undefined;
  const { width, height } = size;
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= SIDE_MAX)) return undefined;
  const plain = { width, height };
  const { format, codecs } = describe(plain);
  return trackFormat(format, codecs, plain, VIDEO_RATE);
}

function trackFormat(
  format: Mp4Format,
  codecs: string,
  size: Size | undefined,
  timescale: number,
): TrackFormat | undefined {
  const { codec } = format;
  if (codec === 'mp2') return undefined;
  return { codec, codecs, size, timescale, bytes: trackInitSegment(format, timescale) };
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const twoDigits = (number: number): string => `${number}`.padStart(2, '0');
