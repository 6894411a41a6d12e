// Places that a listener's connections share. A connection is unproven until a token, a key or a complete request
// justifies its place, and again while it rests between two requests. Unproven connections give way to newcomers,
// oldest first.

export interface PlacesLimits {
  readonly total: number;
  /** Proven connections among them; a further one stays unproven. The other places are kept for newcomers. */
  readonly provenMax: number;
  /** Unproven connections of a key. */
  readonly perKey: number;
  /** Proven connections of a key; a further one stays unproven. */
  readonly provenPerKey: number;
}

export interface Place {
  /** Protects the connection from newcomers. Returns false when too many are proven, and it stays unproven. */
  prove(): boolean;
  /** Makes the connection unproven again, as the youngest of its key. */
  rest(): void;
  leave(): void;
  readonly isProven: boolean;
}

/** Place of a connection, as a record without functions of its own: a node has tens of thousands. */
class Entry implements Place {
  readonly #places: UnprovenPlaces;
  readonly key: string;
  readonly end: () => void;
  isProven = false;
  isGone = false;

  constructor(places: UnprovenPlaces, key: string, end: () => void) {
    this.#places = places;
    this.key = key;
    this.end = end;
  }

  prove(): boolean {
    return this.#places.prove(this);
  }
  rest(): void {
    this.#places.rest(this);
  }
  leave(): void {
    this.#places.leave(this);
  }
}

export class UnprovenPlaces {
  readonly #limits: PlacesLimits;
  readonly #unproven = new Map<string, Set<Entry>>();
  /** The same by number of connections, so that a newcomer to full places need not search all keys. */
  readonly #bySize: Set<Set<Entry>>[] = [];
  readonly #provenByKey = new Map<string, number>();
  #total = 0;
  #proven = 0;

  constructor(limits: PlacesLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }
  get proven(): number {
    return this.#proven;
  }

  /**
   * Takes a place for a new connection. When its key has too many unproven connections, the oldest of them is ended;
   * when all places are taken, the oldest of the key with the most unproven ones. Returns undefined when all are
   * proven.
   */
  enter(key: string, end: () => void): Place | undefined {
    const { total, perKey } = this.#limits;
    const ofKey = this.#unproven.get(key);
    if ((ofKey?.size ?? 0) >= perKey) this.#endOldest(ofKey);
    if (this.#total >= total && !this.#endOldest(this.#largest())) return undefined;
    const entry = new Entry(this, key, end);
    this.#total += 1;
    this.#add(entry);
    return entry;
  }

  /** Called by a place, as `rest` and `leave` are. */
  prove(entry: Entry): boolean {
    if (entry.isProven || entry.isGone) return entry.isProven;
    const { provenMax, provenPerKey } = this.#limits;
    const ofKey = this.#provenByKey.get(entry.key) ?? 0;
    if (this.#proven >= provenMax || ofKey >= provenPerKey) return false;
    this.#remove(entry);
    entry.isProven = true;
    this.#proven += 1;
    this.#provenByKey.set(entry.key, ofKey + 1);
    return true;
  }

  rest(entry: Entry): void {
    if (entry.isGone) return;
    this.#remove(entry);
    entry.isProven = false;
    this.#add(entry);
  }

  leave(entry: Entry): void {
    if (entry.isGone) return;
    this.#remove(entry);
    entry.isGone = true;
    this.#total -= 1;
  }

  #add(entry: Entry): void {
    const ofKey = this.#unproven.get(entry.key) ?? new Set();
    this.#unproven.set(entry.key, ofKey);
    this.#change(ofKey, () => ofKey.add(entry));
  }

  #change(entries: Set<Entry>, change: () => void): void {
    this.#bySize[entries.size]?.delete(entries);
    change();
    if (entries.size > 0) this.#bySize[entries.size] = (this.#bySize[entries.size] ?? new Set()).add(entries);
    while (this.#bySize.length > 0 && (this.#bySize.at(-1)?.size ?? 0) === 0) this.#bySize.pop();
  }

  #remove(entry: Entry): void {
    if (entry.isProven) {
      this.#proven -= 1;
      const remaining = (this.#provenByKey.get(entry.key) ?? 0) - 1;
      if (remaining > 0) this.#provenByKey.set(entry.key, remaining);
      else this.#provenByKey.delete(entry.key);
      return;
    }
    const ofKey = this.#unproven.get(entry.key);
    if (ofKey === undefined) return;
    this.#change(ofKey, () => ofKey.delete(entry));
    if (ofKey.size === 0) this.#unproven.delete(entry.key);
  }

  #largest(): Set<Entry> | undefined {
    const [largest] = this.#bySize.at(-1) ?? [];
    return largest;
  }

  #endOldest(entries: Set<Entry> | undefined): boolean {
    const [oldest] = entries ?? [];
    if (oldest === undefined) return false;
    this.leave(oldest);
    oldest.end();
    return true;
  }
}
