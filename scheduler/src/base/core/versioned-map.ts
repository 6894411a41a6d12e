// Map of versioned values, which readers copy: a reader that has everything up to a version fetches the later changes.
// Case 1, a key that changed twice: sent once, with its present value. Case 2, a removed key: sent as gone until the
// map forgets the key; readers of an older version then start over. Case 3, a put of the value that readers have: no
// change.
import { assert } from '@meridian/protocol';

export interface Delta<V> {
  readonly version: number;
  /** 0: the reader starts over and drops what it received before. */
  readonly since: number;
  /** Changed values by key, the earliest change first. */
  readonly changed: ReadonlyMap<string, V>;
  readonly gone: readonly string[];
}

export interface VersionedMapOptions<V> {
  /** Whether the change is too small to send; readers then keep the value that they have. */
  isSame(known: V, next: V): boolean;
  /** Limit of remembered removed keys; up to twice as many remain until the next compaction. */
  readonly goneMax: number;
}

interface Entry<V> {
  readonly key: string;
  readonly version: number;
  /** Value under this version; undefined: the key was removed then. */
  readonly held: { readonly value: V } | undefined;
}

/** The list is compacted when it has grown to this multiple of its length after the last compaction. */
const GROWTH = 3;
const LIST_MIN = 64;

export class VersionedMap<V> {
  readonly #o: VersionedMapOptions<V>;
  readonly #entries = new Map<string, Entry<V>>();
  /** Entries in order of version; an entry that is no longer the current entry of its key is superseded. */
  #list: Entry<V>[] = [];
  #version = 0;
  #goneCount = 0;
  /** A reader of an earlier version starts over, because keys that were removed before this version are forgotten. */
  #floor = 0;
  #compactAt = LIST_MIN;

  constructor(o: VersionedMapOptions<V>) {
    this.#o = o;
  }

  /** Version of the last change or `replace`; 0 before any change. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#entries.size - this.#goneCount;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)?.held?.value;
  }

  keys(): string[] {
    return [...this.#entries.values()].flatMap(({ key, held }) => (held === undefined ? [] : [key]));
  }

  /** Sets a value and returns whether it changed. Several changes may share a version; versions never fall. */
  put(key: string, value: V, version = this.#version + 1): boolean {
    const held = this.#entries.get(key)?.held;
    if (held !== undefined && this.#o.isSame(held.value, value)) return false;
    this.#record({ key, version, held: { value } });
    return true;
  }

  remove(key: string, version = this.#version + 1): boolean {
    if (this.#entries.get(key)?.held === undefined) return false;
    this.#record({ key, version, held: undefined });
    return true;
  }

  /** Replaces all entries at this version. A repeated version changes nothing, whatever the entries are. */
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

  /** Returns the changes that a reader of `version` lacks. For 0 or a version not yet reached, returns everything. */
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

  #record(entry: Entry<V>): void {
    assert(entry.version >= this.#version, 'versions never fall');
    const before = this.#entries.get(entry.key);
    this.#goneCount += Number(entry.held === undefined) - Number(before !== undefined && before.held === undefined);
    this.#version = entry.version;
    this.#entries.set(entry.key, entry);
    this.#list.push(entry);
    if (this.#list.length > this.#compactAt || this.#goneCount > 2 * this.#o.goneMax) this.#compact();
  }

  /** Removes superseded entries and the oldest removed keys; readers older than those start over. */
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

  /** Returns the index of the first entry above `version`. */
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
