// Coded pictures of a stream whose packets each begin with a descriptor (VP8, VP9): put together, whole or not at all.
import { joined } from './bytes.ts';
import { maxUnitBytes, type VideoPacket } from './h264.ts';

/** What a packet's descriptor says. */
export interface PayloadDescriptor {
  /** Its length; the rest is the picture's. */
  readonly bytes: number;
  /** The packet is the first of its picture. */
  readonly beginsPicture: boolean;
}

/** What the first bytes of a picture say. The size is that of a key frame. */
export type PictureHead =
  | { readonly isKey: true; readonly width: number; readonly height: number }
  | { readonly isKey: false };

/** Of one codec. Undefined for bytes that are malformed, or of a form that is not taken. */
export interface PictureFormat {
  descriptorOf(payload: Uint8Array): PayloadDescriptor | undefined;
  headOf(picture: Uint8Array): PictureHead | undefined;
}

export interface Picture {
  readonly ptsMs: number;
  readonly head: PictureHead;
  readonly data: Uint8Array;
}

/** A picture of `maxUnitBytes` in packets of ordinary length has fewer. */
const packetsMax = 8192;

interface OpenPicture {
  readonly timestamp: number;
  readonly ptsMs: number;
  readonly parts: Uint8Array[];
  bytes: number;
  isBroken: boolean;
}

/** Makes pictures of a stream's packets. */
export class PictureDepacketiser {
  readonly #format: PictureFormat;
  #open: OpenPicture | undefined;
  #nextSequence: number | undefined;
  #needsKey = true;

  constructor(format: PictureFormat) {
    this.#format = format;
  }

  /** Only a key frame makes the next picture: at the start, and after a packet was missing or malformed. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /**
   * Takes the next packet in the order of sequence numbers, with the time that its timestamp means. Gives the pictures
   * that it completes, at most two: its own, and the one before if that had no marker. Incomplete ones are dropped.
   */
  push(packet: VideoPacket, ptsMs: number): Picture[] {
    const pictures: Picture[] = [];
    const { extendedSequence, timestamp, payload } = packet;
    const isGap = extendedSequence !== this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (isGap) this.#lose();
    if (this.#open !== undefined && this.#open.timestamp !== timestamp) this.#finish(pictures);
    if (payload.length > 0) this.#add(packet, ptsMs);
    if (packet.marker) this.#finish(pictures);
    return pictures;
  }

  #add({ timestamp, payload }: VideoPacket, ptsMs: number): void {
    const descriptor = this.#format.descriptorOf(payload);
    const isFirst = this.#open === undefined;
    this.#open ??= { timestamp, ptsMs, parts: [], bytes: 0, isBroken: false };
    const open = this.#open;
    if (open.isBroken) return;
    open.bytes += payload.length;
    const fits = open.bytes <= maxUnitBytes && open.parts.length < packetsMax;
    const isInPlace = descriptor !== undefined && descriptor.beginsPicture === isFirst;
    if (fits && isInPlace) open.parts.push(payload.subarray(descriptor.bytes));
    else this.#lose();
  }

  /** Something is missing or wrong: the open picture is worth nothing, and what refers to it neither. */
  #lose(): void {
    this.#needsKey = true;
    if (this.#open === undefined) return;
    this.#open.isBroken = true;
    this.#open.parts.length = 0;
  }

  #finish(pictures: Picture[]): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.isBroken) return;
    const data = joined(open.parts);
    const head = this.#format.headOf(data);
    if (head === undefined) this.#needsKey = true;
    if (head === undefined || (this.#needsKey && !head.isKey)) return;
    this.#needsKey = false;
    pictures.push({ ptsMs: open.ptsMs, head, data });
  }
}
