/**
 * Takes the oldest out of a full map, again and again. A map keeps the slots of removed entries until it is laid out
 * anew, and each search for its first key walks past all of them: at a hundred thousand entries that costs more than a
 * placement. This evictor goes on from where it was, which it may because everything before it is gone and new entries
 * are put behind it. Bounded by the map.
 */
export class FifoEvictor<K, V> {
  readonly #map: Map<K, V>;
  #entries: MapIterator<[K, V]>;

  constructor(map: Map<K, V>) {
    this.#map = map;
    this.#entries = map.entries();
  }

  /** Takes out the entry that was put longest ago and returns its key; undefined: the map is empty. */
  takeOldest(): K | undefined {
    return this.takeOldestEntry()?.[0];
  }

  /** The same, with what was put. */
  takeOldestEntry(): [key: K, value: V] | undefined {
    let next = this.#entries.next();
    if (next.done === true) {
      // It has been at the end before: an iterator that was there once says nothing more.
      this.#entries = this.#map.entries();
      next = this.#entries.next();
    }
    if (next.done === true) return undefined;
    this.#map.delete(next.value[0]);
    return next.value;
  }
}
