// What one socket says, counted before it is parsed. Frames are what costs: a ping, a pong or an empty fragment has six
// bytes, and megabytes of them a second take the whole process. So every frame costs a token, of whatever kind, and
// every KiB another.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

const BYTES_PER_TOKEN = 1024;

/** Follows the frame headers of a WebSocket (RFC 6455, 5.2) through chunks that begin and end anywhere. */
export class FrameMeter {
  #limits: BucketLimits;
  #bucket: Bucket;
  /** Of the frame under way: its header as far as it has come, and then how much of its payload is still to come. */
  readonly #header = new Uint8Array(14);
  #headerBytes = 0;
  #payloadLeft = 0;

  constructor(limits: BucketLimits, nowMs: number) {
    this.#limits = limits;
    this.#bucket = fullBucket(limits, nowMs);
  }

  /** Other limits from now on, with all their burst; once, or every further Join would fill the bucket again. */
  widen(limits: BucketLimits, nowMs: number): void {
    if (limits === this.#limits) return;
    this.#limits = limits;
    this.#bucket = fullBucket(limits, nowMs);
  }

  /** Takes what the next chunk costs; false: that is more than there is, and the socket has to go. */
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

/** Of a length that does not fit the seven bits of the second byte. */
function lengthBytesOf(header: Uint8Array): number {
  const length = (header[1] ?? 0) & 0x7f;
  return length === 126 ? 2 : length === 127 ? 8 : 0;
}
