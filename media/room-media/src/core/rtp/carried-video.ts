// Carries video that no browser decodes between gateways: H.264 with B-frames, and MPEG-1. Media nodes route it as
// H.264 without parsing (`bframesMimeType`, `mpeg1MimeType`). The RTP timestamp is the decode time, because media nodes
// keep no packet for retransmission whose timestamp precedes an earlier packet's. A payload's first byte looks like a
// NAL unit header, by which media nodes recognise key frames. Where a picture begins, the delay of its display follows,
// in ticks of 90 kHz.
import { readFormat } from '../h264/h264-bitstream.ts';
import { nalType, nalTypeOf, splitLengths, toLengths } from '../h264/nal.ts';
import { readMpeg1 } from '../mpeg1.ts';
import type { Mpeg1Unit, VideoUnit } from '../units.ts';
import { joined, putU32, u8, u32 } from './bytes.ts';
import { maxUnitBytes, type VideoPacket } from './h264.ts';

/** NAL types of a sequence parameter set, a slice, and a slice's second partition. */
const beginTypes = { key: 7, other: 1 } as const;
const continuationType = 3;
const beginBytes = 5;
const ticksPerMs = 90;
/** Bound of a picture's packets: a picture of `maxUnitBytes` in packets of ordinary length has fewer. */
const maxParts = 8192;

export interface CarriedPicture {
  readonly ptsMs: number;
  readonly dtsMs: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

/** Returns the payloads of one picture, at most `maxPayloadBytes` long each; the last one's packet gets the marker. */
export function packetiseCarried(picture: CarriedPicture, maxPayloadBytes: number): Uint8Array[] {
  const { ptsMs, dtsMs, isKey, data } = picture;
  const head = new Uint8Array(beginBytes);
  head[0] = isKey ? beginTypes.key : beginTypes.other;
  putU32(head, 1, Math.round((ptsMs - dtsMs) * ticksPerMs) >>> 0);
  let end = Math.min(data.length, maxPayloadBytes - beginBytes);
  const payloads = [joined([head, data.subarray(0, end)])];
  while (end < data.length) {
    const from = end;
    end = Math.min(data.length, from + maxPayloadBytes - 1);
    payloads.push(joined([Uint8Array.of(continuationType), data.subarray(from, end)]));
  }
  return payloads;
}

interface OpenPicture {
  readonly timestamp: number;
  readonly picture: Omit<CarriedPicture, 'data'>;
  readonly parts: Uint8Array[];
  bytes: number;
}

/** Reassembles pictures from packets; after a loss it continues with a key frame. */
export class CarriedDepacketiser {
  #open: OpenPicture | undefined;
  #nextSequence: number | undefined;
  #needsKey = true;

  /** True when the next picture must be a key frame: at the start, and after a missing or malformed packet. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /** Takes packets in order, with `dtsMs` as the time of their timestamp; returns a completed picture. */
  push(packet: VideoPacket, dtsMs: number): CarriedPicture | undefined {
    const { extendedSequence, timestamp, payload, marker } = packet;
    if (this.#nextSequence !== extendedSequence) this.#dropOpen();
    this.#nextSequence = extendedSequence + 1;
    if (payload.length === 0) return undefined; // An empty payload only probes.
    const type = u8(payload, 0);
    if (type === continuationType) this.#continue(timestamp, payload);
    else this.#begin(timestamp, payload, dtsMs);
    return marker ? this.#finish() : undefined;
  }

  #begin(timestamp: number, payload: Uint8Array, dtsMs: number): void {
    const type = u8(payload, 0);
    const isKey = type === beginTypes.key;
    const isBegin = payload.length >= beginBytes && (isKey || type === beginTypes.other);
    if (this.#open !== undefined || !isBegin) this.#dropOpen();
    if (isBegin && isKey) this.#needsKey = false;
    if (!isBegin || this.#needsKey) return;
    const picture = { ptsMs: dtsMs + (u32(payload, 1) | 0) / ticksPerMs, dtsMs, isKey };
    const first = payload.subarray(beginBytes);
    this.#open = { timestamp, picture, parts: [first], bytes: first.length };
  }

  #continue(timestamp: number, payload: Uint8Array): void {
    const openPicture = this.#open;
    openPicture?.parts.push(payload.subarray(1));
    if (openPicture !== undefined) openPicture.bytes += payload.length - 1;
    if (openPicture?.timestamp !== timestamp || openPicture.bytes > maxUnitBytes || openPicture.parts.length > maxParts)
      this.#dropOpen();
  }

  #dropOpen(): void {
    this.#open = undefined;
    this.#needsKey = true;
  }

  #finish(): CarriedPicture | undefined {
    const openPicture = this.#open;
    this.#open = undefined;
    if (openPicture === undefined) return undefined;
    const [first] = openPicture.parts;
    const data = openPicture.parts.length === 1 && first !== undefined ? first : joined(openPicture.parts);
    return { ...openPicture.picture, data };
  }
}

/** Packetises H.264 as `packetiseCarried` does, with a length before each NAL unit. */
export const packetiseCarriedH264 = (unit: VideoUnit, maxPayloadBytes: number): Uint8Array[] =>
  packetiseCarried({ ...unit, data: toLengths(unit.nals) }, maxPayloadBytes);

export const packetiseCarriedMpeg1 = (unit: Mpeg1Unit, maxPayloadBytes: number): Uint8Array[] =>
  packetiseCarried({ ...unit, dtsMs: unit.ptsMs }, maxPayloadBytes);

/** Returns a carried picture as MPEG-1; undefined if it is not a valid picture. */
export function carriedMpeg1({ ptsMs, isKey, data }: CarriedPicture): Mpeg1Unit | undefined {
  const picture = readMpeg1(data);
  const isPicture = typeof picture === 'object' && picture.isKey === isKey;
  return isPicture ? { kind: 'mpeg1', ptsMs, isKey, data } : undefined;
}

/** Returns undefined for invalid H.264, because any client may publish anything under the name. */
export function carriedH264({ ptsMs, dtsMs, isKey, data }: CarriedPicture): VideoUnit | undefined {
  const nals = splitLengths(data, 4);
  if (nals === undefined || nals.length === 0) return undefined;
  const isWhole = nals.some((nal) => nalTypeOf(nal) === nalType.idrSlice) && readFormat(nals) !== undefined;
  return isKey === isWhole ? { kind: 'video', ptsMs, dtsMs, isKey, nals } : undefined;
}
