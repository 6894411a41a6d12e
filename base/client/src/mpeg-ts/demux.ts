// Reads an MPEG transport stream (ISO/IEC 13818-1): the first video and the first audio of its first programme.
import {
  MpegTsError,
  packetBytes,
  packetHeaderBytes,
  patPid,
  syncByte,
  type TsAudioCodec,
  type TsVideoCodec,
  tableId,
  ticksModulus,
  ticksPerMs,
} from './format.ts';
import { PesReader, type TsPayload } from './pes.ts';
import { SectionReader } from './section.ts';

interface TsTimes {
  /** Milliseconds of the sender's clock, without the wrap of 33 bits (26.5 hours). */
  readonly ptsMs: number;
  readonly dtsMs: number;
  /** Content of a PES packet: a picture, or one or more frames of audio. */
  readonly data: Uint8Array;
}
export type TsUnit =
  | (TsTimes & { readonly kind: 'video'; readonly codec: TsVideoCodec })
  | (TsTimes & { readonly kind: 'audio'; readonly codec: TsAudioCodec });

type Format = Pick<TsUnit & { kind: 'video' }, 'kind' | 'codec'> | Pick<TsUnit & { kind: 'audio' }, 'kind' | 'codec'>;

/** Stream types in practice: ffmpeg labels MPEG-1 video as MPEG-2, and audio of half the sample rates is 4. */
const formats: ReadonlyMap<number, Format> = new Map([
  [0x01, { kind: 'video', codec: 'mpeg1' }],
  [0x02, { kind: 'video', codec: 'mpeg1' }],
  [0x1b, { kind: 'video', codec: 'h264' }],
  [0x03, { kind: 'audio', codec: 'mp2' }],
  [0x04, { kind: 'audio', codec: 'mp2' }],
  [0x0f, { kind: 'audio', codec: 'aac' }],
]);
/** A stream with more bytes outside packets between two tables has another format. */
const junkBytesMax = 64 * 1024;

interface Stream {
  readonly format: Format;
  readonly pes: PesReader;
}

/**
 * Reads a stream in pieces of any size (`push`) and returns the units that they complete, in order. Lost and damaged
 * packets cost their units. A unit without a length ends with the next. Holds at most 1 MiB per kind.
 */
export class TsDemuxer {
  #partialPacket = new Uint8Array(0);
  /** True when the last packet was in place; otherwise a second packet must follow to confirm the first. */
  #isInStep = true;
  #junkBytes = 0;
  #junkSinceTable = 0;
  #lostUnits = 0;
  #pmtPid: number | undefined;
  readonly #tables = { pat: new SectionReader(), pmt: new SectionReader() };
  #streams: ReadonlyMap<number, Stream> = new Map();
  #lastTicks: number | undefined;

  get junkBytes(): number {
    return this.#junkBytes;
  }

  /** Number of damaged or partial units, which are left out: a later picture may refer to them. */
  get lostUnits(): number {
    return this.#lostUnits;
  }

