// What a viewer gets: pictures from a key frame on, and when its connection takes less than the programme makes, none
// up to the next key frame. It never loses sound or formats, until too much waits even so.

/** Bytes that may wait in a connection: about two seconds of 6 Mbit/s. */
export const QUEUED_BYTES_MAX = 1_500_000;
/** With so much waiting it is not slow but gone. */
export const QUEUED_BYTES_END = 4 * QUEUED_BYTES_MAX;

export type Verdict = 'send' | 'drop' | 'end';

export class SlowViewer {
  /** Also before its first key frame. */
  #isDropping = true;
  #dropped = 0;

  /** Items that were left out. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether it gets all that comes while no more than so many bytes wait: `next` would send each item. */
  keepsUp(queuedBytes: number): boolean {
    return !this.#isDropping && queuedBytes <= QUEUED_BYTES_MAX;
  }

  /** What becomes of the next item, with so many bytes waiting. */
  next(
    item: { readonly kind: 'audio' | 'video'; readonly isFormat: boolean; readonly isKey: boolean },
    queuedBytes: number,
  ): Verdict {
    if (queuedBytes > QUEUED_BYTES_END) return 'end';
    if (item.isFormat) return 'send';
    if (queuedBytes > QUEUED_BYTES_MAX) this.#isDropping = true;
    else if (item.isKey && queuedBytes < QUEUED_BYTES_MAX / 2) this.#isDropping = false;
    if (!this.#isDropping || item.kind === 'audio') return 'send';
    this.#dropped += 1;
    return 'drop';
  }
}
