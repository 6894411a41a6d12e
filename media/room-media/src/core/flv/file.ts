import { MalformedStream } from '../malformed.ts';

// FLV as a file or HTTP body: Adobe Flash Video File Format 10.1, annex E.2 to E.4.1.

export const flvTagType = { audio: 8, video: 9, script: 18 } as const;

export interface FlvTag {
  /** Type of `flvTagType`; the reader drops other types. */
  readonly type: number;
  /** 32 bits, which wrap after 49 days. */
  readonly timestampMs: number;
  readonly body: Uint8Array;
}

/** Equal to the bound of RTMP messages: a key frame at 100 Mbit/s is below 2 MiB. */
export const MAX_FLV_TAG_BYTES = 4_194_304;

const SIGNATURE = [0x46, 0x4c, 0x56, 1];
const FILE_HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const FIRST_BUFFER_BYTES = 65_536;
/** Type bit of encrypted tags. */
const ENCRYPTED = 0x20;

/** Returns the first bytes of a body. Its flags are not binding. */
export function flvHeader(o: { hasAudio: boolean; hasVideo: boolean }): Uint8Array {
  const flags = (o.hasAudio ? 4 : 0) | (o.hasVideo ? 1 : 0);
  return Uint8Array.of(...SIGNATURE, flags, 0, 0, 0, FILE_HEADER_BYTES, 0, 0, 0, 0);
}

/** Returns a tag followed by its size; a timestamp keeps its low 32 bits. */
export function flvTag(type: number, timestampMs: number, body: Uint8Array): Uint8Array {
  if (body.length > MAX_FLV_TAG_BYTES) throw new RangeError(`a tag of ${body.length} bytes`);
  const bytes = new Uint8Array(TAG_HEADER_BYTES + body.length + 4);
  const view = new DataView(bytes.buffer);
  const time = timestampMs >>> 0;
  view.setUint32(0, (type << 24) | body.length);
  view.setUint32(4, (time << 8) | (time >>> 24));
  bytes.set(body, TAG_HEADER_BYTES);
  view.setUint32(TAG_HEADER_BYTES + body.length, TAG_HEADER_BYTES + body.length);
  return bytes;
}

/** Splits an FLV body into tags. Holds at most one incomplete tag. */
export class FlvFileReader {
  /** Buffer that doubles as needed; the first `#heldBytes` are valid. */
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #heldBytes = 0;
  #neededBytes = FILE_HEADER_BYTES + 4;
  #state: 'file' | 'tagHeader' | 'tagBody' = 'file';

  /** Returns completed tags with copied bodies. Throws MalformedStream, and is unusable afterwards. */
  push(bytes: Uint8Array): FlvTag[] {
    this.#append(bytes);
    const tags: FlvTag[] = [];
    let offset = 0;
    while (this.#heldBytes - offset >= this.#neededBytes) {
      offset += this.#step(this.#buffer.subarray(offset, this.#heldBytes), tags);
    }
    this.#buffer.copyWithin(0, offset, this.#heldBytes);
    this.#heldBytes -= offset;
    return tags;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#heldBytes));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #step(input: Uint8Array, tags: FlvTag[]): number {
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    if (this.#state === 'file') {
      if (SIGNATURE.some((byte, index) => input[index] !== byte)) {
        throw new MalformedStream('UNSUPPORTED', 'not an FLV of version 1');
      }
      if (view.getUint32(5) !== FILE_HEADER_BYTES || view.getUint32(FILE_HEADER_BYTES) !== 0) {
        throw new MalformedStream('INVALID', 'an FLV header of another size');
      }
      this.#expect('tagHeader', TAG_HEADER_BYTES);
      return FILE_HEADER_BYTES + 4;
    }
    const length = view.getUint32(0) & 0xffffff;
    if (this.#state === 'tagHeader') {
      if (length > MAX_FLV_TAG_BYTES) throw new MalformedStream('TOO_LARGE', `a tag of ${length} bytes`);
      this.#expect('tagBody', TAG_HEADER_BYTES + length + 4);
      return 0;
    }
    const end = TAG_HEADER_BYTES + length;
    if (view.getUint32(end) !== end)
      throw new MalformedStream('INVALID', 'the size behind a tag is not the size of the tag');
    this.#readTag(input, view, end, tags);
    this.#expect('tagHeader', TAG_HEADER_BYTES);
    return end + 4;
  }

  #readTag(input: Uint8Array, view: DataView, end: number, tags: FlvTag[]): void {
    const type = view.getUint8(0);
    if (type & ENCRYPTED) throw new MalformedStream('UNSUPPORTED', 'an encrypted tag');
    const { audio, video, script } = flvTagType;
    if (type !== audio && type !== video && type !== script) return;
    const time = view.getUint32(4);
    const timestampMs = (((time & 0xff) << 24) | (time >>> 8)) >>> 0;
    tags.push({ type, timestampMs, body: input.slice(TAG_HEADER_BYTES, end) });
  }

  #expect(state: 'tagHeader' | 'tagBody', neededBytes: number): void {
    this.#state = state;
    this.#neededBytes = neededBytes;
  }
}
