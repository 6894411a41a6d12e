// Reassembles coded pictures of VP8, VP9 and AV1 from packets; incomplete pictures are dropped.
import { maxUnitBytes, type VideoPacket } from './h264.ts';

export type PictureHead =
  | { readonly isKey: true; readonly width: number; readonly height: number }
  | { readonly isKey: false };

/** Picture in the form that a decoder takes, with all its spatial layers. */
export interface CodedPicture {
  readonly head: PictureHead;
  /** Number of spatial layers up to the highest present; 1 for codecs and streams without layers. */
  readonly layers: number;
  readonly data: Uint8Array;
}

/**
 * Payload format of a codec: assembles a picture from all payloads of one timestamp, in order and none empty. Returns
 * undefined when payloads are malformed, lack the beginning or end, or have an unsupported form.
 */
export type PictureFormat = (payloads: readonly Uint8Array[]) => CodedPicture | undefined;

export interface Picture extends CodedPicture {
  readonly ptsMs: number;
}

/** Bound of a picture's packets: a picture of `maxUnitBytes` in packets of ordinary length has fewer. */
const packetsMax = 8192;

interface OpenPicture {
  readonly timestamp: number;
  readonly ptsMs: number;
  readonly payloads: Uint8Array[];
  bytes: number;
  isBroken: boolean;
}

export class PictureDepacketiser {
  readonly #format: PictureFormat;
  #open: OpenPicture | undefined;
  #nextSequence: number | undefined;
  #needsKey = true;

  constructor(format: PictureFormat) {
    this.#format = format;
  }

  /** True when the next picture must be a key frame: at the start, and after a missing or malformed packet. */
  get needsKey(): boolean {
    return this.#needsKey;
  }

  /**
   * Takes the next packet in the order of sequence numbers, with the time of its timestamp. Returns at most two
   * completed pictures: the packet's, and the previous one if that had no marker. Incomplete pictures are dropped.
   */
  push(packet: VideoPacket, ptsMs: number): Picture[] {
    const pictures: Picture[] = [];
    const { extendedSequence, timestamp, payload } = packet;
    const isGap = extendedSequence !== this.#nextSequence;
    this.#nextSequence = extendedSequence + 1;
    if (isGap) this.#breakOpen();
    if (this.#open !== undefined && this.#open.timestamp !== timestamp) this.#finish(pictures);
    if (payload.length > 0) this.#add(packet, ptsMs);
    if (packet.marker) this.#finish(pictures);
    return pictures;
  }

  #add({ timestamp, payload }: VideoPacket, ptsMs: number): void {
    this.#open ??= { timestamp, ptsMs, payloads: [], bytes: 0, isBroken: false };
    const openPicture = this.#open;
    if (openPicture.isBroken) return;
    openPicture.bytes += payload.length;
    if (openPicture.bytes <= maxUnitBytes && openPicture.payloads.length < packetsMax)
      openPicture.payloads.push(payload);
    else this.#breakOpen();
  }

  /** Drops the open picture and waits for a key frame, because later pictures refer to the lost data. */
  #breakOpen(): void {
    this.#needsKey = true;
    if (this.#open === undefined) return;
    this.#open.isBroken = true;
    this.#open.payloads.length = 0;
  }

  #finish(pictures: Picture[]): void {
    const openPicture = this.#open;
    this.#open = undefined;
    if (openPicture === undefined || openPicture.isBroken) return;
    const coded = this.#format(openPicture.payloads);
    if (coded === undefined) this.#needsKey = true;
    if (coded === undefined || (this.#needsKey && !coded.head.isKey)) return;
    this.#needsKey = false;
    pictures.push({ ptsMs: openPicture.ptsMs, ...coded });
  }
}
