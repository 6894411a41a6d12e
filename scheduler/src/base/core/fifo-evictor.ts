/**
 * Removes the oldest entries of a full map. A map keeps the slots of removed entries until a rehash, and each search
 * for its first key walks past all of them: with a hundred thousand entries the search costs more than a placement.
 * This evictor keeps its iterator instead: everything before the iterator is removed, and new entries come behind it.
 * Bounded by the map.
 */
export class FifoEvictor<K, V> {
  readonly #map: Map<K, V>;
  #entries: MapIterator<[K, V]>;

  constructor(map: Map<K, V>) {
    this.#map = map;
    this.#entries = map.entries();
  }

  /** Removes the oldest entry and returns its key. Returns undefined when the map is empty. */
  takeOldest(): K | undefined {
    return this.takeOldestEntry()?.[0];
  }

  /** Removes and returns the oldest entry. Returns undefined when the map is empty. */
  takeOldestEntry(): [key: K, value: V] | undefined {
    let next = this.#entries.next();
    if (next.done === true) {
      // A finished iterator never yields again, even when the map has new entries.
      this.#entries = this.#map.entries();
      next = this.#entries.next();
    }
    if (next.done === true) return undefined;
    this.#map.delete(next.value[0]);
    return next.value;
  }
}
