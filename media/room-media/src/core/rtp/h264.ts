// H.264 in RTP (RFC 6184, packetization-mode 1): single NAL units, STAP-A and FU-A.
import { MAX_FLV_TAG_BYTES } from '../flv/file.ts';
import { parsePpsIds, parseSps, readFormat } from '../h264/h264-bitstream.ts';
import { isSlice, maxNalsPerUnit, nalType, nalTypeOf } from '../h264/nal.ts';
import type { VideoFormat, VideoUnit } from '../units.ts';
import { joined, putU16, u8, u16 } from './bytes.ts';

const stapA = 24;
const fuA = 28;
const fuStart = 0x80;
const fuEnd = 0x40;

/** What the length of each of `maxNalsPerUnit`, and the beginning of its body, add to a unit in an FLV tag. */
const flvBytes = 8192;
/** A key frame of 4K video at its best is a quarter of it. Whatever is taken fits in an FLV tag. */
export const maxUnitBytes = MAX_FLV_TAG_BYTES - flvBytes;

/** They say where pictures and bytes end, which RTP says by itself. */
const isNeedless = (type: number): boolean => type === nalType.accessUnitDelimiter || type === nalType.filler;

/**
 * The payloads of one access unit, in order; the last one's packet has the marker. Small NAL units in a row share one
 * payload. Access unit delimiters and filler are left out. Payloads are at most `maxPayloadBytes` long.
 */
export function packetiseH264(nals: readonly Uint8Array[], maxPayloadBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let together: Uint8Array[] = [];
  let bytes = 1;
  const flush = (): void => {
    const [only] = together;
    if (only !== undefined) payloads.push(together.length === 1 ? only : aggregated(together, bytes));
    together = [];
    bytes = 1;
  };
  for (const nal of nals) {
    if (nal.length === 0 || isNeedless(nalTypeOf(nal))) continue;
    if (bytes + 2 + nal.length > maxPayloadBytes) flush();
    if (nal.length <= maxPayloadBytes) {
      together.push(nal);
      bytes += 2 + nal.length;
    } else payloads.push(...fragments(nal, maxPayloadBytes));
  }
  flush();
  return payloads;
}

function aggregated(nals: readonly Uint8Array[], bytes: number): Uint8Array {
  const payload = new Uint8Array(bytes);
  let at = 1;
  let header = 0;
  for (const nal of nals) {
    // The forbidden bit if any has it, and the greatest importance (5.7.1).
    header = Math.max(header & 0x60, u8(nal, 0) & 0x60) | ((header | u8(nal, 0)) & 0x80);
    putU16(payload, at, nal.length);
    payload.set(nal, at + 2);
    at += 2 + nal.length;
  }
  payload[0] = header | stapA;
  return payload;
}

/** Of about equal length, so that none is tiny. */
function fragments(nal: Uint8Array, maxPayloadBytes: number): Uint8Array[] {
  const header = u8(nal, 0);
  const count = Math.ceil((nal.length - 1) / (maxPayloadBytes - 2));
  const size = Math.ceil((nal.length - 1) / count);
  return Array.from({ length: count }, (_, index) => {
    const from = 1 + index * size;
    const part = nal.subarray(from, from + size);
    const payload = new Uint8Array(2 + part.length);
    payload[0] = (header & 0xe0) | fuA;
    payload[1] = (header & 0x1f) | (index === 0 ? fuStart : 0) | (index === count - 1 ? fuEnd : 0);
    payload.set(part, 2);
    return payload;
  });
}

/** A packet in its place in the stream. */
export interface VideoPacket {
  /** Without wraps, one more than that of the packet before it. */
  readonly extendedSequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

interface OpenUnit {
  readonly timestamp: number;
  readonly ptsMs: number;
  readonly nals: Uint8Array[];
  /** Parts of a NAL unit whose end has not come. */
  fragments: Uint8Array[];
  bytes: number;
  isBroken: boolean;
}

/** Makes access units of a stream's packets. Its units hold views of the payloads, which must not be written again. */
export class H264Depacketiser {
  readonly #parameters = new ParameterSets();
  #open: OpenUnit | undefined;
  #nextSequence: number | undefined;
  #needsKey = true;

  /** Only a key frame makes the next unit: at the start, and after a packet was missing or malformed. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /** The newest parameter sets; undefined before both have come. */
  get format(): VideoFormat | undefined {
    return this.#parameters.format;
  }

  /**
   * Takes the next packet in the order of sequence numbers, with the time that its timestamp means. Gives the units
   * that it completes, at most two: its own, and the one before if that had no marker. Incomplete units are dropped.
   */
  push(packet: VideoPacket, ptsMs: number): VideoUnit[] {
    const units: VideoUnit[] = [];
    const { extendedSequence, timestamp, payload } = packet;
    const isGap = extendedSequence !== this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (isGap) this.#lose();
    if (this.#open !== undefined && this.#open.timestamp !== timestamp) this.#finish(units);
    // After a gap, and at the start, the unit may lack its beginning.
    if (payload.length > 0) this.#add(packet, ptsMs, isGap && !beginsUnit(payload));
    if (packet.marker) this.#finish(units);
    return units;
  }

  #add({ timestamp, payload }: VideoPacket, ptsMs: number, isBroken: boolean): void {
    this.#open ??= { timestamp, ptsMs, nals: [], fragments: [], bytes: 0, isBroken };
    const open = this.#open;
    if (open.isBroken) return;
    open.bytes += payload.length;
    const fits = open.bytes <= maxUnitBytes && open.nals.length + open.fragments.length < maxNalsAndFragments;
    if (!fits || !takePayload(open, payload)) this.#lose();
  }

