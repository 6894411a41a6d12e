// Counts the input of a socket before it is parsed. Frames are the cost: a ping, a pong or an empty fragment has six
// bytes, and megabytes of them a second take the whole process. So every frame of any kind costs a token, and every KiB
// another.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

const BYTES_PER_TOKEN = 1024;

/** Follows the frame headers of a WebSocket (RFC 6455, 5.2) through chunks of any boundaries. */
export class FrameMeter {
  #limits: BucketLimits;
  #bucket: Bucket;
  /** Header of the present frame as far as it has come; the rest of its payload is counted after it. */
  readonly #header = new Uint8Array(14);
  #headerBytes = 0;
  #payloadLeft = 0;

  constructor(limits: BucketLimits, nowMs: number) {
    this.#limits = limits;
    this.#bucket = fullBucket(limits, nowMs);
  }

  /** Sets other limits with their full burst, only once, since otherwise every further Join would refill the bucket. */
  widen(limits: BucketLimits, nowMs: number): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    this.#bucket = fullBucket(limits, nowMs);
  }

  /** Takes the cost of a chunk. Returns false when it exceeds the bucket and the socket must be cut. */
  take(chunk: Uint8Array, nowMs: number): boolean {
    const taken = takeTokens(
      this.#bucket,
      this.#limits,
      nowMs,
      this.#headersIn(chunk) + chunk.length / BYTES_PER_TOKEN,
    );
    this.#bucket = taken.bucket;
    return taken.ok;
  }

  #headersIn(chunk: Uint8Array): number {
    let headers = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const passed = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= passed;
        at += passed;
        continue;
      }
      this.#header[this.#headerBytes] = chunk[at] ?? 0;
      this.#headerBytes += 1;
      at += 1;
      if (this.#headerBytes < 2 || this.#headerBytes < headerBytesOf(this.#header)) continue;
      this.#payloadLeft = payloadBytesOf(this.#header);
      this.#headerBytes = 0;
      headers += 1;
    }
    return headers;
  }
}

const MASK_BYTES = 4;

function headerBytesOf(header: Uint8Array): number {
  const isMasked = (header[1] ?? 0) >= 0x80;
  return 2 + lengthBytesOf(header) + (isMasked ? MASK_BYTES : 0);
}

function payloadBytesOf(header: Uint8Array): number {
  const lengthBytes = lengthBytesOf(header);
  if (lengthBytes === 0) return (header[1] ?? 0) & 0x7f;
  return header.subarray(2, 2 + lengthBytes).reduce((bytes, byte) => bytes * 256 + byte, 0);
}

function lengthBytesOf(header: Uint8Array): number {
  const length = (header[1] ?? 0) & 0x7f;
  return length === 126 ? 2 : length === 127 ? 8 : 0;
}
