// Blocks of a file, read from its end to its beginning, into lines. Pure.

/** What is longer is no line of a logger; it is left out, so that the memory is bounded. */
export const LINE_READ_BYTES_MAX = 1024 * 1024;
const NEWLINE = 10;

export class LineSplitter {
  /** The beginning of the line that ends in blocks seen before, in the order of the file. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #isTooLong = false;

  /** Lines whose beginning is in this block, the last one first. They are valid until the next call. */
  *before(block: Buffer): Generator<Buffer> {
    let end = block.length;
    for (let at = block.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)) {
      const line = this.#withRest(block.subarray(at + 1, end));
      if (line.length > 0) yield line;
      end = at;
    }
    this.#keep(block.subarray(0, end));
  }

  /** The first line of the file, when all blocks have been seen; undefined: it is empty. */
  first(): Buffer | undefined {
    const line = this.#withRest(Buffer.alloc(0));
    return line.length === 0 ? undefined : line;
  }

  #withRest(head: Buffer): Buffer {
    const [rest, isTooLong] = [this.#rest, this.#isTooLong];
    this.#rest = [];
    this.#restBytes = 0;
    this.#isTooLong = false;
    if (isTooLong) return Buffer.alloc(0);
    return rest.length === 0 ? head : Buffer.concat([head, ...rest]);
  }

  #keep(head: Buffer): void {
    if (this.#isTooLong || head.length === 0) return;
    this.#restBytes += head.length;
    if (this.#restBytes > LINE_READ_BYTES_MAX) {
      this.#isTooLong = true;
      this.#rest = [];
    } else this.#rest.unshift(Buffer.from(head)); // the block is read into again
  }
}
