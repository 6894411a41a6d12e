// Writes an MPEG transport stream (ISO/IEC 13818-1) with one video and one audio.
import {
  crc32,
  MpegTsError,
  packetBytes,
  packetHeaderBytes,
  patPid,
  streamTypes,
  syncByte,
  type TsAudioCodec,
  type TsVideoCodec,
  tableId,
  ticksModulus,
  ticksPerMs,
  unitBytesMax,
} from './format.ts';

export interface TsMuxerOptions {
  readonly video?: TsVideoCodec;
  readonly audio?: TsAudioCodec;
}

export interface TsMuxUnit {
  readonly kind: 'video' | 'audio';
  /** On the same clock for both kinds; may be negative, and is written as 33 bits of 90 kHz. */
  readonly ptsMs: number;
  /** Decoding time; default `ptsMs`. */
  readonly dtsMs?: number;
  /** Video: decoding may begin here. */
  readonly isKey?: boolean;
  /** A picture (MPEG-1 video, or H.264 as Annex B), or whole frames of MP2 or AAC (ADTS). At most 1 MiB. */
  readonly data: Uint8Array;
}

const pids = { pmt: 0x1000, video: 0x100, audio: 0x101 } as const;
const streamIds = { video: 0xe0, audio: 0xc0 } as const;
const programme = 1;
/** Longest time that a late viewer waits to learn the content of the stream. */
const tablesEveryMs = 500;
/** Delay of the clock behind the times of units, for which a receiver with the standard's buffers may hold them. */
const clockDelayMs = 200;
const pcrFieldBytes = 8;
const accessUnitDelimiter = Uint8Array.of(0, 0, 0, 1, 9, 0xf0);