  /** Throws MpegTsError NOT_MPEG_TS when more than 64 KiB between two tables are not packets. */
  push(piece: Uint8Array): TsUnit[] {
    const bytes = this.#partialPacket.length === 0 ? piece : concatBytes(this.#partialPacket, piece);
    const units: TsUnit[] = [];
    let at = 0;
    while (bytes.length - at >= packetBytes) {
      const next = bytes[at + packetBytes];
      if (bytes[at] === syncByte && !this.#isInStep && next === undefined) break;
      if (bytes[at] !== syncByte || (!this.#isInStep && next !== syncByte)) {
        this.#isInStep = false;
        this.#countJunk();
        at += 1;
        continue;
      }
      this.#isInStep = true;
      this.#packet(bytes.subarray(at, at + packetBytes), units);
      at += packetBytes;
    }
    this.#partialPacket = bytes.slice(at);
    return units;
  }

  flush(): TsUnit[] {
    const units: TsUnit[] = [];
    for (const stream of this.#streams.values()) this.#deliver(stream, stream.pes.end(), units);
    return units;
  }

  #countJunk(): void {
    this.#junkBytes += 1;
    this.#junkSinceTable += 1;
    if (this.#junkSinceTable > junkBytesMax)
      throw new MpegTsError('NOT_MPEG_TS', `${junkBytesMax} bytes outside packets of a transport stream`);
  }

  #packet(packet: Uint8Array, units: TsUnit[]): void {
    const [, b1 = 0, b2 = 0, b3 = 0] = packet;
    const pid = ((b1 & 0x1f) << 8) | b2;
    const isDamaged = (b1 & 0x80) !== 0;
    const isScrambled = (b3 & 0xc0) !== 0;
    const hasField = (b3 & 0x20) !== 0;
    const hasPayload = (b3 & 0x10) !== 0;
    const fieldBytes = hasField ? 1 + (packet[packetHeaderBytes] ?? 0) : 0;
    const from = packetHeaderBytes + fieldBytes;
    if (isDamaged || isScrambled || !hasPayload || from >= packetBytes) return;
    const packetPayload = {
      begins: (b1 & 0x40) !== 0,
      counter: b3 & 15,
      mayJump: fieldBytes > 1 && ((packet[packetHeaderBytes + 1] ?? 0) & 0x80) !== 0,
      bytes: packet.subarray(from),
    };
    const stream = this.#streams.get(pid);
    if (stream !== undefined) {
      for (const payload of stream.pes.push(packetPayload)) this.#deliver(stream, payload, units);
    } else if (pid === patPid) {
      for (const table of this.#tables.pat.push(packetPayload)) this.#readPat(table);
    } else if (pid === this.#pmtPid) {
      for (const table of this.#tables.pmt.push(packetPayload)) this.#readPmt(table, units);
    }
  }

  #deliver({ format }: Stream, payload: TsPayload | 'lost' | undefined, units: TsUnit[]): void {
    if (payload === undefined) return;
    if (payload === 'lost') {
      this.#lostUnits += 1;
      return;
    }
    const dts = this.#unrolled(payload.dts);
    this.#lastTicks = dts;
    const times = { ptsMs: unrolledNear(dts, payload.pts) / ticksPerMs, dtsMs: dts / ticksPerMs, data: payload.data };
    units.push({ ...format, ...times });
  }

  #unrolled(ticks: number): number {
    return this.#lastTicks === undefined ? ticks : unrolledNear(this.#lastTicks, ticks);
  }

  #readPat(table: Uint8Array): void {
    if (table[0] !== tableId.pat) return;
    this.#junkSinceTable = 0;
    for (let at = 8; at + 4 <= table.length - 4; at += 4) {
      const isNetwork = table[at] === 0 && table[at + 1] === 0;
      if (isNetwork) continue;
      const pid = pidAt(table, at + 2);
      if (pid === this.#pmtPid) return;
      this.#pmtPid = pid;
      this.#tables.pmt.reset();
      return;
    }
  }

  /** Keeps streams whose PID is unchanged; returns the open unit of any other. */
  #readPmt(table: Uint8Array, units: TsUnit[]): void {
    if (table[0] !== tableId.pmt || table.length < 16) return;
    const streams = new Map<number, Stream>();
    const seenKinds = { video: false, audio: false };
    const infoBytes = (((table[10] ?? 0) & 15) << 8) | (table[11] ?? 0);
    for (let at = 12 + infoBytes; at + 5 <= table.length - 4; ) {
      const format = formats.get(table[at] ?? 0);
      const pid = pidAt(table, at + 1);
      if (
        format !== undefined &&
        !seenKinds[format.kind] &&
        pid !== patPid &&
        pid !== this.#pmtPid &&
        !streams.has(pid)
      ) {
        seenKinds[format.kind] = true;
        const known = this.#streams.get(pid);
        streams.set(pid, known?.format === format ? known : { format, pes: new PesReader(format.kind) });
      }
      at += 5 + ((((table[at + 3] ?? 0) & 15) << 8) | (table[at + 4] ?? 0));
    }
    for (const stream of this.#streams.values()) {
      if (![...streams.values()].includes(stream)) this.#deliver(stream, stream.pes.end(), units);
    }
    this.#streams = streams;
  }
}

function pidAt(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) & 0x1f) << 8) | (bytes[at + 1] ?? 0);
}

/** Returns the time with these 33 bits that is nearest to `reference`. */
function unrolledNear(reference: number, ticks: number): number {
  return ticks + Math.round((reference - ticks) / ticksModulus) * ticksModulus;
}

function concatBytes(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
