import { MalformedStream } from '@meridian/room-media/core';

// Messages in chunks (RTMP 1.0, section 5.3). Chunks of type 3 repeat the extended timestamp, as in ffmpeg, OBS and
// Flash.

export interface RtmpMessage {
  readonly typeId: number;
  readonly streamId: number;
  /** 32 bits, which wrap after 49 days. */
  readonly timestampMs: number;
  readonly payload: Uint8Array;
}

export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const;

/** A key frame at 100 Mbit/s is below 2 MiB. */
export const MAX_MESSAGE_BYTES = 4_194_304;
/** Encoders use at most six chunk streams. */
export const MAX_CHUNK_STREAMS = 64;
/** Bound of all incomplete messages: two of the largest. */
export const MAX_PARTIAL_BYTES = 8_388_608;

const DEFAULT_CHUNK_BYTES = 128;
/** Smaller chunks are a flood, because the bytes of a chunk bound its cost. SRS refuses them too. */
const CHUNK_BYTES_MIN = DEFAULT_CHUNK_BYTES;
/** A message's first buffer, which doubles as bytes arrive: a declared length alone reserves nothing. */
const FIRST_BUFFER_BYTES = 1024;
/** Marks a timestamp that follows in 32 bits. */
const EXTENDED = 0xffffff;
const HEADER_BYTES = [11, 7, 3, 0] as const;

interface ChunkStream {
  timestampMs: number;
  deltaMs: number;
  length: number;
  typeId: number;
  streamId: number;
  isExtended: boolean;
  buffer: Uint8Array;
  received: number;
  hasBegun: boolean;
}

/** Splits the bytes of a connection, after its handshake, into messages. Holds at most MAX_PARTIAL_BYTES. */
export class ChunkReader {
  readonly #onMessage: () => void;
  readonly #streams = new Map<number, ChunkStream>();
  #chunkBytes = DEFAULT_CHUNK_BYTES;
  #reservedBytes = 0;
  /** Incomplete header of at most 17 bytes, or what follows the last message that was taken. */
  #carry = new Uint8Array(0);
  #current: ChunkStream | undefined;
  #currentRest = 0;

  /** `onMessage` is called for each whole message; `read` throws its errors. */
  constructor(onMessage: () => void = () => undefined) {
    this.#onMessage = onMessage;
  }

  get reservedBytes(): number {
    return this.#reservedBytes;
  }

