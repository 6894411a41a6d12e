import type { CodeTable } from './bit-reader.ts';

const firstBytes = 16 * 1024;

export interface Code {
  readonly value: number;
  readonly bits: number;
}

export function codesOf({ bits, entries }: CodeTable): ReadonlyMap<number, Code> {
  const codes = new Map<number, Code>();
  for (const [index, entry] of entries.entries()) {
    const length = entry & 0xff;
    if (length > 0 && !codes.has(entry >> 8)) codes.set(entry >> 8, { value: index >> (bits - length), bits: length });
  }
  return codes;
}

/** Returns the code of a value as `code << 5 | bits`; 0 without a code. */
export function packedCode(codes: ReadonlyMap<number, Code>, value: number): number {
  const code = codes.get(value);
  return code === undefined ? 0 : (code.value << 5) | code.bits;
}

export function packedCodes(codes: ReadonlyMap<number, Code>, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, value) => packedCode(codes, value));
}

/** Writes numbers of 1 to 24 bits in sequence. */
export class BitWriter {
  #bytes = new Uint8Array(firstBytes);
  #byteCount = 0;
  /** Its lowest `#pendingBits` bits are those of the incomplete byte. */
  #word = 0;
  #pendingBits = 0;

  get position(): number {
    return this.#byteCount * 8 + this.#pendingBits;
  }

  /** Writes the lowest `bits` bits of `value`, which has no others. */
  put(value: number, bits: number): void {
    let word = (this.#word << bits) | value;
    let pending = this.#pendingBits + bits;
    if (this.#byteCount + 4 > this.#bytes.length) this.#grow();
    while (pending >= 8) {
      pending -= 8;
      this.#bytes[this.#byteCount] = word >>> pending;
      this.#byteCount += 1;
    }
    word &= (1 << pending) - 1;
    this.#word = word;
    this.#pendingBits = pending;
  }

  putPacked(code: number): void {
    this.put(code >> 5, code & 31);
  }

  align(): void {
    if (this.#pendingBits > 0) this.put(0, 8 - this.#pendingBits);
  }

  /** Writes a start code prefix and its byte, byte-aligned. */
  startCode(code: number): void {
    this.align();
    this.put(0, 16);
    this.put(0x100 | code, 16);
  }

  takeBytes(): Uint8Array<ArrayBuffer> {
    this.align();
    const bytes = this.#bytes.slice(0, this.#byteCount);
    this.#byteCount = 0;
    return bytes;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
