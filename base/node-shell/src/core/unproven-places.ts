// Places that the connections of a listener share. A connection is unproven until a token, a key or a complete request
// has shown that it deserves its place, and again while it rests between two requests. Unproven ones take no place that
// a newcomer needs: the oldest goes first.

export interface PlacesLimits {
  /** Connections in all. */
  readonly total: number;
  /** Of these, proven ones; one more stays unproven. The rest is kept for newcomers. */
  readonly provenMax: number;
  /** Of one key: unproven ones. */
  readonly perKey: number;
  /** Of one key: proven ones; one more stays unproven. */
  readonly provenPerKey: number;
}

export interface Place {
  /** From now on it is not ended for a newcomer. False: there are too many such, and it stays unproven. */
  prove(): boolean;
  /** It rests: it is unproven again, the youngest of its key. */
  rest(): void;
  /** Gives the place back; idempotent. */
  leave(): void;
  readonly isProven: boolean;
}

interface Entry {
  readonly key: string;
  /** Ends the connection. */
  readonly end: () => void;
  isProven: boolean;
  isGone: boolean;
}

export class UnprovenPlaces {
  readonly #limits: PlacesLimits;
  /** Unproven ones of each key, the oldest first. */
  readonly #unproven = new Map<string, Set<Entry>>();
  /** The same by how many they are: a newcomer to a full house searches no keys. */
  readonly #bySize: Set<Set<Entry>>[] = [];
  /** How many are proven, by key. */
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
   * A place for a new connection. When its key has no more for unproven ones, its oldest is ended; when there are no
   * more in all, the oldest of the key that has most unproven ones. Undefined: all are proven.
   */
  enter(key: string, end: () => void): Place | undefined {
    const { total, perKey } = this.#limits;
    const ofKey = this.#unproven.get(key);
    if ((ofKey?.size ?? 0) >= perKey) this.#endOldest(ofKey);
    if (this.#total >= total && !this.#endOldest(this.#largest())) return undefined;
    const entry: Entry = { key, end, isProven: false, isGone: false };
    this.#total += 1;
    this.#add(entry);
    return {
      prove: () => this.#prove(entry),
      rest: () => this.#rest(entry),
      leave: () => this.#leave(entry),
      get isProven() {
        return entry.isProven;
      },
    };
  }

  #prove(entry: Entry): boolean {
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

  #rest(entry: Entry): void {
    if (entry.isGone) return;
    this.#remove(entry);
    entry.isProven = false;
    this.#add(entry);
  }

  #leave(entry: Entry): void {
    if (entry.isGone) return;
    this.#remove(entry);
    entry.isGone = true;
    this.#total -= 1;
  }

  #add(entry: Entry): void {
    const here = this.#unproven.get(entry.key) ?? new Set();
    this.#unproven.set(entry.key, here);
    this.#change(here, () => here.add(entry));
  }

  #change(here: Set<Entry>, change: () => void): void {
    this.#bySize[here.size]?.delete(here);
    change();
    if (here.size > 0) this.#bySize[here.size] = (this.#bySize[here.size] ?? new Set()).add(here);
    while (this.#bySize.length > 0 && (this.#bySize.at(-1)?.size ?? 0) === 0) this.#bySize.pop();
  }

  #remove(entry: Entry): void {
    if (entry.isProven) {
      this.#proven -= 1;
      const left = (this.#provenByKey.get(entry.key) ?? 0) - 1;
      if (left > 0) this.#provenByKey.set(entry.key, left);
      else this.#provenByKey.delete(entry.key);
      return;
    }
    const here = this.#unproven.get(entry.key);
    if (here === undefined) return;
    this.#change(here, () => here.delete(entry));
    if (here.size === 0) this.#unproven.delete(entry.key);
  }

  #largest(): Set<Entry> | undefined {
    const [largest] = this.#bySize.at(-1) ?? [];
    return largest;
  }

  #endOldest(entries: Set<Entry> | undefined): boolean {
    const [oldest] = entries ?? [];
    if (oldest === undefined) return false;
    this.#leave(oldest);
    oldest.end();
    return true;
  }
}
