/** Growing list of unsigned 32-bit numbers: a day of sound has four million packets. */
export class U32List {
  #numbers = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Throws RangeError for a number that is not whole or exceeds 32 bits. */
  push(number: number): void {
    if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) throw new RangeError(`${number} in 32 bits`);
    if (this.#length === this.#numbers.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }

  /** Throws RangeError beyond the end. */
  at(index: number): number {
    const number = index < this.#length ? this.#numbers[index] : undefined;
    if (number === undefined) throw new RangeError(`no number ${index} of ${this.#length}`);
    return number;
  }

  /** Returns the numbers in big-endian order, each plus `shift`. */
  bytes(shift = 0): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#length * 4));
    for (let index = 0; index < this.#length; index += 1) view.setUint32(index * 4, this.at(index) + shift);
    return new Uint8Array(view.buffer);
  }
}

/** Run-length list of counts and values (stts, ctts, stsc). */
export class RunList {
  readonly #counts = new U32List();
  readonly #values = new U32List();
  #value = -1;
  #count = 0;

  push(value: number): void {
    if (value !== this.#value) {
      this.#close();
      this.#value = value;
    }
    this.#count += 1;
  }

  bytes(): Uint8Array {
    this.#close();
    const view = new DataView(new ArrayBuffer(4 + this.#counts.length * 8));
    view.setUint32(0, this.#counts.length);
    for (let index = 0; index < this.#counts.length; index += 1) {
      view.setUint32(4 + index * 8, this.#counts.at(index));
      view.setUint32(8 + index * 8, this.#values.at(index));
    }
    return new Uint8Array(view.buffer);
  }

  #close(): void {
    if (this.#count > 0) {
      this.#counts.push(this.#count);
      this.#values.push(this.#value);
    }
    this.#count = 0;
    this.#value = -1;
  }
}
