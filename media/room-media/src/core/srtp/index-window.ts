// Finds a packet's index and detects replays (RFC 3711, 3.3.1, 3.3.2 and appendix A). An RTP packet's index is its
// sequence number with its wraps; SRTCP carries the index.

/** Same as the media nodes' window: no retransmission is later. */
const WINDOW = 1024;
const SEQUENCES = 65_536;
const HALF = 32_768;
/** A key must not be used beyond this index (RFC 3711, 9.2). */
const INDEX_END = 2 ** 48;

export class IndexWindow {
  #highest = -1;
  readonly #seen = new Float64Array(WINDOW).fill(-1);

  /** Highest index noted; -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Returns the likeliest index of a sequence number; undefined before the first or beyond the last index. */
  estimate(sequenceNumber: number): number | undefined {
    if (this.#highest < 0) return sequenceNumber;
    const last = this.#highest % SEQUENCES;
    let wraps = Math.floor(this.#highest / SEQUENCES);
    if (last < HALF && sequenceNumber - last > HALF) wraps -= 1;
    else if (last >= HALF && last - HALF > sequenceNumber) wraps += 1;
    const index = wraps * SEQUENCES + sequenceNumber;
    return index < 0 || index >= INDEX_END ? undefined : index;
  }

  /** Returns false for an index that was noted already or is older than the window. */
  isFresh(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index;
  }

  /** Notes an index; only for packets with a valid tag. */
  note(index: number): void {
    this.#seen[index % WINDOW] = index;
    if (index > this.#highest) this.#highest = index;
  }
}
