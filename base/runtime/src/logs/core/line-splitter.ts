/** No logger writes a longer line, so it is skipped, which bounds the memory. */
export const LINE_READ_BYTES_MAX = 1024 * 1024;
const NEWLINE = 10;

export class LineSplitter {
  /** Beginning of the line whose end is in earlier blocks, in the order of the file. */
  #lineStart: Buffer[] = [];
  #restBytes = 0;
  #isTooLong = false;

  /** Yields the lines that begin in this block, last line first. They are valid until the next call. */
  *linesIn(block: Buffer): Generator<Buffer> {
    let end = block.length;
    for (let at = block.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(NEWLINE, at - 1)) {
      const line = this.#withRest(block.subarray(at + 1, end));
      if (line.length > 0) yield line;
      end = at;
    }
    this.#keep(block.subarray(0, end));
  }

  first(): Buffer | undefined {
    const line = this.#withRest(Buffer.alloc(0));
    return line.length === 0 ? undefined : line;
  }

  #withRest(head: Buffer): Buffer {
    const [rest, isTooLong] = [this.#lineStart, this.#isTooLong];
    this.#lineStart = [];
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
      this.#lineStart = [];
    } else this.#lineStart.unshift(Buffer.from(head)); // copied, because the block buffer is reused
  }
}
