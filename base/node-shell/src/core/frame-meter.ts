// Counts the input of a socket before it is parsed. Frames are the cost: a ping, a pong or an empty fragment has six
// bytes, and megabytes of them a second take the whole process. So every frame of any kind costs a token, and every KiB
// another.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

const BYTES_PER_TOKEN = 1024;
/** Header of the frame that is being read, of all sockets in turn. */
const header = new Uint8Array(14);

/** Follows the frame headers of a WebSocket (RFC 6455, 5.2) through chunks of any boundaries. */
export class FrameMeter {
  #limits: BucketLimits;
  #bucket: Bucket;
  /** Begin of a header that the last chunk has cut; the rest of a payload is counted after its header. */
  #cutHeader: Uint8Array | undefined;
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
    let headerBytes = this.#cutHeader?.length ?? 0;
    if (this.#cutHeader !== undefined) header.set(this.#cutHeader);
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const passed = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= passed;
        at += passed;
        continue;
      }
      header[headerBytes] = chunk[at] ?? 0;
      headerBytes += 1;
      at += 1;
      if (headerBytes < 2 || headerBytes < headerBytesOf(header)) continue;
      this.#payloadLeft = payloadBytesOf(header);
      headerBytes = 0;
      headers += 1;
    }
    this.#cutHeader = headerBytes > 0 ? header.slice(0, headerBytes) : undefined;
    return headers;
  }
}

const MASK_BYTES = 4;

function headerBytesOf(of: Uint8Array): number {
  const isMasked = (of[1] ?? 0) >= 0x80;
  return 2 + lengthBytesOf(of) + (isMasked ? MASK_BYTES : 0);
}

function payloadBytesOf(of: Uint8Array): number {
  const lengthBytes = lengthBytesOf(of);
  if (lengthBytes === 0) return (of[1] ?? 0) & 0x7f;
  return of.subarray(2, 2 + lengthBytes).reduce((bytes, byte) => bytes * 256 + byte, 0);
}

function lengthBytesOf(of: Uint8Array): number {
  const length = (of[1] ?? 0) & 0x7f;
  return length === 126 ? 2 : length === 127 ? 8 : 0;
}
