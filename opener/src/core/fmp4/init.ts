// The beginning of a fragmented MP4 (ISO/IEC 14496-12, 14 and 15): which tracks there are, and how each is decoded.
import { writeAvcConfig } from '../flv/avc-config.ts';
import type { AudioFormat, VideoFormat } from '../units.ts';
import { be16, be32, box, fullBox, latin } from './boxes.ts';

export const VIDEO_TRACK = 1;
export const AUDIO_TRACK = 2;
/** Ticks of a second of the video track; those of the audio track are its samples. */
export const VIDEO_RATE = 90_000;

/** Of samples that need no other, and of those that do (8.8.3.1). */
export const SYNC_SAMPLE = 0x02000000;
export const OTHER_SAMPLE = 0x01010000;

export interface Mp4Tracks {
  readonly video?: { readonly format: VideoFormat; readonly width: number; readonly height: number };
  /** AAC with its config. */
  readonly audio?: AudioFormat;
}

/** Turned by nothing (6.2.2). */
const IDENTITY_MATRIX = be32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const UNDETERMINED = 0x55c4; // the language "und"
const ENABLED_IN_MOVIE = 3;
/** 72 pixels an inch, in 16.16. */
const RESOLUTION = 0x480000;
const COLOUR_24_BITS = 0x18;

/**
 * ftyp and moov. Throws RangeError for a format that cannot be written (`writeAvcConfig`), for sound other than AAC,
 * and for no track at all: our own mistakes.
 */
export function initSegment({ video, audio }: Mp4Tracks): Uint8Array {
  if (video === undefined && audio === undefined) throw new RangeError('an MP4 without tracks');
  const traks: Uint8Array[] = [];
  const defaults: Uint8Array[] = [];
  if (video !== undefined) {
    traks.push(videoTrak(video));
    defaults.push(trackDefaults(VIDEO_TRACK, OTHER_SAMPLE));
  }
  if (audio !== undefined) {
    traks.push(audioTrak(audio));
    defaults.push(trackDefaults(AUDIO_TRACK, SYNC_SAMPLE));
  }
  const ftyp = box('ftyp', latin('iso6'), be32(0), latin('iso6cmfcmp41'));
  const moov = box('moov', movieHeader(), ...traks, box('mvex', ...defaults));
  const bytes = new Uint8Array(ftyp.length + moov.length);
  bytes.set(ftyp);
  bytes.set(moov, ftyp.length);
  return bytes;
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

function videoTrak({ format, width, height }: NonNullable<Mp4Tracks['video']>): Uint8Array {
  const sampleEntry = box(
    'avc1',
    be16(0, 0, 0, 1), // reserved, the one data reference
    new Uint8Array(16),
    be16(width, height),
    be32(RESOLUTION, RESOLUTION, 0),
    be16(1), // one frame per sample
    new Uint8Array(32), // no name of the compressor
    be16(COLOUR_24_BITS, 0xffff),
    box('avcC', writeAvcConfig(format)),
  );
  const mediaHeader = fullBox('vmhd', 0, 1, be16(0, 0, 0, 0));
  const base = { id: VIDEO_TRACK, rate: VIDEO_RATE, volume: 0, handler: 'vide' } as const;
  return trak({ ...base, width, height, mediaHeader, sampleEntry });
}

function audioTrak({ codec, sampleRate, channels, config }: AudioFormat): Uint8Array {
  if (codec !== 'aac' || config === undefined) throw new RangeError(`no ${codec} in this MP4`);
  const sampleEntry = box(
    'mp4a',
    be16(0, 0, 0, 1),
    be32(0, 0),
    be16(channels, 16, 0, 0),
    be32((sampleRate & 0xffff) * 0x10000), // 16.16; higher rates stand in the config
    fullBox('esds', 0, 0, elementaryStream(config)),
  );
  const mediaHeader = fullBox('smhd', 0, 0, be16(0, 0));
  const base = { id: AUDIO_TRACK, rate: sampleRate, volume: 0x100, handler: 'soun', width: 0, height: 0 } as const;
  return trak({ ...base, mediaHeader, sampleEntry });
}

/** ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5): MPEG-4 audio with its config. */
function elementaryStream(config: Uint8Array): Uint8Array {
  const [esDescriptor, decoderConfig, decoderInfo, slConfig] = [3, 4, 5, 6];
  const [mpeg4Audio, audioStream] = [0x40, 0x15];
  const info = descriptor(decoderInfo, config);
  const sizesAndRates = new Uint8Array(11); // unknown: buffer, greatest and mean bit rate
  const decoder = descriptor(decoderConfig, Uint8Array.of(mpeg4Audio, audioStream), sizesAndRates, info);
  const mp4 = descriptor(slConfig, Uint8Array.of(2));
  return descriptor(esDescriptor, be16(AUDIO_TRACK), Uint8Array.of(0), decoder, mp4);
}

/** @throws RangeError: above 127 bytes the length would need another form */
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
