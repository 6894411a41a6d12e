// Reads the coded frames of a recorded piece, as they came from the room.
import {
  type AudioFormat,
  ByteReader,
  boxesOf,
  type CodedFrame,
  type FragmentSample,
  MalformedStream,
  readAacConfig,
  readFragment,
  splitLengths,
  type TrackInit,
} from '@meridian/room-media/core';
import type { RecordedCodec } from '../tracks/outputs.ts';

export interface FileFormat {
  readonly codec: RecordedCodec;
  readonly init: TrackInit;
  /** Undefined for pictures. */
  readonly sound: AudioFormat | undefined;
}

export interface TimedFrame {
  /** Decode time in the time of the stint. */
  readonly ms: number;
  readonly frame: CodedFrame;
}

/** Fields of an AudioSampleEntry behind its header (ISO/IEC 14496-12, 12.2.3). */
const SOUND_ENTRY_BYTES = 28;
/** Tags of descriptors, and the bytes before the descriptors in them (ISO/IEC 14496-1, 7.2.6). */
const [ES, ES_BYTES, DECODER, DECODER_BYTES, DECODER_INFO] = [3, 3, 4, 13, 5];

/** Throws MalformedStream for a sound without its config. */
export function fileFormatOf(codec: RecordedCodec, init: TrackInit): FileFormat {
  if (codec === 'opus') return { codec, init, sound: { codec, sampleRate: init.timescale, channels: init.channels } };
  return { codec, init, sound: codec === 'aac' ? readAacConfig(aacConfigBytesOf(init.sampleEntry)) : undefined };
}

/** Returns the frames of a piece in decoding order; `laterMs` is added to their times. Throws MalformedStream. */
export function framesOf(piece: Uint8Array, { codec, init, sound }: FileFormat, laterMs: number): TimedFrame[] {
  return readFragment(piece, piece.length, init).map((sample) => {
    const ms = (sample.dts * 1000) / init.timescale + laterMs;
    const data = piece.subarray(sample.from, sample.from + sample.bytes);
    const ptsMs = ms + (sample.composition * 1000) / init.timescale;
    const frame =
      codec === 'opus' || codec === 'aac'
        ? soundFrameOf(codec, sound, ptsMs, data)
        : pictureFrameOf(codec, { sample, ptsMs, dtsMs: ms, data });
    return { ms, frame };
  });
}

function soundFrameOf(
  codec: 'opus' | 'aac',
  format: AudioFormat | undefined,
  ptsMs: number,
  data: Uint8Array,
): CodedFrame {
  if (format === undefined) throw new MalformedStream('INVALID', 'sound in a file of pictures');
  return { codec, format, ptsMs, rtpTimestamp: 0, data };
}

function pictureFrameOf(
  codec: Exclude<RecordedCodec, 'opus' | 'aac'>,
  o: { readonly sample: FragmentSample; readonly ptsMs: number; readonly dtsMs: number; readonly data: Uint8Array },
): CodedFrame {
  const { ptsMs, dtsMs, data } = o;
  const { isSync: isKey } = o.sample;
  if (codec !== 'h264') return { codec, ptsMs, isKey, size: undefined, rtpTimestamp: 0, data };
  const nals = splitLengths(data, 4);
  if (nals === undefined) throw new MalformedStream('INVALID', 'NAL units that do not fit their sample');
  return { codec, ptsMs, dtsMs, isKey, rtpTimestamp: 0, nals };
}

function aacConfigBytesOf(sampleEntry: Uint8Array): Uint8Array {
  const esds = boxesOf(sampleEntry.subarray(8 + SOUND_ENTRY_BYTES)).find(({ type }) => type === 'esds');
  if (esds === undefined) throw new MalformedStream('INVALID', 'no esds');
  const decoder = insideDescriptor(insideDescriptor(esds.content.subarray(4), ES).subarray(ES_BYTES), DECODER);
  return insideDescriptor(decoder.subarray(DECODER_BYTES), DECODER_INFO);
}

function insideDescriptor(bytes: Uint8Array, tag: number): Uint8Array {
  const reader = new ByteReader(bytes);
  const found = reader.u8();
  if (found !== tag) throw new MalformedStream('INVALID', `descriptor ${found} instead of ${tag}`);
  let length = 0;
  for (let byte = 0x80; byte >= 0x80; ) {
    byte = reader.u8();
    length = length * 128 + (byte & 0x7f);
  }
  return reader.take(length);
}
