// Observes the pictures of an RTP stream without assembling them: time, size in bytes, and whether they are key frames.
// Loss and reordering make the statistics slightly wrong.
import { nalType, nalTypeOf, parseSps, u8, u16 } from '@meridian/room-media/core';
import type { IngestPicture } from '../ingest-health.ts';

const VIDEO_TICKS_PER_MS = 90;
/** Packets examined of each picture; the data before its slices fits in fewer. */
const EXAMINED_PACKETS_MAX = 4;
const STAP_A = 24;
const FU_A = 28;
const FU_START = 0x80;

interface FrameStart {
  readonly isKey: boolean;
  readonly size?: IngestPicture['size'];
}
type WatchedCodec = 'h264' | 'vp8';

/** Parses a payload; returns undefined if the information comes later in the picture, or for garbage. */
export function frameStart(codec: WatchedCodec, payload: Uint8Array): FrameStart | undefined {
  return codec === 'h264' ? h264FrameStart(payload) : vp8FrameStart(payload);
}

export class FrameWatch {
  readonly #codec: WatchedCodec;
  #timestamp: number | undefined;
  #mediaMs = 0;
  #bytes = 0;
  #examinedPackets = 0;
  #isKnown = true;

  constructor(codec: WatchedCodec) {
    this.#codec = codec;
  }

  /**
   * Takes a packet; returns a picture once its type is known, with the next picture at the latest.
   *
   * The last argument decrypts the payload; it is called for a few packets of each picture.
   */
  take(timestamp: number, bytes: number, decrypt: () => Uint8Array | undefined): IngestPicture[] {
    const ticks = this.#timestamp === undefined ? 0 : (timestamp - this.#timestamp) | 0;
    const pictures: IngestPicture[] = [];
    if (this.#timestamp === undefined || ticks > 0) {
      if (!this.#isKnown) pictures.push(this.#picture({ isKey: false }));
      this.#mediaMs += ticks / VIDEO_TICKS_PER_MS;
      this.#timestamp = timestamp;
      this.#examinedPackets = 0;
      this.#isKnown = false;
    }
    this.#bytes += bytes;
    if (this.#isKnown || ticks < 0) return pictures;
    this.#examinedPackets += 1;
    const start = frameStart(this.#codec, decrypt() ?? new Uint8Array());
    if (start !== undefined || this.#examinedPackets === EXAMINED_PACKETS_MAX)
      pictures.push(this.#picture(start ?? { isKey: false }));
    return pictures;
  }

  #picture(start: FrameStart): IngestPicture {
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#isKnown = true;
    return { codec: this.#codec, bytes, mediaMs: this.#mediaMs, ...start };
  }
}

function h264FrameStart(payload: Uint8Array): FrameStart | undefined {
  if (payload.length < 2) return undefined;
  const type = nalTypeOf(payload);
  if (type === FU_A) {
    const header = u8(payload, 1);
    return (header & FU_START) === 0 ? undefined : nalFrameStart(header & 0x1f);
  }
  if (type !== STAP_A) return nalFrameStart(type, payload);
  let found: FrameStart | undefined;
  for (let at = 1; at + 2 < payload.length; at += 2 + u16(payload, at)) {
    const nal = payload.subarray(at + 2, at + 2 + u16(payload, at));
    if (nal.length > 0) found ??= nalFrameStart(nalTypeOf(nal), nal);
  }
  return found;
}

function nalFrameStart(type: number, nal?: Uint8Array): FrameStart | undefined {
  if (type === nalType.sps) {
    const info = nal && parseSps(nal);
    return { isKey: true, ...(info && { size: { width: info.width, height: info.height } }) };
  }
  if (type === nalType.idrSlice) return { isKey: true };
  return type >= nalType.slice && type < nalType.idrSlice ? { isKey: false } : undefined;
}

/** Parses the payload descriptor (RFC 7741, 4.2) and the frame header (RFC 6386, 9.1). */
function vp8FrameStart(payload: Uint8Array): FrameStart | undefined {
  const first = u8(payload, 0);
  const isStart = (first & 0x10) !== 0 && (first & 0x07) === 0;
  if (!isStart) return undefined;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const flags = u8(payload, 1);
    at = 2;
    if ((flags & 0x80) !== 0) at += (u8(payload, at) & 0x80) === 0 ? 1 : 2;
    if ((flags & 0x40) !== 0) at += 1;
    if ((flags & 0x30) !== 0) at += 1;
  }
  if (at >= payload.length) return undefined;
  if ((u8(payload, at) & 1) !== 0) return { isKey: false };
  if (at + 10 > payload.length) return { isKey: true };
  const side = (where: number): number => (u8(payload, where) | (u8(payload, where + 1) << 8)) & 0x3fff;
  return { isKey: true, size: { width: side(at + 6), height: side(at + 8) } };
}
