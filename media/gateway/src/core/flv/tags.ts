import { ByteReader, MalformedStream } from '@meridian/room-media/core';

// Bodies of audio and video tags: Adobe Flash Video File Format 10.1, annex E.4, and Enhanced RTMP v2 (video
// and sound by FourCC). RTMP's audio and video messages hold the same bytes.

export type AudioTag =
  | { readonly kind: 'config'; readonly codec: 'aac'; readonly config: Uint8Array }
  | { readonly kind: 'frame'; readonly codec: 'aac'; readonly data: Uint8Array }
  | UnsupportedTag
  | FurtherTrack
  | EmptyTag;

export type VideoTag =
  | { readonly kind: 'config'; readonly codec: 'h264'; readonly config: Uint8Array }
  /** Picture of length-prefixed NAL units, shown `compositionMs` after its time, which may be negative. */
  | {
      readonly kind: 'frame';
      readonly codec: 'h264';
      readonly isKey: boolean;
      readonly compositionMs: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'end' }
  | UnsupportedTag
  | FurtherTrack
  | EmptyTag;

/** Codec that cannot be decoded here; the publication is refused with the codec's name. */
export interface UnsupportedTag {
  readonly kind: 'unsupported';
  readonly codec: string;
}

/** Tag of Enhanced RTMP without its track 0, the one that is published. */
export interface FurtherTrack {
  readonly kind: 'track';
}

/** Tag without media: a message without bytes, a seek command of Flash, colour metadata. */
export interface EmptyTag {
  readonly kind: 'empty';
}

const SOUND_FORMATS: readonly string[] = [
  'pcm',
  'adpcm',
  'mp3',
  'pcm',
  'nellymoser',
  'nellymoser',
  'nellymoser',
  'g711a',
  'g711u',
  'unknown',
  'aac',
  'speex',
  'unknown',
  'unknown',
  'mp3',
  'unknown',
];
const AAC = 10;
/** Enhanced RTMP: a packet type and a FourCC follow. */
const BY_FOUR_CC = 9;

/** Names by CodecID; 12 is not Adobe's, but widely sent. */
const VIDEO_CODECS: Readonly<Record<number, string>> = {
  2: 'h263',
  3: 'screen',
  4: 'vp6',
  5: 'vp6',
  6: 'screen',
  7: 'h264',
  12: 'h265',
};
const AVC = 7;

const FOUR_CCS: Readonly<Record<string, string>> = {
  avc1: 'h264',
  hvc1: 'h265',
  av01: 'av1',
  vp09: 'vp9',
  vp08: 'vp8',
  mp4a: 'aac',
  Opus: 'opus',
  fLaC: 'flac',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
  '.mp3': 'mp3',
};

const frameType = { key: 1, inter: 2, command: 5 } as const;

/** AVCPacketType, and the first three packet types of Enhanced RTMP. */
const packetType = { config: 0, frame: 1, end: 2, frameWithoutOffset: 3, metadata: 4 } as const;
/** Packet types of Enhanced RTMP v2 before the packet type of the media itself. */
const MULTITRACK = { audio: 5, video: 6 } as const;
const MOD_EX = 7;
/** AvMultitrackType. */
const trackForm = { one: 0, many: 1, manyCodecs: 2 } as const;

/** 44 kHz, 16 bits, stereo: fixed for AAC, whose config has the true values. */
const AAC_HEAD = 0xaf;

/** Throws MalformedStream TRUNCATED or INVALID. */
export function readAudioTag(body: Uint8Array): AudioTag {
  if (body.length === 0) return { kind: 'empty' };
  const reader = new ByteReader(body);
  const first = reader.u8();
  const format = first >> 4;
  if (format === BY_FOUR_CC) return readEnhancedSound(reader, first & 0x0f);
  if (format !== AAC) return { kind: 'unsupported', codec: SOUND_FORMATS[format] ?? 'unknown' };
  const type = reader.u8();
  if (type > 1) throw new MalformedStream('INVALID', `an AAC packet of type ${type}`);
  if (reader.remaining === 0) return { kind: 'empty' };
  if (type === 0) return { kind: 'config', codec: 'aac', config: reader.rest() };
  return { kind: 'frame', codec: 'aac', data: reader.rest() };
}

/** Throws MalformedStream TRUNCATED or INVALID. */
export function readVideoTag(body: Uint8Array): VideoTag {
  if (body.length === 0) return { kind: 'empty' };
  const reader = new ByteReader(body);
  const first = reader.u8();
  const type = (first >> 4) & 7;
  if (first >= 0x80) return readEnhanced(reader, type, first & 0x0f);
  // A command has one byte beside the packet type.
  if (type === frameType.command) return { kind: 'empty' };
  const codec = first & 0x0f;
  if (codec !== AVC) return { kind: 'unsupported', codec: VIDEO_CODECS[codec] ?? 'unknown' };
  const packet = reader.u8();
  const compositionMs = reader.i24();
  if (packet > packetType.end) throw new MalformedStream('INVALID', `an AVC packet of type ${packet}`);
  return readPacket(reader, { packet, compositionMs, isKey: type === frameType.key });
}

