// Writes FlatBuffers (https://flatbuffers.dev/internals) as far as a model file needs them: tables of references and
// whole numbers, lists and texts. A reference is a forward distance, so children are written after parents.

/** A part of the file. The function writes it at the end of `out` and returns its position. */
export type Part = (out: FlatWriter) => number;

/** Size of the buffer; larger than any file written here. */
const bytesMax = 65_536;

export class FlatWriter {
  readonly #bytes = new Uint8Array(bytesMax);
  readonly #view = new DataView(this.#bytes.buffer);
  #end = 0;

  /** Returns a file: the position of its root, its kind in four letters, and all parts. */
  static file(kind: string, root: Part): Uint8Array<ArrayBuffer> {
    const out = new FlatWriter();
    const position = out.u32(0);
    out.letters(kind);
    out.setReference(position, root(out));
    return out.#bytes.slice(0, out.#end);
  }

  u32(value: number): number {
    this.#end = Math.ceil(this.#end / 4) * 4;
    const at = this.#end;
    this.#view.setUint32(at, value, true);
    this.#end += 4;
    return at;
  }

  letters(text: string): void {
    for (const letter of text) this.#bytes[this.#end++] = letter.charCodeAt(0);
  }

  /** Makes the reference at position `place` point to the position `target`, which is larger. */
  setReference(place: number, target: number): void {
    this.#view.setUint32(place, target - place, true);
  }

  floats(values: readonly number[]): number {
    const at = this.u32(values.length);
    for (const value of values) {
      this.#view.setFloat32(this.#end, value, true);
      this.#end += 4;
    }
    return at;
  }

  bytes(values: Uint8Array): number {
    const at = this.u32(values.length);
    this.#bytes.set(values, this.#end);
    this.#end += values.length;
    return at;
  }

  /** Writes a table. Each field is a whole number, a part, or undefined when absent; each takes four bytes. */
  table(fields: readonly (number | Part | undefined)[]): number {
    const writeU16 = (value: number): void => {
      this.#view.setUint16(this.#end, value, true);
      this.#end += 2;
    };
    this.#end = Math.ceil(this.#end / 4) * 4;
    const shape = this.#end;
    writeU16(4 + 2 * fields.length);
    writeU16(4 + 4 * fields.length);
    for (const [index, field] of fields.entries()) writeU16(field === undefined ? 0 : 4 + 4 * index);
    const table = this.u32(0);
    this.#view.setInt32(table, table - shape, true);
    const positions = fields.map((field) => this.u32(typeof field === 'number' ? field : 0));
    for (const [index, field] of fields.entries())
      if (typeof field === 'function') this.setReference(positions[index] ?? 0, field(this));
    return table;
  }

  list(items: readonly Part[]): number {
    const at = this.u32(items.length);
    const positions = items.map(() => this.u32(0));
    for (const [index, item] of items.entries()) this.setReference(positions[index] ?? 0, item(this));
    return at;
  }
}

export const table =
  (...fields: (number | Part | undefined)[]): Part =>
  (out) =>
    out.table(fields);
export const list =
  (...items: Part[]): Part =>
  (out) =>
    out.list(items);
export const floats =
  (...values: number[]): Part =>
  (out) =>
    out.floats(values);
export const bytes =
  (values: Uint8Array): Part =>
  (out) =>
    out.bytes(values);
export const text =
  (value: string): Part =>
  (out) => {
    const at = out.u32(value.length);
    out.letters(`${value}\0`);
    return at;
  };
