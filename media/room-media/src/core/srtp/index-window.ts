// Which packet of a source one is, and whether it has been here before (RFC 3711, 3.3.1, 3.3.2 and appendix A). The
// index of an RTP packet is its sequence number and how often that has wrapped; SRTCP carries its own.

/** As the media nodes have it: packets that are sent again come so late at most. */
const WINDOW = 1024;
const SEQUENCES = 65_536;
const HALF = 32_768;
/** Beyond it a key must not be used any more (RFC 3711, 9.2). */
const INDEX_END = 2 ** 48;

export class IndexWindow {
  #highest = -1;
  /** The last index seen at each place of the window. */
  readonly #seen = new Float64Array(WINDOW).fill(-1);

  /** The highest index noted; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** The likeliest index of a sequence number. Undefined when it would be before the first or beyond the last. */
  estimate(sequenceNumber: number): number | undefined {
    if (this.#highest < 0) return sequenceNumber;
    const last = this.#highest % SEQUENCES;
    let wraps = Math.floor(this.#highest / SEQUENCES);
    if (last < HALF && sequenceNumber - last > HALF) wraps -= 1;
    else if (last >= HALF && last - HALF > sequenceNumber) wraps += 1;
    const index = wraps * SEQUENCES + sequenceNumber;
    return index < 0 || index >= INDEX_END ? undefined : index;
  }

  /** False for an index that was noted already, or is too old to tell. */
  isFresh(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index;
  }

  /** Only of packets whose tag is right. */
  note(index: number): void {
    this.#seen[index % WINDOW] = index;
    if (index > this.#highest) this.#highest = index;
  }
}
