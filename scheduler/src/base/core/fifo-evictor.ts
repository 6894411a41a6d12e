/**
 * Takes the oldest out of a full map, again and again. A map remembers the places of those that were taken out until it
 * is laid out anew, and whoever asks it for its first key walks past all of them: at a hundred thousand entries that
 * costs more than a placement. This one goes on from where it was, which it may because all before it are gone and
 * whoever is put is put behind it. Bounded by the map.
 */
export class FifoEvictor<K, V> {
  readonly #map: Map<K, V>;
  #entries: MapIterator<[K, V]>;

  constructor(map: Map<K, V>) {
    this.#map = map;
    this.#entries = map.entries();
  }

  /** Takes out whoever was put longest ago; undefined: the map is empty. */
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
