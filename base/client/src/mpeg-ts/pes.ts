import { unitBytesMax } from './format.ts';
import { Continuity, type PacketPayload } from './packet.ts';

export interface TsPayload {
  readonly pts: number;
  readonly dts: number;
  readonly data: Uint8Array;
}

/** Offset of the length in the header: start code, stream id, length, flags, length of the rest before the data. */
const lengthAt = 4;
const lengthEnd = 6;
const fixedHeaderBytes = 9;
const headerBytesMax = fixedHeaderBytes + 255;
const initialBytes = 4096;
/** Stream ids: 110xxxxx is audio, 1110xxxx video. */
const streamIds = { audio: { mask: 0xe0, value: 0xc0 }, video: { mask: 0xf0, value: 0xe0 } } as const;

/** Returns each unit when it is complete by its length, or when the next begins; 'lost' for a partial unit. */
export class PesReader {
  readonly #streamId: { readonly mask: number; readonly value: number };
  readonly #continuity = new Continuity();
  #bytes = new Uint8Array(initialBytes);
  #size = 0;
  #isOpen = false;
  #lastTimes: Pick<TsPayload, 'pts' | 'dts'> | undefined;

  constructor(kind: 'video' | 'audio') {
    this.#streamId = streamIds[kind];
  }

  push(packet: PacketPayload): (TsPayload | 'lost')[] {
    const step = this.#continuity.follow(packet);
    if (step === 'repeated') return [];
    const endedUnits: (TsPayload | 'lost')[] = [];
    if (step === 'lost' && this.#isOpen) endedUnits.push(this.#lose());
    if (packet.begins) {
      const before = this.end();
      if (before !== undefined) endedUnits.push(before);
      this.#isOpen = true;
      this.#size = 0;
    }
    if (!this.#isOpen) return endedUnits;
    if (this.#size + packet.bytes.length > headerBytesMax + unitBytesMax) return [...endedUnits, this.#lose()];
    this.#append(packet.bytes);
    if (this.#size >= lengthEnd) {
      const bodyBytes = this.#bodyBytes();
      if (!this.#isOurs()) endedUnits.push(this.#lose());
      else if (bodyBytes > 0 && this.#size >= lengthEnd + bodyBytes) endedUnits.push(this.#take(lengthEnd + bodyBytes));
    }
    return endedUnits;
  }

  /** Returns the open unit, if its length is unknown. */
  end(): TsPayload | 'lost' | undefined {
    if (!this.#isOpen) return undefined;
    return this.#size < fixedHeaderBytes || this.#bodyBytes() > 0 ? this.#lose() : this.#take(this.#size);
  }

  #lose(): 'lost' {
    this.#isOpen = false;
    return 'lost';
  }

  #append(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  #isOurs(): boolean {
    const [b0, b1, b2, id = 0] = this.#bytes;
    return b0 === 0 && b1 === 0 && b2 === 1 && (id & this.#streamId.mask) === this.#streamId.value;
  }

  /** Bytes after the length field; 0 when unknown. */
  #bodyBytes(): number {
    return ((this.#bytes[lengthAt] ?? 0) << 8) | (this.#bytes[lengthAt + 1] ?? 0);
  }

  #take(size: number): TsPayload | 'lost' {
    const bytes = this.#bytes.subarray(0, size);
    const dataAt = fixedHeaderBytes + (bytes[8] ?? 0);
    const isHeader = ((bytes[6] ?? 0) & 0xc0) === 0x80;
    if (!isHeader || dataAt >= size || size - dataAt > unitBytesMax) return this.#lose();
    const flags = (bytes[7] ?? 0) >> 6;
    const timesEnd = fixedHeaderBytes + (flags === 3 ? 10 : flags === 2 ? 5 : 0);
    if (timesEnd > dataAt) return this.#lose();
    if (flags >= 2) {
      const pts = ticksAt(bytes, fixedHeaderBytes);
      this.#lastTimes = { pts, dts: flags === 3 ? ticksAt(bytes, fixedHeaderBytes + 5) : pts };
    }
    // A unit without a time has that of the previous unit.
    if (this.#lastTimes === undefined) return this.#lose();
    this.#isOpen = false;
    return { ...this.#lastTimes, data: bytes.slice(dataAt) };
  }
}

function ticksAt(bytes: Uint8Array, at: number): number {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = bytes.subarray(at, at + 5);
  return ((b0 >> 1) & 7) * 2 ** 30 + (((b1 << 7) | (b2 >> 1)) << 15) + ((b3 << 7) | (b4 >> 1));
}