/** Writes whole packets of 188 bytes for each unit. Units of a kind come in decoding order. */
export class TsMuxer {
  readonly #options: TsMuxerOptions;
  readonly #pmt: Uint8Array;
  readonly #counters = { tables: 0, video: 0, audio: 0 };
  #tablesAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: TsMuxerOptions) {
    if (options.video === undefined && options.audio === undefined)
      throw new MpegTsError('UNIT_INVALID', 'a stream has a picture or a sound');
    this.#options = options;
    this.#pmt = pmtOf(options);
  }

  /** Returns the two tables that a viewer needs first, for a single viewer: the output of `write` is not affected. */
  head(): Uint8Array {
    const bytes = new Uint8Array(2 * packetBytes);
    writeTable(bytes, 0, patPid, this.#counters.tables, pat);
    writeTable(bytes, packetBytes, pids.pmt, this.#counters.tables, this.#pmt);
    return bytes;
  }

  /** Returns the packets of a unit, after the tables when they are due. Throws MpegTsError UNIT_INVALID. */
  write(unit: TsMuxUnit): Uint8Array<ArrayBuffer> {
    const { kind, ptsMs, dtsMs = ptsMs, isKey = false } = unit;
    const codec = this.#options[kind];
    if (codec === undefined) throw new MpegTsError('UNIT_INVALID', `${kind} in a stream without it`);
    if (!Number.isFinite(ptsMs) || !Number.isFinite(dtsMs))
      throw new MpegTsError('UNIT_INVALID', `a unit at ${ptsMs} ms, decoded at ${dtsMs} ms`);
    if (unit.data.length === 0 || unit.data.length > unitBytesMax)
      throw new MpegTsError('UNIT_INVALID', `a unit of ${unit.data.length} bytes`);

    const parts = codec === 'h264' && !hasDelimiter(unit.data) ? [accessUnitDelimiter, unit.data] : [unit.data];
    const payload = pesPacket(kind, ticksOf(ptsMs), ticksOf(dtsMs), parts);
    const hasClock = kind === 'video' || this.#options.video === undefined;
    const mayBegin = kind === 'video' ? isKey : this.#options.video === undefined;
    const clock = hasClock ? { ticks: ticksOf(dtsMs - clockDelayMs), mayBegin } : undefined;
    const roomBytes = packetBytes - packetHeaderBytes;
    const packets = Math.ceil((payload.length + (clock === undefined ? 0 : pcrFieldBytes)) / roomBytes);
    const hasTables = (kind === 'video' && isKey) || Math.abs(dtsMs - this.#tablesAtMs) >= tablesEveryMs;
    const bytes = new Uint8Array((packets + (hasTables ? 2 : 0)) * packetBytes);
    if (hasTables) {
      bytes.set(this.head());
      this.#counters.tables += 1;
      this.#tablesAtMs = dtsMs;
    }
    this.#writePackets(bytes, hasTables ? 2 * packetBytes : 0, kind, payload, clock);
    return bytes;
  }

  #writePackets(bytes: Uint8Array, from: number, kind: 'video' | 'audio', payload: Uint8Array, clock?: Clock): void {
    let written = 0;
    for (let at = from; at < bytes.length; at += packetBytes) {
      const isFirst = at === from;
      const end = at + packetBytes;
      const field = isFirst && clock !== undefined ? pcrFieldBytes : 0;
      const take = Math.min(packetBytes - packetHeaderBytes - field, payload.length - written);
      const start = end - take;
      const counter = this.#counters[kind];
      this.#counters[kind] += 1;
      writeHeader(bytes, at, pids[kind], isFirst, counter, start > at + packetHeaderBytes);
      writeAdaptation(bytes, at + packetHeaderBytes, start, isFirst ? clock : undefined);
      bytes.set(payload.subarray(written, written + take), start);
      written += take;
    }
  }
}

interface Clock {
  readonly ticks: number;
  readonly mayBegin: boolean;
}

function ticksOf(ms: number): number {
  const ticks = Math.round(ms * ticksPerMs) % ticksModulus;
  return ticks < 0 ? ticks + ticksModulus : ticks;
}

function hasDelimiter(data: Uint8Array): boolean {
  const at = data[2] === 1 ? 3 : 4;
  return data[0] === 0 && data[1] === 0 && data[at - 1] === 1 && ((data[at] ?? 0) & 31) === 9;
}

function pesPacket(kind: 'video' | 'audio', pts: number, dts: number, parts: readonly Uint8Array[]): Uint8Array {
  const times = pts === dts ? [timeBytes(2, pts)] : [timeBytes(3, pts), timeBytes(1, dts)];
  const timesLength = times.length * 5;
  const dataLength = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(9 + timesLength + dataLength);
  // A large picture has no length and ends where the next begins. Audio must have a length.
  const length = 3 + timesLength + dataLength;
  if (length > 0xffff && kind === 'audio')
    throw new MpegTsError('UNIT_INVALID', `sound of ${dataLength} bytes at once`);
  const lengthField = length > 0xffff ? 0 : length;
  const flags = times.length === 2 ? 0xc0 : 0x80;
  bytes.set([0, 0, 1, streamIds[kind], lengthField >> 8, lengthField & 255, 0x84, flags, timesLength]);
  let at = 9;
  for (const part of [...times, ...parts]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function timeBytes(prefix: number, ticks: number): Uint8Array {
  const high = Math.floor(ticks / 2 ** 30);
  const low = ticks % 2 ** 30;
  const middle = low >> 15;
  return Uint8Array.of(
    (prefix << 4) | (high << 1) | 1,
    middle >> 7,
    ((middle & 127) << 1) | 1,
    (low >> 7) & 255,
    ((low & 127) << 1) | 1,
  );
}

function writeHeader(
  bytes: Uint8Array,
  at: number,
  pid: number,
  isFirst: boolean,
  counter: number,
  hasField: boolean,
): void {
  bytes[at] = syncByte;
  bytes[at + 1] = (isFirst ? 0x40 : 0) | (pid >> 8);
  bytes[at + 2] = pid & 255;
  bytes[at + 3] = (hasField ? 0x30 : 0x10) | (counter & 15);
}

/** Writes the adaptation field from `at` to `end`: the clock if any, then stuffing. */
function writeAdaptation(bytes: Uint8Array, at: number, end: number, clock: Clock | undefined): void {
  if (end === at) return;
  bytes[at] = end - at - 1;
  if (end - at === 1) return;
  bytes[at + 1] = clock === undefined ? 0 : 0x10 | (clock.mayBegin ? 0x40 : 0);
  let stuffing = at + 2;
  if (clock !== undefined) {
    const high = Math.floor(clock.ticks / 2);
    bytes.set(
      [high >>> 24, (high >> 16) & 255, (high >> 8) & 255, high & 255, ((clock.ticks % 2) << 7) | 0x7e, 0],
      stuffing,
    );
    stuffing += 6;
  }
  bytes.fill(0xff, stuffing, end);
}

function writeTable(bytes: Uint8Array, at: number, pid: number, counter: number, table: Uint8Array): void {
  writeHeader(bytes, at, pid, true, counter, false);
  // A table begins right after its pointer.
  bytes[at + packetHeaderBytes] = 0;
  bytes.fill(0xff, at + packetHeaderBytes + 1, at + packetBytes);
  bytes.set(table, at + packetHeaderBytes + 1);
}

function section(id: number, number: number, body: readonly number[]): Uint8Array {
  const length = body.length + 9;
  const bytes = new Uint8Array(length + 3);
  bytes.set([id, 0xb0 | (length >> 8), length & 255, number >> 8, number & 255, 0xc1, 0, 0, ...body]);
  const end = bytes.length - 4;
  new DataView(bytes.buffer).setUint32(end, crc32(bytes.subarray(0, end)));
  return bytes;
}

const pidBytes = (pid: number): number[] => [0xe0 | (pid >> 8), pid & 255];
const pat = section(tableId.pat, 1, [programme >> 8, programme & 255, ...pidBytes(pids.pmt)]);

function pmtOf({ video, audio }: TsMuxerOptions): Uint8Array {
  const noDescriptors = [0xf0, 0];
  return section(tableId.pmt, programme, [
    ...pidBytes(video === undefined ? pids.audio : pids.video),
    ...noDescriptors,
    ...(video === undefined ? [] : [streamTypes[video], ...pidBytes(pids.video), ...noDescriptors]),
    ...(audio === undefined ? [] : [streamTypes[audio], ...pidBytes(pids.audio), ...noDescriptors]),
  ]);
}
