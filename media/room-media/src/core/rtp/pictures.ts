// Coded pictures of VP8, VP9 and AV1: put together of a stream's packets, whole or not at all.
import { maxUnitBytes, type VideoPacket } from './h264.ts';

/** What the first bytes of a picture say. The size is that of a key frame. */
export type PictureHead =
  | { readonly isKey: true; readonly width: number; readonly height: number }
  | { readonly isKey: false };

/** A picture as a decoder takes it, with all its spatial layers. */
export interface CodedPicture {
  readonly head: PictureHead;
  /** Spatial layers up to the highest that is there; 1 of codecs and streams without such layers. */
  readonly layers: number;
  readonly data: Uint8Array;
}

/**
 * How one codec is put into packets: makes a picture of all payloads of one timestamp, in order and none empty.
 * Undefined when they are malformed, lack their beginning or end, or are of a form that is not taken.
 */
export type PictureFormat = (payloads: readonly Uint8Array[]) => CodedPicture | undefined;

export interface Picture extends CodedPicture {
  readonly ptsMs: number;
}

/** A picture of `maxUnitBytes` in packets of ordinary length has fewer. */
const packetsMax = 8192;

interface OpenPicture {
  readonly timestamp: number;
  readonly ptsMs: number;
  readonly payloads: Uint8Array[];
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
    this.#open ??= { timestamp, ptsMs, payloads: [], bytes: 0, isBroken: false };
    const open = this.#open;
    if (open.isBroken) return;
    open.bytes += payload.length;
    if (open.bytes <= maxUnitBytes && open.payloads.length < packetsMax) open.payloads.push(payload);
    else this.#lose();
  }

  /** Something is missing or wrong: the open picture is worth nothing, and what refers to it neither. */
  #lose(): void {
    this.#needsKey = true;
    if (this.#open === undefined) return;
    this.#open.isBroken = true;
    this.#open.payloads.length = 0;
  }

  #finish(pictures: Picture[]): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.isBroken) return;
    const coded = this.#format(open.payloads);
    if (coded === undefined) this.#needsKey = true;
    if (coded === undefined || (this.#needsKey && !coded.head.isKey)) return;
    this.#needsKey = false;
    pictures.push({ ptsMs: open.ptsMs, ...coded });
  }
}
