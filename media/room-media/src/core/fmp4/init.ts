// Builds the beginning of a fragmented MP4 (ISO/IEC 14496-12, 14 and 15), which declares its tracks and their codecs.
import { concatBytes } from '../bytes.ts';
import { writeAvcConfig } from '../flv/avc-config.ts';
import type { AudioFormat, VideoFormat } from '../units.ts';
import { av1C } from './av1-config.ts';
import { be16, be32, box, fullBox, latin } from './boxes.ts';
import { type VpConfig, vp8Config, vpcC } from './vp-config.ts';

export const VIDEO_TRACK = 1;
export const AUDIO_TRACK = 2;
/** Ticks a second of the video track; those of the audio track are its samples. */
export const VIDEO_RATE = 90_000;

/** Flags of samples that depend on no other, and of those that do (8.8.3.1). */
export const SYNC_SAMPLE = 0x02000000;
export const OTHER_SAMPLE = 0x01010000;

export interface Mp4Tracks {
  readonly video?: { readonly format: VideoFormat; readonly width: number; readonly height: number };
  readonly audio?: AudioFormat;
}

export type Mp4Format = (PictureSize & PictureCodec) | AudioFormat;

interface PictureSize {
  /** In pixels, 1 to 65535. */
  readonly width: number;
  readonly height: number;
}

type PictureCodec =
  | VideoFormat
  | { readonly codec: 'vp8' }
  | { readonly codec: 'vp9'; readonly config: VpConfig }
  | { readonly codec: 'av1'; readonly sequenceHeader: Uint8Array };

/** Unity matrix (6.2.2). */
const IDENTITY_MATRIX = be32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const UNDETERMINED = 0x55c4; // Language "und".
const ENABLED_IN_MOVIE = 3;
/** 72 dpi, in 16.16. */
const RESOLUTION = 0x480000;
const COLOUR_24_BITS = 0x18;

/**
 * Builds ftyp and moov. Throws RangeError, as a bug of the caller, for a format that cannot be written
 * (`writeAvcConfig`), sound other than AAC, and no tracks.
 */
export function initSegment({ video, audio }: Mp4Tracks): Uint8Array {
  if (video === undefined && audio === undefined) throw new RangeError('an MP4 without tracks');
  const traks: Uint8Array[] = [];
  const defaults: Uint8Array[] = [];
  if (video !== undefined) {
    const { format, width, height } = video;
    traks.push(videoTrak({ codec: 'h264', sps: format.sps, pps: format.pps, width, height }, VIDEO_RATE));
    defaults.push(trackDefaults(VIDEO_TRACK, OTHER_SAMPLE));
  }
  if (audio !== undefined) {
    if (audio.codec !== 'aac') throw new RangeError(`no ${audio.codec} in this MP4`);
    traks.push(audioTrak(audio, audio.sampleRate));
    defaults.push(trackDefaults(AUDIO_TRACK, SYNC_SAMPLE));
  }
  return segment(traks, defaults);
}

function segment(traks: readonly Uint8Array[], defaults: readonly Uint8Array[]): Uint8Array {
  const ftyp = box('ftyp', latin('iso6'), be32(0), latin('iso6cmfcmp41'));
  const moov = box('moov', movieHeader(), ...traks, box('mvex', ...defaults));
  return concatBytes([ftyp, moov]);
}

function movieHeader(): Uint8Array {
  const [created, modified, duration, reserved] = [0, 0, 0, 0];
  const times = be32(created, modified, 1000, duration);
  const rateAndVolume = be32(0x10000, 0x01000000, reserved, reserved);
  return fullBox('mvhd', 0, 0, times, rateAndVolume, IDENTITY_MATRIX, new Uint8Array(24), be32(AUDIO_TRACK + 1));
}

const trackDefaults = (track: number, sampleFlags: number): Uint8Array =>
  fullBox('trex', 0, 0, be32(track, 1, 0, 0, sampleFlags));

interface Trak {
  readonly id: number;
  readonly rate: number;
  readonly volume: number;
  readonly width: number;
  readonly height: number;
  readonly handler: 'vide' | 'soun';
  readonly mediaHeader: Uint8Array;
  readonly sampleEntry: Uint8Array;
}

function trak(o: Trak): Uint8Array {
  const header = fullBox(
    'tkhd',
    0,
    ENABLED_IN_MOVIE,
    be32(0, 0, o.id, 0, 0, 0, 0),
    be16(0, 0, o.volume, 0),
    IDENTITY_MATRIX,
    be32(o.width * 0x10000, o.height * 0x10000),
  );
  const mediaHeader = fullBox('mdhd', 0, 0, be32(0, 0, o.rate, 0), be16(UNDETERMINED, 0));
  const handler = fullBox('hdlr', 0, 0, be32(0), latin(o.handler), be32(0, 0, 0), Uint8Array.of(0));
  const sameFile = fullBox('url ', 0, 1);
  const information = box(
    'minf',
    o.mediaHeader,
    box('dinf', fullBox('dref', 0, 0, be32(1), sameFile)),
    box(
      'stbl',
      fullBox('stsd', 0, 0, be32(1), o.sampleEntry),
      fullBox('stts', 0, 0, be32(0)),
      fullBox('stsc', 0, 0, be32(0)),
      fullBox('stsz', 0, 0, be32(0, 0)),
      fullBox('stco', 0, 0, be32(0)),
    ),
  );
  return box('trak', header, box('mdia', mediaHeader, handler, information));
}