  /**
   * Yields the messages that these bytes complete, in the order of their ends; Set Chunk Size and Abort are only
   * applied. Payloads are copies. Bytes after the last message that was taken are read by the next call. Throws
   * MalformedStream, after which the reader is unusable.
   */
  *read(bytes: Uint8Array): Generator<RtmpMessage, void, undefined> {
    const input = this.#withCarry(bytes);
    let offset = 0;
    try {
      for (;;) {
        if (this.#current === undefined) {
          const headerBytes = this.#readHeader(input, offset);
          if (headerBytes === 0) return;
          offset += headerBytes;
        }
        const stream = this.#current as ChunkStream | undefined;
        if (stream === undefined) return;
        const count = Math.min(this.#currentRest, input.length - offset);
        this.#append(stream, input.subarray(offset, offset + count));
        offset += count;
        this.#currentRest -= count;
        if (this.#currentRest > 0) return;
        this.#current = undefined;
        const message = stream.received === stream.length ? this.#finish(stream) : undefined;
        if (message !== undefined) yield message;
      }
    } finally {
      this.#carry = input.slice(offset);
    }
  }

  #withCarry(bytes: Uint8Array): Uint8Array {
    if (this.#carry.length === 0) return bytes;
    const input = new Uint8Array(this.#carry.length + bytes.length);
    input.set(this.#carry);
    input.set(bytes, this.#carry.length);
    this.#carry = new Uint8Array(0);
    return input;
  }

  /** Opens the chunk at `offset` and returns the length of its header; 0 while the header is incomplete. */
  #readHeader(input: Uint8Array, offset: number): number {
    const basic = readBasicHeader(input, offset);
    if (basic === undefined) return 0;
    const { format, chunkStreamId, size } = basic;
    const available = input.length - offset;
    const fieldsEnd = size + (HEADER_BYTES[format] ?? 0);
    if (available < fieldsEnd) return 0;
    const known = this.#streams.get(chunkStreamId);
    const view = new DataView(input.buffer, input.byteOffset + offset, available);
    const field = format < 3 ? read24(view, size) : 0;
    const isExtended = format < 3 ? field === EXTENDED : known?.isExtended === true;
    const end = fieldsEnd + (isExtended ? 4 : 0);
    if (available < end) return 0;

    const stream = known ?? this.#open(chunkStreamId, format);
    if (stream.hasBegun && format < 3) {
      throw new MalformedStream('INVALID', `chunk stream ${chunkStreamId}: a message begins before the last one ended`);
    }
    if (!stream.hasBegun) this.#begin(stream, { format, view, at: size, isExtended, field });
    this.#current = stream;
    this.#currentRest = Math.min(this.#chunkBytes, stream.length - stream.received);
    return end;
  }

  /** librtmp begins the chunk stream of its pongs with type 1. */
  #open(chunkStreamId: number, format: number): ChunkStream {
    if (format > 1) throw new MalformedStream('INVALID', `chunk stream ${chunkStreamId} begins with type ${format}`);
    if (this.#streams.size === MAX_CHUNK_STREAMS) throw new MalformedStream('TOO_MANY', 'too many chunk streams');
    const stream = {
      timestampMs: 0,
      deltaMs: 0,
      length: 0,
      typeId: 0,
      streamId: 0,
      isExtended: false,
      buffer: new Uint8Array(0),
      received: 0,
      hasBegun: false,
    };
    this.#streams.set(chunkStreamId, stream);
    return stream;
  }

  #begin(
    stream: ChunkStream,
    header: { format: number; view: DataView; at: number; isExtended: boolean; field: number },
  ): void {
    const { format, view, at, isExtended, field } = header;
    if (format < 2) {
      stream.length = read24(view, at + 3);
      stream.typeId = view.getUint8(at + 6);
      if (stream.length > MAX_MESSAGE_BYTES) {
        throw new MalformedStream('TOO_LARGE', `a message of ${stream.length} bytes`);
      }
    }
    if (format === 0) stream.streamId = view.getUint32(at + 7, true);
    stream.isExtended = isExtended;
    // Type 3 repeats the delta; after a type 0 that is the timestamp (5.3.1.2.4).
    if (isExtended) stream.deltaMs = view.getUint32(at + (HEADER_BYTES[format] ?? 0));
    else if (format < 3) stream.deltaMs = field;
    stream.timestampMs = format === 0 ? stream.deltaMs : (stream.timestampMs + stream.deltaMs) >>> 0;
    stream.hasBegun = true;
    stream.received = 0;
  }

  #append(stream: ChunkStream, bytes: Uint8Array): void {
    const needed = stream.received + bytes.length;
    if (needed > stream.buffer.length) {
      const size = Math.min(stream.length, Math.max(needed, stream.buffer.length * 2, FIRST_BUFFER_BYTES));
      this.#reservedBytes += size - stream.buffer.length;
      if (this.#reservedBytes > MAX_PARTIAL_BYTES) {
        throw new MalformedStream('TOO_LARGE', 'too many bytes of messages that have not ended');
      }
      const grown = new Uint8Array(size);
      grown.set(stream.buffer.subarray(0, stream.received));
      stream.buffer = grown;
    }
    stream.buffer.set(bytes, stream.received);
    stream.received = needed;
  }

  #finish(stream: ChunkStream): RtmpMessage | undefined {
    this.#onMessage();
    const { typeId, streamId, timestampMs } = stream;
    const payload = this.#release(stream);
    if (typeId === messageType.setChunkSize) this.#chunkBytes = chunkSizeOf(payload);
    else if (typeId === messageType.abort && hasValue(payload)) this.#abort(payload);
    else return { typeId, streamId, timestampMs, payload };
    return undefined;
  }

  #abort(payload: Uint8Array): void {
    const stream = this.#streams.get(controlValue(payload));
    if (stream) this.#release(stream);
  }

