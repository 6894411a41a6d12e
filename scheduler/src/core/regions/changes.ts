// What changed since a version: keyed values, each with the version of its last change. A reader that was told everything up to a version is told
// the rest; one that is too far behind is told everything. Case 1, changed twice: told once, as it is now. Case 2, gone: told as gone, until it is
// forgotten that it ever was (then readers from before begin anew). Case 3, put as it was: no change. No clock. Changed in place, deterministic.
import { assert } from '@meridian/protocol';

export interface Delta<V> {
  readonly version: number;
  /** 0: begin anew, what was told before counts for nothing. */
  readonly since: number;
  readonly changed: ReadonlyMap<string, V>;
  readonly gone: readonly string[];
}

/** Superseded notes are thrown away when there are this many times as many as were left the last time. */
const NOTES_PER_NOTE_MAX = 3;
const NOTES_MIN = 64;

export class Changes<V> {
  readonly #values = new Map<string, { readonly value: V; readonly mark: string; version: number }>();
  /** In order of version; what a later note of the same key supersedes stays until the next compaction. */
  #notes: { readonly version: number; readonly key: string }[] = [];
  #version = 0;
  /** Readers behind it begin anew: who is gone by then is not remembered. */
  #floor = 0;
  #compactAt = NOTES_MIN;

  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#values.size;
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** `mark` stands for the value: the same mark is no change. */
  put(key: string, value: V, mark: string): void {
    if (this.#values.get(key)?.mark === mark) return;
    this.#version += 1;
    this.#values.set(key, { value, mark, version: this.#version });
    this.#note(key);
  }

  remove(key: string): void {
    if (!this.#values.delete(key)) return;
    this.#version += 1;
    this.#note(key);
  }

  /** What a reader lacks that has been told everything up to `version` (0: nothing yet), oldest first. */
  since(version: number): Delta<V> {
    if (version !== 0 && (version < this.#floor || version > this.#version)) return this.since(0);
    const changed = new Map<string, V>();
    const gone = new Set<string>();
    for (let index = this.#after(version); index < this.#notes.length; index += 1) {
      const note = this.#notes[index];
      assert(note !== undefined, 'notes have no holes');
      const held = this.#values.get(note.key);
      if (held?.version === note.version) changed.set(note.key, held.value);
      else if (held === undefined && version !== 0) gone.add(note.key);
    }
    return { version: this.#version, since: version, changed, gone: [...gone] };
  }

  /** Throws when a value cannot be found by its note. */
  validate(): void {
    const newest = new Map(this.#notes.map(({ key, version }) => [key, version]));
    for (const [key, { version }] of this.#values)
      assert(newest.get(key) === version, `the last change of ${key} is noted`);
  }

  #note(key: string): void {
    this.#notes.push({ version: this.#version, key });
    if (this.#notes.length > this.#compactAt) this.#compact();
  }

  /** Throws away what is superseded, and who is gone for long: readers from before that begin anew. */
  #compact(): void {
    const recent = this.#notes.length >> 1;
    const kept: { readonly version: number; readonly key: string }[] = [];
    for (const [index, note] of this.#notes.entries()) {
      const held = this.#values.get(note.key);
      if (held?.version === note.version || (held === undefined && index >= recent)) kept.push(note);
      else if (held === undefined) this.#floor = Math.max(this.#floor, note.version);
    }
    this.#notes = kept;
    this.#compactAt = Math.max(NOTES_MIN, NOTES_PER_NOTE_MAX * kept.length);
  }

  /** Index of the first note above `version`. */
  #after(version: number): number {
    let [low, high] = [0, this.#notes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#notes[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
