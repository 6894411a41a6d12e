// Parses AAC in RTP (RFC 3640, mode AAC-hbr, as most encoders send it): each frame has a header of 13 bits of size and
// 3 bits of index before the frames. Garbage gives no frames.
import { u16 } from './bytes.ts';

const FRAME_SAMPLES = 1024;
const HEADER_BITS = 16;

/** SDP parameters that senders must use. */
export const aacParameters = { mode: 'AAC-hbr', sizelength: 13, indexlength: 3, indexdeltalength: 3 } as const;

export interface AacFrame {
  readonly data: Uint8Array;
  /** Timestamp in ticks of the stream's clock, which is its sample rate. */
  readonly timestamp: number;
}

export class AacDepacketiser {
  #openFrame:
    | { readonly timestamp: number; readonly size: number; readonly bytes: Uint8Array; filled: number }
    | undefined;

  /** Returns the frames completed by this packet. Packets come in order; a frame with a gap is dropped. */
  push({ payload, timestamp }: { readonly payload: Uint8Array; readonly timestamp: number }): AacFrame[] {
    const openFrame = this.#openFrame;
    this.#openFrame = undefined;
    if (payload.length < 2) return [];
    const headerBits = u16(payload, 0);
    const count = headerBits / HEADER_BITS;
    let at = 2 + 2 * count;
    if (headerBits === 0 || !Number.isInteger(count) || at > payload.length) return [];
    const firstSize = u16(payload, 2) >>> 3;
    if (count === 1 && firstSize > payload.length - at)
      return this.#continue(openFrame, firstSize, timestamp, payload.subarray(at));
    const frames: AacFrame[] = [];
    for (let index = 0; index < count; index++) {
      const size = u16(payload, 2 + 2 * index) >>> 3;
      if (size === 0 || at + size > payload.length) return [];
      const data = payload.slice(at, at + size);
      frames.push({ data, timestamp: (timestamp + index * FRAME_SAMPLES) >>> 0 });
      at += size;
    }
    return frames;
  }

  /** Continues a fragmented frame. Each fragment states the size of the whole frame, at most 8191 bytes. */
  #continue(
    part: { readonly timestamp: number; readonly size: number; readonly bytes: Uint8Array; filled: number } | undefined,
    size: number,
    timestamp: number,
    bytes: Uint8Array,
  ): AacFrame[] {
    const isNext = part?.timestamp === timestamp && part.size === size && part.filled + bytes.length <= size;
    const whole = isNext ? part : { timestamp, size, bytes: new Uint8Array(size), filled: 0 };
    whole.bytes.set(bytes, whole.filled);
    whole.filled += bytes.length;
    if (whole.filled === size) return [{ data: whole.bytes, timestamp }];
    this.#openFrame = whole;
    return [];
  }
}
