// Decides which items a viewer gets: pictures from a key frame on, and none up to the next key frame when its
// connection is slow. Sound and formats are never dropped; too many waiting bytes end the viewer.

/** Bytes that may wait in a connection: about two seconds of 6 Mbit/s. */
export const QUEUED_BYTES_MAX = 1_500_000;
/** With so many waiting bytes a viewer counts as gone, not as slow, and is ended. */
export const QUEUED_BYTES_END = 4 * QUEUED_BYTES_MAX;

export type Verdict = 'send' | 'drop' | 'end';

export class SlowViewer {
  /** True before the first key frame too. */
  #isDropping = true;
  #dropped = 0;

  get dropped(): number {
    return this.#dropped;
  }

  /** Returns whether every item would be sent while at most `queuedBytes` wait. */
  keepsUp(queuedBytes: number): boolean {
    return !this.#isDropping && queuedBytes <= QUEUED_BYTES_MAX;
  }

  verdictFor(
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
