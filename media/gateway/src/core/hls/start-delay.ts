// Delays the start of a stream: media source extensions of browsers accept no later track, and sound is ready shortly
// after the first picture, so pictures wait for it.

/** Sound, or silence, comes within this time unless there is no capacity to encode it. */
export const SOUND_WAIT_MAX_MS = 3000;

export class StartDelay<T extends { readonly kind: 'audio' | 'video' }> {
  readonly #untilMs: number;
  /** Undefined once the stream has begun. Bounded by a publisher's output in `SOUND_WAIT_MAX_MS`. */
  #waiting: T[] | undefined = [];

  /** `startMs` is the time of the stream's first request. */
  constructor(startMs: number) {
    this.#untilMs = startMs + SOUND_WAIT_MAX_MS;
  }

  /** Returns the items to use now: sound's format comes before the pictures that waited for it. */
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