export const aacConfigBody = (config: Uint8Array): Uint8Array => withHead([AAC_HEAD, 0], config);

export const aacFrameBody = (frame: Uint8Array): Uint8Array => withHead([AAC_HEAD, 1], frame);

export const avcConfigBody = (config: Uint8Array): Uint8Array => withHead([0x17, packetType.config, 0, 0, 0], config);

/** `data` has length-prefixed NAL units; `compositionMs` is a whole, signed number of 24 bits. */
export function avcFrameBody(o: { isKey: boolean; compositionMs: number; data: Uint8Array }): Uint8Array {
  const { isKey, compositionMs, data } = o;
  const head = [isKey ? 0x17 : 0x27, packetType.frame, compositionMs >> 16, compositionMs >> 8, compositionMs];
  return withHead(head, data);
}

const fourCc = (reader: ByteReader): string => FOUR_CCS[String.fromCharCode(...reader.take(4))] ?? 'unknown';

/** Media of an Enhanced RTMP tag, without the heads before it. */
interface EnhancedPacket {
  readonly packet: number;
  readonly codec: string;
  readonly reader: ByteReader;
}

/** Skips packets of type ModEx (nanoseconds of the time) and returns track 0; undefined if the tag has only others. */
function readEnhancedHead(kind: 'audio' | 'video', reader: ByteReader, first: number): EnhancedPacket | undefined {
  let packet = first;
  while (packet === MOD_EX) {
    const size = reader.u8() + 1;
    reader.take(size === 256 ? reader.u16() + 1 : size);
    packet = reader.u8() & 0x0f;
  }
  if (packet !== MULTITRACK[kind]) return { packet, codec: fourCc(reader), reader };
  const head = reader.u8();
  const form = head >> 4;
  if (form > trackForm.manyCodecs) throw new MalformedStream('INVALID', `tracks in form ${form}`);
  let codec = form === trackForm.manyCodecs ? '' : fourCc(reader);
  while (reader.remaining > 0) {
    if (form === trackForm.manyCodecs) codec = fourCc(reader);
    const track = reader.u8();
    const media = form === trackForm.one ? reader.rest() : reader.take(reader.u24());
    if (track === 0) return { packet: head & 0x0f, codec, reader: new ByteReader(media) };
  }
  return undefined;
}

function readEnhancedSound(whole: ByteReader, first: number): AudioTag {
  const head = readEnhancedHead('audio', whole, first);
  if (head === undefined) return { kind: 'track' };
  const { packet, codec, reader } = head;
  if (codec !== 'aac') return { kind: 'unsupported', codec };
  if (packet > packetType.frame || reader.remaining === 0) return { kind: 'empty' };
  if (packet === packetType.config) return { kind: 'config', codec, config: reader.rest() };
  return { kind: 'frame', codec, data: reader.rest() };
}

function readEnhanced(whole: ByteReader, type: number, first: number): VideoTag {
  const head = readEnhancedHead('video', whole, first);
  if (head === undefined) return { kind: 'track' };
  const { packet, codec, reader } = head;
  if (codec !== 'h264') return { kind: 'unsupported', codec };
  if (packet === packetType.metadata || type === frameType.command) return { kind: 'empty' };
  const isKey = type === frameType.key;
  if (packet === packetType.frameWithoutOffset) {
    return readPacket(reader, { packet: packetType.frame, compositionMs: 0, isKey });
  }
  if (packet > packetType.metadata) throw new MalformedStream('INVALID', `an avc1 packet of type ${packet}`);
  const compositionMs = packet === packetType.frame ? reader.i24() : 0;
  return readPacket(reader, { packet, compositionMs, isKey });
}

function readPacket(reader: ByteReader, o: { packet: number; compositionMs: number; isKey: boolean }): VideoTag {
  const { packet, compositionMs, isKey } = o;
  if (packet === packetType.end) return { kind: 'end' };
  if (reader.remaining === 0) return { kind: 'empty' };
  if (packet === packetType.config) return { kind: 'config', codec: 'h264', config: reader.rest() };
  return { kind: 'frame', codec: 'h264', isKey, compositionMs, data: reader.rest() };
}

function withHead(head: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + data.length);
  bytes.set(head);
  bytes.set(data, head.length);
  return bytes;
}
