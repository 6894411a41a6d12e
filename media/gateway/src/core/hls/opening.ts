// The begin of a stream. Browsers' media source extensions take up no track that comes later, and sound is made a
// moment after the first picture is there: pictures wait for it.

/** Sound comes within this, be it silence, unless there is no capacity to make any. */
export const SOUND_MS_MAX = 3000;

export class Opening<T extends { readonly kind: 'audio' | 'video' }> {
  readonly #untilMs: number;
  /** Undefined once the stream has begun. At most what a publisher sends in `SOUND_MS_MAX`. */
  #waiting: T[] | undefined = [];

  /** `startMs`: when the stream was asked for. */
  constructor(startMs: number) {
    this.#untilMs = startMs + SOUND_MS_MAX;
  }

  /** What is to be taken of all that has come: sound's format before the pictures that have waited for it. */
  take(item: T, nowMs: number): readonly T[] {
    const waiting = this.#waiting;
    if (waiting === undefined) return [item];
    if (item.kind === 'video' && nowMs < this.#untilMs) {
      waiting.push(item);
      return [];
    }
    this.#waiting = undefined;
    return item.kind === 'audio' ? [item, ...waiting] : [...waiting, item];
  }
}
