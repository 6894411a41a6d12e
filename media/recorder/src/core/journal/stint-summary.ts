import type { JournalLine, StintBegun } from './lines.ts';

/** Facts of a stint as a whole, read from its journal line by line in little memory. */
export class StintSummary {
  begun: StintBegun | undefined;
  #lastMs = 0;
  #endMs: number | undefined;
  /** Files without an end. */
  readonly #openFiles = new Set<number>();

  take(line: JournalLine): void {
    if ('ms' in line) this.#lastMs = Math.max(this.#lastMs, line.ms + ('durationMs' in line ? line.durationMs : 0));
    if (line.type === 'stint') this.begun ??= line;
    if (line.type === 'file') this.#openFiles.add(line.file);
    if (line.type === 'fileEnd' || line.type === 'fileRefused') this.#openFiles.delete(line.file);
    if (line.type === 'end') this.#endMs ??= line.ms;
  }

  /** True if the stint has ended and no further data of it can reach the store. */
  get isComplete(): boolean {
    return this.#endMs !== undefined && this.#openFiles.size === 0;
  }
  get durationMs(): number {
    return this.#endMs ?? this.#lastMs;
  }
}
