// A list that others hold a copy of, with the version at which each of its entries last changed, so that a receiver that holds version v is
// told what changed after v: a fleet of n nodes that registers one after the other costs n² entries in all, and not n² for each of them.
// Bounded: of entries that have left, only the newest are remembered, and who holds an older version than those is told everything. No clock.

/** Of the receiver's list: `since` 0 is all of it; else what has changed after that version, and what has left. */
export interface Told<T> {
  readonly since: number;
  readonly changed: readonly T[];
  readonly gone: readonly T[];
}

export interface PlanBookOptions<T> {
  keyOf(entry: T): string;
  /** Not worth telling: the receiver keeps what it was told before. */
  isSame(told: T, now: T): boolean;
  /** Entries that have left and are remembered; beyond, whoever has missed it is told everything. */
  readonly goneMax: number;
}

interface Noted<T> {
  readonly entry: T;
  readonly version: number;
}

export class PlanBook<T> {
  readonly #o: PlanBookOptions<T>;
  readonly #known = new Map<string, Noted<T>>();
  readonly #gone = new Map<string, Noted<T>>(); // the version without them, the oldest first
  #version = 0;
  /** Receivers below are told everything. */
  #floor = 0;

  constructor(o: PlanBookOptions<T>) {
    this.#o = o;
  }

  /** Version of the list; 0: none was told of yet. */
  get version(): number {
    return this.#version;
  }

  /** What the list is in this version. Versions rise; the same one again says the same. */
  update(entries: readonly T[], version: number): void {
    if (version === this.#version) return;
    this.#version = version;
    const { keyOf, isSame } = this.#o;
    for (const entry of entries) {
      const key = keyOf(entry);
      const before = this.#known.get(key)?.entry;
      if (before !== undefined && isSame(before, entry)) continue;
      this.#known.set(key, { entry, version });
      this.#gone.delete(key);
    }
    if (this.#known.size === entries.length) return;
    const named = new Set(entries.map(keyOf));
    for (const [key, { entry }] of this.#known) {
      if (named.has(key)) continue;
      this.#known.delete(key);
      this.#gone.set(key, { entry, version });
    }
    for (const [key, { version: goneAt }] of this.#gone) {
      if (this.#gone.size <= this.#o.goneMax) break;
      this.#gone.delete(key);
      this.#floor = goneAt;
    }
  }

  /** For a receiver that holds version `since`; 0: it holds none. */
  since(since: number): Told<T> {
    const isWhole = since <= 0 || since < this.#floor || since > this.#version;
    const after = ({ version }: Noted<T>): boolean => isWhole || version > since;
    const entryOf = ({ entry }: Noted<T>): T => entry;
    return {
      since: isWhole ? 0 : since,
      changed: [...this.#known.values()].filter(after).map(entryOf),
      gone: isWhole ? [] : [...this.#gone.values()].filter(after).map(entryOf),
    };
  }
}