type VideoTrackFormat = Extract<Mp4Format, { readonly width: number }>;
type AudioTrackFormat = Exclude<Mp4Format, VideoTrackFormat>;

const isVideo = (format: Mp4Format): format is VideoTrackFormat => 'width' in format;

/**
 * Builds ftyp and moov of a file of one track, with `rate` ticks a second. Track ids are `VIDEO_TRACK` and
 * `AUDIO_TRACK`, so files of both kinds can be combined. Throws RangeError, as a bug of the caller, for a format that
 * cannot be written and a rate outside of 1 to 2^32 - 1.
 */
export function trackInitSegment(format: Mp4Format, rate: number): Uint8Array {
  if (!Number.isInteger(rate) || rate < 1 || rate >= 2 ** 32) throw new RangeError(`a rate of ${rate}`);
  return isVideo(format)
    ? segment([videoTrak(format, rate)], [trackDefaults(VIDEO_TRACK, OTHER_SAMPLE)])
    : segment([audioTrak(format, rate)], [trackDefaults(AUDIO_TRACK, SYNC_SAMPLE)]);
}

function videoTrak(format: VideoTrackFormat, rate: number): Uint8Array {
  const { width, height } = format;
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= 0xffff)) {
    throw new RangeError(`pictures of ${width} x ${height}`);
  }
  const { type, config } = videoConfig(format);
  const sampleEntry = box(
    type,
    be16(0, 0, 0, 1), // Reserved, then the index of the data reference.
    new Uint8Array(16),
    be16(width, height),
    be32(RESOLUTION, RESOLUTION, 0),
    be16(1), // Frames per sample: 1.
    new Uint8Array(32), // Empty compressor name.
    be16(COLOUR_24_BITS, 0xffff),
    config,
  );
  const mediaHeader = fullBox('vmhd', 0, 1, be16(0, 0, 0, 0));
  const base = { id: VIDEO_TRACK, rate, volume: 0, handler: 'vide' } as const;
  return trak({ ...base, width, height, mediaHeader, sampleEntry });
}

function videoConfig(format: VideoTrackFormat): { readonly type: string; readonly config: Uint8Array } {
  switch (format.codec) {
    case 'h264':
      return { type: 'avc1', config: box('avcC', writeAvcConfig(format)) };
    case 'vp8':
      return { type: 'vp08', config: vpcC(vp8Config) };
    case 'vp9':
      return { type: 'vp09', config: vpcC(format.config) };
    case 'av1':
      return { type: 'av01', config: av1C(format.sequenceHeader) };
  }
}

function audioTrak(format: AudioTrackFormat, rate: number): Uint8Array {
  const { channels, sampleRate } = format;
  const { type, config } = audioConfig(format);
  const sampleEntry = box(
    type,
    be16(0, 0, 0, 1),
    be32(0, 0),
    be16(channels, 16, 0, 0),
    be32((sampleRate & 0xffff) * 0x10000), // 16.16; the config holds higher rates.
    config,
  );
  const mediaHeader = fullBox('smhd', 0, 0, be16(0, 0));
  const base = { id: AUDIO_TRACK, rate, volume: 0x100, handler: 'soun', width: 0, height: 0 } as const;
  return trak({ ...base, mediaHeader, sampleEntry });
}

function audioConfig(format: AudioTrackFormat): { readonly type: string; readonly config: Uint8Array } {
  const { codec, channels, config } = format;
  if (codec === 'opus') return { type: 'Opus', config: dOps(channels) };
  if (codec !== 'aac' || config === undefined) throw new RangeError(`no ${codec} in this MP4`);
  return { type: 'mp4a', config: fullBox('esds', 0, 0, elementaryStream(config)) };
}

/**
 * Builds dOps ("Encapsulation of Opus in ISO Base Media File Format" 0.8.1, 4.3.2). Pre-skip is 0, because a stream
 * joined in its middle lacks the samples of the encoder's start.
 */
function dOps(channels: number): Uint8Array {
  if (channels !== 1 && channels !== 2) throw new RangeError(`Opus of ${channels} channels`);
  const [version, preSkip, inputRate, gain, family] = [0, 0, 48_000, 0, 0];
  return box(
    'dOps',
    Uint8Array.of(version, channels),
    be16(preSkip),
    be32(inputRate),
    be16(gain),
    Uint8Array.of(family),
  );
}

/** Builds an ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5) of MPEG-4 audio with its config. */
function elementaryStream(config: Uint8Array): Uint8Array {
  const [esDescriptor, decoderConfig, decoderInfo, slConfig] = [3, 4, 5, 6];
  const [mpeg4Audio, audioStream] = [0x40, 0x15];
  const info = descriptor(decoderInfo, config);
  const sizesAndRates = new Uint8Array(11); // Unknown: buffer size, maximum and average bit rate.
  const decoder = descriptor(decoderConfig, Uint8Array.of(mpeg4Audio, audioStream), sizesAndRates, info);
  const mp4 = descriptor(slConfig, Uint8Array.of(2));
  return descriptor(esDescriptor, be16(AUDIO_TRACK), Uint8Array.of(0), decoder, mp4);
}

/** Throws RangeError above 127 bytes, where the length needs another form. */
function descriptor(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  if (length > 127) throw new RangeError(`a descriptor of ${length} bytes`);
  const bytes = new Uint8Array(2 + length);
  bytes.set([tag, length]);
  let at = 2;
  for (const part of content) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