  #release(stream: ChunkStream): Uint8Array {
    const { buffer } = stream;
    this.#reservedBytes -= buffer.length;
    stream.buffer = new Uint8Array(0);
    stream.hasBegun = false;
    return buffer;
  }
}

/**
 * Encodes one message with a full header, so the bytes fit every connection with this chunk size. `chunkStreamId` is 2
 * to 63. Throws RangeError for invalid ids and sizes, as a bug of the caller.
 */
export function encodeMessage(message: RtmpMessage, o: { chunkStreamId: number; chunkBytes: number }): Uint8Array {
  const { payload } = message;
  if (o.chunkStreamId < 2 || o.chunkStreamId > 63) throw new RangeError(`chunk stream ${o.chunkStreamId}`);
  if (payload.length > MAX_MESSAGE_BYTES) throw new RangeError(`a message of ${payload.length} bytes`);
  const timestampMs = message.timestampMs >>> 0;
  const extraBytes = timestampMs >= EXTENDED ? 4 : 0;
  const continued = Math.max(0, Math.ceil(payload.length / o.chunkBytes) - 1);
  const bytes = new Uint8Array(12 + extraBytes + payload.length + continued * (1 + extraBytes));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, o.chunkStreamId);
  write24(view, 1, Math.min(timestampMs, EXTENDED));
  write24(view, 4, payload.length);
  view.setUint8(7, message.typeId);
  view.setUint32(8, message.streamId, true);
  let at = 12;
  for (let from = 0; from === 0 || from < payload.length; from += o.chunkBytes) {
    if (from > 0) view.setUint8(at++, 0xc0 | o.chunkStreamId);
    if (extraBytes > 0) view.setUint32(at, timestampMs);
    at += extraBytes;
    const part = payload.subarray(from, from + o.chunkBytes);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Returns whether a control message has the 32 bits of its value. */
export const hasValue = (payload: Uint8Array): boolean => payload.length >= 4;

/** Reads the 32 bits of a control message. Throws MalformedStream TRUNCATED. */
export function controlValue(payload: Uint8Array): number {
  if (payload.length < 4) throw new MalformedStream('TRUNCATED', 'a control message is shorter than its value');
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0);
}

function chunkSizeOf(payload: Uint8Array): number {
  const size = controlValue(payload);
  if (size < CHUNK_BYTES_MIN || size > 0x7fffffff) throw new MalformedStream('INVALID', `chunks of ${size} bytes`);
  return size;
}

function readBasicHeader(
  input: Uint8Array,
  offset: number,
): { format: 0 | 1 | 2 | 3; chunkStreamId: number; size: number } | undefined {
  const [first, second, third] = input.subarray(offset, offset + 3);
  if (first === undefined) return undefined;
  const format = (first >> 6) as 0 | 1 | 2 | 3;
  const low = first & 0x3f;
  if (low > 1) return { format, chunkStreamId: low, size: 1 };
  if (second === undefined) return undefined;
  if (low === 0) return { format, chunkStreamId: second + 64, size: 2 };
  return third === undefined ? undefined : { format, chunkStreamId: third * 256 + second + 64, size: 3 };
}

const read24 = (view: DataView, at: number): number => (view.getUint8(at) << 16) | view.getUint16(at + 1);

function write24(view: DataView, at: number, value: number): void {
  view.setUint8(at, value >> 16);
  view.setUint16(at + 1, value & 0xffff);
}
