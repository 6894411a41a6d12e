// Writes coded frames as a NUT stream for ffmpeg's standard input: one elementary stream, each frame with its own time.
import { crc32, fileId, frameFlag, longHeaderBytes, startcodes } from './nut-format.ts';

/** Description of the stream that ffmpeg gets before the first frame, so that it guesses nothing. */
export interface NutStream {
  /** Codec as four characters or a WAVE format tag (two bytes, lower first). */
  readonly fourcc: readonly number[];
  readonly timeScale: number;
  /** Number of pictures decoded before the first is shown: 0 without B-frames. */
  readonly decodeDelay: number;
  /** Codec header; empty if the codec has none. */
  readonly config: Uint8Array;
  readonly media:
    | { readonly kind: 'audio'; readonly sampleRate: number; readonly channels: number }
    | { readonly kind: 'video'; readonly width: number; readonly height: number };
}

/** Bit shift of abbreviated times, which this writer does not use: each frame carries its full time. */
const ptsShift = 7;
/** Bytes before a frame's data: a code, three numbers of at most eight bytes, a checksum. */
export const NUT_HEAD_BYTES_MAX = 1 + 3 * 8 + 4;
/** Maximum of the format between two syncpoints, which does not hold for pipes. */
const maxDistanceBytes = 65_536;
/** Flag of a stream for pipes, which needs one syncpoint alone. ffmpeg keeps each syncpoint in memory until its end. */
const pipeFlag = 2;

export function nutHeader(stream: NutStream): Uint8Array {
  const { timeScale, decodeDelay, config, media, fourcc } = stream;
  // Versions (the flags are of version 4), streams, distance, time bases; then frame codes: 255 of one kind. Each frame
  // states its flags.
  const main = [...varint(4), ...varint(0), ...varint(1), ...varint(maxDistanceBytes), ...varint(1), ...varint(1)];
  main.push(...varint(timeScale), ...varint(frameFlag.coded), ...varint(6));
  // Time delta, size multiplier, stream, size, reserved fields, count; then no elided headers, and the flags.
  main.push(...signedVarint(0), ...varint(1), ...varint(0), ...varint(0), ...varint(0), ...varint(255), ...varint(0));
  main.push(...varint(pipeFlag));
  const head = [...varint(0), ...varint(media.kind === 'video' ? 0 : 1), ...varint(fourcc.length), ...fourcc];
  head.push(...varint(0), ...varint(ptsShift), ...varint(timeScale), ...varint(decodeDelay), ...varint(0));
  head.push(...varint(config.byteLength), ...config);
  if (media.kind === 'video') head.push(...[media.width, media.height, 0, 0, 0].flatMap(varint));
  else head.push(...[media.sampleRate, 1, media.channels].flatMap(varint));
  // The syncpoint holds time 0 and a zero back pointer.
  const syncpoint = header(startcodes.syncpoint, [0, 0]);
  return joined([fileId, header(startcodes.main, main), header(startcodes.stream, head), syncpoint]);
}

/**
 * Returns one frame, shown at `pts` (a whole number from 0, in units of the stream). Throws RangeError on another time.
 */
export function nutFrame(pts: number, isKey: boolean, data: Uint8Array): Uint8Array {
  return joined([nutFrameHead(pts, isKey, data.byteLength), data]);
}

/** Returns what precedes the data of a frame, at most `NUT_HEAD_BYTES_MAX` bytes; otherwise like `nutFrame`. */
export function nutFrameHead(pts: number, isKey: boolean, dataBytes: number): Uint8Array {
  if (!Number.isSafeInteger(pts) || pts < 0) throw new RangeError(`a time must be a whole number from 0, not ${pts}`);
  const flags = frameFlag.codedPts | frameFlag.sizeMsb | frameFlag.checksum | (isKey ? frameFlag.key : 0);
  const bytes = new Uint8Array(NUT_HEAD_BYTES_MAX);
  // Coded flags toggle those of the frame code, which has `coded` alone: ffmpeg clears `coded` itself.
  bytes[0] = 0;
  let at = putVarint(bytes, 1, flags);
  at = putVarint(bytes, at, pts + 2 ** ptsShift);
  at = putVarint(bytes, at, dataBytes);
  at = putUint32(bytes, at, crc32(bytes, 0, at));
  return bytes.subarray(0, at);
}

function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) end += 1;
  let rest = value;
  for (let place = end - 1; place >= at; place -= 1) {
    bytes[place] = (rest % 128) | (place === end - 1 ? 0 : 128);
    rest = Math.floor(rest / 128);
  }
  return end;
}

function putUint32(bytes: Uint8Array, at: number, value: number): number {
  for (let place = 0; place < 4; place += 1) bytes[at + place] = (value >>> (24 - 8 * place)) & 255;
  return at + 4;
}

function header(startcode: readonly number[], body: readonly number[]): Uint8Array {
  const length = varint(body.length + 4);
  const head = Uint8Array.from([...startcode, ...length]);
  const bytes = Uint8Array.from(body);
  const headCheck = body.length + 4 > longHeaderBytes ? uint32(crc32(head)) : new Uint8Array(0);
  return joined([head, headCheck, bytes, uint32(crc32(bytes))]);
}

/** Encodes a number with seven bits a byte, the highest first. */
function varint(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 128);
  return bytes;
}

function signedVarint(value: number): number[] {
  return varint(2 * Math.abs(value) - (value > 0 ? 1 : 0));
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
