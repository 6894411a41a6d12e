// Frames of a track that no scene shows yet, kept for the scene that shows it.
import type { TimedFrame } from './coded-frames.ts';

/** A publisher's first key frame may precede the scene by the time that the room needs to spread it. */
const EARLY_MS_MAX = 2000;
/** Below the queue of a decoder (2 MB), which gets them at once. */
const EARLY_BYTES_MAX = 1_500_000;

export class EarlyFrames {
  #frames: TimedFrame[] = [];
  #bytes = 0;

  /** Keeps pictures from a key frame on, until they are too many or too old; sound from `fromMs` on. */
  add(added: readonly TimedFrame[], fromMs: number): void {
    for (const one of added) {
      const { frame } = one;
      if (!('isKey' in frame)) this.#frames.push(one);
      else if (frame.isKey) [this.#frames, this.#bytes] = [[one], bytesOf(one)];
      else if (this.#frames.length > 0) {
        this.#frames.push(one);
        this.#bytes += bytesOf(one);
      }
    }
    const [first] = this.#frames;
    if (first === undefined) return;
    if (!('isKey' in first.frame)) this.#frames = this.#frames.filter(({ ms }) => ms >= fromMs);
    else if (first.ms < fromMs - EARLY_MS_MAX || this.#bytes > EARLY_BYTES_MAX) this.take();
  }

  take(): readonly TimedFrame[] {
    const taken = this.#frames;
    [this.#frames, this.#bytes] = [[], 0];
    return taken;
  }
}

const bytesOf = ({ frame }: TimedFrame): number =>
  'nals' in frame ? frame.nals.reduce((sum, nal) => sum + nal.length, 0) : frame.data.length;
