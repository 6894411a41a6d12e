// Parses the WebM of a browser's MediaRecorder as it comes (RFC 8794, RFC 9559): tracks, then clusters of blocks.
import { MalformedStream } from '@meridian/room-media/core';

export interface WebmTrack {
  /** `V_MPEG4/ISO/AVC`, `V_VP8`, `A_OPUS`. */
  readonly codec: string;
  /** AVCDecoderConfigurationRecord of H.264. */
  readonly config: Uint8Array;
}
export interface WebmBlock {
  readonly track: WebmTrack;
  /** Time since the recording began. */
  readonly ms: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

/** More than a picture of 720p at any quality. */
const ELEMENT_BYTES_MAX = 8 * 1_048_576;
const id = {
  segment: 0x18538067,
  cluster: 0x1f43b675,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackNumber: 0xd7,
  codec: 0x86,
  codecPrivate: 0x63a2,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;
/** Elements that are not read as a whole: the reader continues with their children. */
const containers: ReadonlySet<number> = new Set([id.segment, id.cluster, id.tracks, id.track, id.blockGroup]);

interface OpenTrack {
  codec: string;
  config: Uint8Array;
}

export class WebmReader {
  #bytes: Uint8Array = new Uint8Array();
  #currentTrack: OpenTrack = { codec: '', config: new Uint8Array() };
  readonly #tracks = new Map<number, OpenTrack>();
  #clusterMs = 0;

  /** Returns the complete blocks. Throws MalformedStream for an element that is too large or an invalid number. */
  push(bytes: Uint8Array): WebmBlock[] {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const blocks: WebmBlock[] = [];
    let at = 0;
    for (;;) {
      const element = elementAt(this.#bytes, at);
      if (element === undefined) break;
      if (containers.has(element.id)) {
        if (element.id === id.track) this.#currentTrack = { codec: '', config: new Uint8Array() };
        at = element.from;
        continue;
      }
      const end = element.from + element.size;
      if (element.size > ELEMENT_BYTES_MAX) throw new MalformedStream('INVALID', `an element of ${element.size} bytes`);
      if (end > this.#bytes.length) break;
      const block = this.#readElement(element.id, this.#bytes.subarray(element.from, end));
      if (block !== undefined) blocks.push(block);
      at = end;
    }
    this.#bytes = this.#bytes.slice(at);
    return blocks;
  }

  #readElement(element: number, body: Uint8Array): WebmBlock | undefined {
    switch (element) {
      case id.trackNumber:
        this.#tracks.set(numberOf(body), this.#currentTrack);
        return undefined;
      case id.codec:
        this.#currentTrack.codec = new TextDecoder('latin1').decode(body);
        return undefined;
      case id.codecPrivate:
        this.#currentTrack.config = body.slice();
        return undefined;
      case id.timestamp:
        this.#clusterMs = numberOf(body);
        return undefined;
      case id.simpleBlock:
      case id.block:
        return this.#block(body);
      default:
        return undefined;
    }
  }

  #block(body: Uint8Array): WebmBlock | undefined {
    const number = vintAt(body, 0, false);
    const track = number && this.#tracks.get(number.value);
    if (number === undefined || track === undefined || body.length < number.length + 3) return undefined;
    const view = new DataView(body.buffer, body.byteOffset + number.length);
    const data = body.slice(number.length + 3);
    return { track, ms: this.#clusterMs + view.getInt16(0), isKey: (view.getUint8(2) & 0x80) !== 0, data };
  }
}

function elementAt(bytes: Uint8Array, at: number): { id: number; from: number; size: number } | undefined {
  const name = vintAt(bytes, at, true);
  const size = name && vintAt(bytes, at + name.length, false);
  if (name === undefined || size === undefined) return undefined;
  return { id: name.value, from: at + name.length + size.length, size: size.value };
}

/** Parses a number of variable length; with its marker it is an element id. Returns undefined if it is incomplete. */
function vintAt(bytes: Uint8Array, at: number, hasMarker: boolean): { value: number; length: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > 8) throw new MalformedStream('INVALID', 'no number of EBML');
  if (at + length > bytes.length) return undefined;
  let value = hasMarker ? first : first & (0xff >> length);
  for (let next = 1; next < length; next += 1) value = value * 256 + (bytes[at + next] ?? 0);
  return { value, length };
}

const numberOf = (body: Uint8Array): number => body.reduce((value, byte) => value * 256 + byte, 0);
