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

/** Bytes that the lengths of `maxNalsPerUnit` and the tag body's beginning add to a unit in an FLV tag. */
const flvBytes = 8192;
/** Bound of a unit, four times a 4K key frame of the best quality. Every accepted unit fits in an FLV tag. */
export const maxUnitBytes = MAX_FLV_TAG_BYTES - flvBytes;

/** RTP itself marks the ends of pictures and packets, so delimiters and filler are needless. */
const isNeedless = (type: number): boolean => type === nalType.accessUnitDelimiter || type === nalType.filler;

/**
 * Returns the payloads of one access unit, in order; the last one's packet gets the marker. Consecutive small NAL units
 * share a payload. Access unit delimiters and filler are dropped. Payloads are at most `maxPayloadBytes` long.
 */
export function packetiseH264(nals: readonly Uint8Array[], maxPayloadBytes: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let aggregate: Uint8Array[] = [];
  let bytes = 1;
  const flush = (): void => {
    const [only] = aggregate;
    if (only !== undefined) payloads.push(aggregate.length === 1 ? only : aggregated(aggregate, bytes));
    aggregate = [];
    bytes = 1;
  };
  for (const nal of nals) {
    if (nal.length === 0 || isNeedless(nalTypeOf(nal))) continue;
    if (bytes + 2 + nal.length > maxPayloadBytes) flush();
    if (nal.length <= maxPayloadBytes) {
      aggregate.push(nal);
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
    // A STAP-A header has the forbidden bit if any NAL unit has it, and the highest importance (5.7.1).
    header = Math.max(header & 0x60, u8(nal, 0) & 0x60) | ((header | u8(nal, 0)) & 0x80);
    putU16(payload, at, nal.length);
    payload.set(nal, at + 2);
    at += 2 + nal.length;
  }
  payload[0] = header | stapA;
  return payload;
}

/** Splits a NAL unit into fragments of about equal length, so that no fragment is tiny. */
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

export interface VideoPacket {
  /** Sequence number without wraps. */
  readonly extendedSequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

interface OpenUnit {
  readonly timestamp: number;
  readonly ptsMs: number;
  readonly nals: Uint8Array[];
  fragments: Uint8Array[];
  bytes: number;
  isBroken: boolean;
}

/** Reassembles access units from packets. Units hold views of the payloads, which must not be overwritten. */
export class H264Depacketiser {
  readonly #parameters = new ParameterSets();
  #open: OpenUnit | undefined;
  #nextSequence: number | undefined;
  #needsKey = true;

  /** True when the next unit must be a key frame: at the start, and after a missing or malformed packet. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /** Newest parameter sets; undefined before both kinds have arrived. */
  get format(): VideoFormat | undefined {
    return this.#parameters.format;
  }

  /**
   * Takes the next packet in the order of sequence numbers, with the time of its timestamp. Returns at most two
   * completed units: the packet's, and the previous one if that had no marker. Incomplete units are dropped.
   */
  push(packet: VideoPacket, ptsMs: number): VideoUnit[] {
    const units: VideoUnit[] = [];
    const { extendedSequence, timestamp, payload } = packet;
    const isGap = extendedSequence !== this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (isGap) this.#breakOpen();
    if (this.#open !== undefined && this.#open.timestamp !== timestamp) this.#finish(units);
    // After a gap, and at the start, the unit may lack its beginning.
    if (payload.length > 0) this.#add(packet, ptsMs, isGap && !beginsUnit(payload));
    if (packet.marker) this.#finish(units);
    return units;
  }

  #add({ timestamp, payload }: VideoPacket, ptsMs: number, isBroken: boolean): void {
    this.#open ??= { timestamp, ptsMs, nals: [], fragments: [], bytes: 0, isBroken };
    const openUnit = this.#open;
    if (openUnit.isBroken) return;
    openUnit.bytes += payload.length;
    const fits =
      openUnit.bytes <= maxUnitBytes && openUnit.nals.length + openUnit.fragments.length < maxNalsAndFragments;
    if (!fits || !takePayload(openUnit, payload)) this.#breakOpen();
  }

  /** Drops the open unit and waits for a key frame, because later units refer to the lost data. */
  #breakOpen(): void {
    this.#needsKey = true;
    if (this.#open === undefined) return;
    this.#open.isBroken = true;
    this.#open.nals.length = 0;
    this.#open.fragments = [];
  }

  #finish(units: VideoUnit[]): void {
    const openUnit = this.#open;
    this.#open = undefined;
    if (openUnit === undefined) return;
    if (openUnit.isBroken || openUnit.fragments.length > 0) {
      this.#needsKey = true;
      return;
    }
    const { ptsMs } = openUnit;
    for (const nal of openUnit.nals) this.#parameters.learn(nal);
    const isKey = openUnit.nals.some((nal) => nalTypeOf(nal) === nalType.idrSlice);
    if (!openUnit.nals.some((nal) => isSlice(nalTypeOf(nal)))) return;
    if (this.#needsKey && !isKey) return;
    const nals = isKey ? this.#parameters.complete(openUnit.nals) : openUnit.nals;
    this.#needsKey = nals === undefined;
    if (nals !== undefined) units.push({ kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals });
  }
}

/** Bound of a unit's parts: a unit of `maxUnitBytes` in packets of ordinary length has fewer. */
const maxNalsAndFragments = 8192;

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

/** Returns whether a payload can begin an access unit: parameter sets, messages, or the picture's first slice. */
function beginsUnit(payload: Uint8Array): boolean {
  const type = nalTypeOf(payload);
  if (type === stapA) return payload.length > 3 && beginsUnit(payload.subarray(3));
  const isFragment = type === fuA;
  if (isFragment && (u8(payload, 1) & fuStart) === 0) return false;
  const inner = isFragment ? u8(payload, 1) & 0x1f : type;
  // A slice that begins a picture has first_mb_in_slice 0, which is coded as one set bit.
  if (isSlice(inner)) return (u8(payload, isFragment ? 2 : 1) & 0x80) !== 0;
  return inner >= nalType.sei && inner <= nalType.accessUnitDelimiter;
}

/** The newest sequence parameter set, and the picture parameter sets since its last change. */
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
      // The copy frees the packet's buffer, as a stream may last for days.
      this.#sps = nal.slice();
      this.#pps.clear();
    }
    const ids = type === nalType.pps ? parsePpsIds(nal) : undefined;
    if (ids !== undefined && !isSame(nal, this.#pps.get(ids.id))) this.#pps.set(ids.id, nal.slice());
  }

  /** Returns the NAL units of an IDR picture with both kinds of parameter sets; undefined without readable sets. */
  complete(nals: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    const types = new Set(nals.map(nalTypeOf));
    if (types.has(nalType.sps) && types.has(nalType.pps)) return readFormat(nals) && nals;
    if (this.#sps === undefined || this.#pps.size === 0) return undefined;
    const otherNals = nals.filter((nal) => nalTypeOf(nal) !== nalType.sps && nalTypeOf(nal) !== nalType.pps);
    return [this.#sps, ...this.#pps.values(), ...otherNals];
  }
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