  /** Something is missing or wrong: the open unit is worth nothing, and what refers to it neither. */
  #lose(): void {
    this.#needsKey = true;
    if (this.#open === undefined) return;
    this.#open.isBroken = true;
    this.#open.nals.length = 0;
    this.#open.fragments = [];
  }

  #finish(units: VideoUnit[]): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    if (open.isBroken || open.fragments.length > 0) {
      this.#needsKey = true;
      return;
    }
    const { ptsMs } = open;
    for (const nal of open.nals) this.#parameters.learn(nal);
    const isKey = open.nals.some((nal) => nalTypeOf(nal) === nalType.idrSlice);
    if (!open.nals.some((nal) => isSlice(nalTypeOf(nal)))) return;
    if (this.#needsKey && !isKey) return;
    const nals = isKey ? this.#parameters.complete(open.nals) : open.nals;
    this.#needsKey = nals === undefined;
    if (nals !== undefined) units.push({ kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals });
  }
}

/** A unit of `maxUnitBytes` in packets of ordinary length has fewer. */
const maxNalsAndFragments = 8192;

/** Adds what a payload holds; false when it is malformed. */
function takePayload(open: OpenUnit, payload: Uint8Array): boolean {
  const type = nalTypeOf(payload);
  if (type === fuA) return takeFragment(open, payload);
  if (open.fragments.length > 0) return false;
  if (type === stapA) return takeAggregate(open, payload);
  return takeNal(open, payload);
}

function takeNal(open: OpenUnit, nal: Uint8Array): boolean {
  const type = nalTypeOf(nal);
  if (type === 0 || type >= stapA || open.nals.length >= maxNalsPerUnit) return false;
  if (!isNeedless(type)) open.nals.push(nal);
  return true;
}

function takeAggregate(open: OpenUnit, payload: Uint8Array): boolean {
  let at = 1;
  do {
    if (at + 2 > payload.length) return false;
    const end = at + 2 + u16(payload, at);
    if (end > payload.length || !takeNal(open, payload.subarray(at + 2, end))) return false;
    at = end;
  } while (at < payload.length);
  return true;
}

function takeFragment(open: OpenUnit, payload: Uint8Array): boolean {
  if (payload.length < 3) return false;
  const header = u8(payload, 1);
  const isStart = (header & fuStart) !== 0;
  const isEnd = (header & fuEnd) !== 0;
  if (isStart !== (open.fragments.length === 0) || (isStart && isEnd)) return false;
  if (isStart) open.fragments.push(Uint8Array.of((u8(payload, 0) & 0xe0) | (header & 0x1f)));
  open.fragments.push(payload.subarray(2));
  if (!isEnd) return true;
  const nal = joined(open.fragments);
  open.fragments = [];
  return takeNal(open, nal);
}

/** Whether a payload can be the first of an access unit: parameter sets, messages, or the picture's first slice. */
function beginsUnit(payload: Uint8Array): boolean {
  const type = nalTypeOf(payload);
  if (type === stapA) return payload.length > 3 && beginsUnit(payload.subarray(3));
  const isFragment = type === fuA;
  if (isFragment && (u8(payload, 1) & fuStart) === 0) return false;
  const inner = isFragment ? u8(payload, 1) & 0x1f : type;
  // A slice that begins a picture has a first macroblock of 0, which is one bit, set.
  if (isSlice(inner)) return (u8(payload, isFragment ? 2 : 1) & 0x80) !== 0;
  return inner >= nalType.sei && inner <= nalType.accessUnitDelimiter;
}

/** The newest sequence parameter set, and the picture parameter sets that came since it changed. */
class ParameterSets {
  #sps: Uint8Array | undefined;
  readonly #pps = new Map<number, Uint8Array>();

  get format(): VideoFormat | undefined {
    const pps = this.#pps.values().next().value;
    return this.#sps === undefined || pps === undefined ? undefined : { codec: 'h264', sps: this.#sps, pps };
  }

  learn(nal: Uint8Array): void {
    const type = nalTypeOf(nal);
    if (type === nalType.sps && !isSame(nal, this.#sps) && parseSps(nal) !== undefined) {
      // A copy: the datagram of a stream that lasts for days is not kept for it.
      this.#sps = nal.slice();
      this.#pps.clear();
    }
    const ids = type === nalType.pps ? parsePpsIds(nal) : undefined;
    if (ids !== undefined && !isSame(nal, this.#pps.get(ids.id))) this.#pps.set(ids.id, nal.slice());
  }

  /** The NAL units of an IDR picture with both kinds of parameter sets; undefined without any that can be read. */
  complete(nals: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    const types = new Set(nals.map(nalTypeOf));
    if (types.has(nalType.sps) && types.has(nalType.pps)) return readFormat(nals) && nals;
    if (this.#sps === undefined || this.#pps.size === 0) return undefined;
    const others = nals.filter((nal) => nalTypeOf(nal) !== nalType.sps && nalTypeOf(nal) !== nalType.pps);
    return [this.#sps, ...this.#pps.values(), ...others];
  }
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
