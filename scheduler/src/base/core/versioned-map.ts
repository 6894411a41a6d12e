// A map that others hold a copy of: keyed values, each with the version at which it last changed, so that a reader with
// everything up to a version gets the rest. Case 1, changed twice: sent once, as it is now. Case 2, gone: sent as gone,
// until the map forgets that it ever was; readers from before that begin anew. Case 3, put as readers have it: no
// change. No clock. Changed in place, deterministic.
import { assert } from '@meridian/protocol';

export interface Delta<V> {
  readonly version: number;
  /** 0: begin anew, what was received before counts for nothing. */
  readonly since: number;
  /** The one that changed longest ago first. */
  readonly changed: ReadonlyMap<string, V>;
  readonly gone: readonly string[];
}

export interface VersionedMapOptions<V> {
  /** Not worth sending: readers keep the value that they have. */
  isSame(known: V, now: V): boolean;
  /** So many keys that are gone are remembered, at the most twice as many for a while. */
  readonly goneMax: number;
}

interface Entry<V> {
  readonly key: string;
  readonly version: number;
  /** Undefined: it is gone. */
  readonly held: { readonly value: V } | undefined;
}

/** Superseded entries are thrown away when the list is so many times as long as it was after the last time. */
const GROWTH = 3;
const LIST_MIN = 64;

export class VersionedMap<V> {
  readonly #o: VersionedMapOptions<V>;
  readonly #entries = new Map<string, Entry<V>>();
  /** In order of version; an entry that is not that of its key any more is superseded. */
  #list: Entry<V>[] = [];
  #version = 0;
  #goneCount = 0;
  /** Readers behind it begin anew: entries that were gone by then are not remembered. */
  #floor = 0;
  #compactAt = LIST_MIN;

  constructor(o: VersionedMapOptions<V>) {
    this.#o = o;
  }

  /** Of the last change, or of the last `replace`; 0: there was none. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size - this.#goneCount;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.held?.value;
  }

  /** Of what is there now. */
  keys(): string[] {
    return [...this.#entries.values()].flatMap(({ key, held }) => (held === undefined ? [] : [key]));
  }

  /** Several changes may share a version; versions never fall. True: it is a change. */
  put(key: string, value: V, version = this.#version + 1): boolean {
    const held = this.#entries.get(key)?.held;
    if (held !== undefined && this.#o.isSame(held.value, value)) return false;
    this.#note({ key, version, held: { value } });
    return true;
  }

  /** True: it was there. */
  remove(key: string, version = this.#version + 1): boolean {
    if (this.#entries.get(key)?.held === undefined) return false;
    this.#note({ key, version, held: undefined });
    return true;
  }

  /** All there is in this version; the same version again changes nothing, whatever is given. */
  replace(entries: Iterable<readonly [string, V]>, version: number): void {
    if (version === this.#version) return;
    assert(version > this.#version, 'versions never fall');
    const named = new Set<string>();
    for (const [key, value] of entries) {
      named.add(key);
      this.put(key, value, version);
    }
    if (this.size > named.size) for (const key of this.keys()) if (!named.has(key)) this.remove(key, version);
    this.#version = version;
  }

  /**
   * What a reader lacks that has everything up to `version`. For 0, or a version that there was not yet, the reader has
   * nothing.
   */
  since(version: number): Delta<V> {
    const isWhole = version <= 0 || version < this.#floor || version > this.#version;
    const changed = new Map<string, V>();
    const gone: string[] = [];
    for (let index = isWhole ? 0 : this.#after(version); index < this.#list.length; index += 1) {
      const entry = this.#list[index] as Entry<V>;
      if (this.#entries.get(entry.key) !== entry) continue;
      if (entry.held !== undefined) changed.set(entry.key, entry.held.value);
      else if (!isWhole) gone.push(entry.key);
    }
    return { version: this.#version, since: isWhole ? 0 : version, changed, gone };
  }

  /** Throws when the list and the map disagree. */
  validate(): void {
    const listed = new Set(this.#list);
    let before = 0;
    for (const { version } of this.#list) {
      assert(version >= before && version <= this.#version, 'the list is in order of version');
      before = version;
    }
    let gone = 0;
    for (const entry of this.#entries.values()) {
      assert(listed.has(entry), `the last change of ${entry.key} is listed`);
      if (entry.held === undefined) gone += 1;
    }
    assert(gone === this.#goneCount && gone <= 2 * this.#o.goneMax, `${this.#goneCount} counted as gone, ${gone} are`);
  }

  #note(entry: Entry<V>): void {
    assert(entry.version >= this.#version, 'versions never fall');
    const before = this.#entries.get(entry.key);
    this.#goneCount += Number(entry.held === undefined) - Number(before !== undefined && before.held === undefined);
    this.#version = entry.version;
    this.#entries.set(entry.key, entry);
    this.#list.push(entry);
    if (this.#list.length > this.#compactAt || this.#goneCount > 2 * this.#o.goneMax) this.#compact();
  }

  /** Throws away what is superseded, and the entries that are gone longest: readers from before that begin anew. */
  #compact(): void {
    this.#list = this.#list.filter((entry) => {
      if (this.#entries.get(entry.key) !== entry) return false;
      if (entry.held !== undefined || this.#goneCount <= this.#o.goneMax) return true;
      this.#entries.delete(entry.key);
      this.#goneCount -= 1;
      this.#floor = entry.version;
      return false;
    });
    this.#compactAt = Math.max(LIST_MIN, GROWTH * this.#list.length);
  }

  /** Index of the first entry above `version`. */
  #after(version: number): number {
    let [low, high] = [0, this.#list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle] as Entry<V>).version <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
