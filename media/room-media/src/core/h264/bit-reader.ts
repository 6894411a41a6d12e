import { u8 } from '../rtp/bytes.ts';

/** Reads the bits of an RBSP. A read beyond the end or of a number out of range returns 0 and turns `ok` false. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #ok = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True while all reads were inside the bytes and in range. */
  get ok(): boolean {
    return this.#ok;
  }

  /** Reads an unsigned number of 1 to 32 bits. */
  bits(count: number): number {
    if (this.#at + count > 8 * this.#bytes.length) return this.#fail();
    let value = 0;
    for (let bit = 0; bit < count; bit++, this.#at++)
      value = value * 2 + ((u8(this.#bytes, this.#at >>> 3) >>> (7 - (this.#at & 7))) & 1);
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Reads ue(v) of at most `max` (9.1). */
  unsigned(max: number): number {
    let zeros = 0;
    while (this.#ok && !this.flag()) if (++zeros > 31) return this.#fail();
    const value = zeros === 0 ? 0 : 2 ** zeros - 1 + this.bits(zeros);
    return value > max ? this.#fail() : value;
  }

  /** Reads se(v). */
  signed(): number {
    const code = this.unsigned(2 ** 32 - 2);
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  #fail(): 0 {
    this.#ok = false;
    return 0;
  }
}
