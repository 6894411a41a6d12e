import { malformed } from './stream-error.ts';

/** Zeros behind a unit, for 32-bit words that start near its end. */
const PADDING_BYTES = 8;

/**
 * Table of variable-length codes. The entry for the next `bits` bits is `value << 8 | length`, or 0 for an invalid
 * code.
 */
export interface CodeTable {
  readonly bits: number;
  readonly entries: Int32Array;
}

/** Builds the look-up table of codes written as strings of 0 and 1. Values are at least 0. */
export function codeTable(codes: Iterable<readonly [code: string, value: number]>): CodeTable {
  const all = [...codes];
  const bits = Math.max(...all.map(([code]) => code.length));
  const entries = new Int32Array(1 << bits);
  for (const [code, value] of all) {
    const free = bits - code.length;
    const first = Number.parseInt(code, 2) << free;
    entries.fill((value << 8) | code.length, first, first + (1 << free));
  }
  return { bits, entries };
}

/** Reads one unit bit by bit. Reading beyond the end gives zeros, which form no code; `skip` then throws. */
export class BitReader {
  position = 0;
  end = 0;
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);

  /** Throws StreamError above `maxBytes`. */
  load(unit: Uint8Array, maxBytes: number): void {
    if (unit.length > maxBytes) throw malformed(`unit of ${unit.length} bytes`);
    if (unit.length + PADDING_BYTES > this.#bytes.length) {
      this.#bytes = new Uint8Array(2 * unit.length + PADDING_BYTES);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(unit);
    this.#bytes.fill(0, unit.length, unit.length + PADDING_BYTES);
    this.position = 0;
    this.end = unit.length * 8;
  }

  /** Returns a 32-bit word with at least 25 valid bits. `position` must not be beyond the end. */
  nextWord(): number {
    return this.#view.getInt32(this.position >> 3) << (this.position & 7);
  }

  /** Returns the next `count` (1 to 25) bits without advancing. */
  peek(count: number): number {
    return this.nextWord() >>> (32 - count);
  }

  read(count: number): number {
    const value = this.nextWord() >>> (32 - count);
    this.skip(count);
    return value;
  }

  /** Throws StreamError beyond the end. */
  skip(count: number): void {
    this.position += count;
    if (this.position > this.end) throw malformed('a part ends too early');
  }

  code(table: CodeTable): number {
    const entry = table.entries[this.nextWord() >>> (32 - table.bits)] ?? 0;
    if (entry === 0) throw malformed('no such code');
    this.skip(entry & 0xff);
    return entry >> 8;
  }

  /** Moves behind the next start code prefix (00 00 01) and returns the byte after it, or -1 at the end. */
  nextStartCode(): number {
    const bytes = this.#bytes;
    const last = (this.end >> 3) - 4;
    for (let at = (this.position + 7) >> 3; at <= last; at++) {
      if (bytes[at + 2] === 1 && bytes[at + 1] === 0 && bytes[at] === 0) {
        this.position = (at + 4) * 8;
        return bytes[at + 3] ?? -1;
      }
    }
    this.position = this.end;
    return -1;
  }
}
