/**
 * Takes the oldest out of a full map, again and again. A map remembers the places of those that were taken out until it is laid out anew, and
 * whoever asks it for its first key walks past all of them: at a hundred thousand entries that costs more than a placement. This one goes on
 * from where it was, which it may because all before it are gone and whoever is put is put behind it. Bounded by the map.
 */
export class Eldest<K> {
  readonly #map: Map<K, unknown>;
  #keys: MapIterator<K>;

  constructor(map: Map<K, unknown>) {
    this.#map = map;
    this.#keys = map.keys();
  }

  /** Takes out whoever was put longest ago; undefined: the map is empty. */
  take(): K | undefined {
    let next = this.#keys.next();
    if (next.done === true) {
      // It has been at the end before: an iterator that was there once says nothing more.
      this.#keys = this.#map.keys();
      next = this.#keys.next();
    }
    if (next.done === true) return undefined;
    this.#map.delete(next.value);
    return next.value;
  }
}
