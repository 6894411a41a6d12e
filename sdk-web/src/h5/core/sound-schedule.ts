// When each piece of sound is played. Times without "pts" are those of the sound card, in milliseconds.
import { Pace } from './pace.ts';

/** What waits to be played: enough for a network with some jitter at first, more each time it ran dry. */
const HOLD_MS = { first: 80, step: 25, most: 150 } as const;
/** So long without running dry: a little less waits from then on. */
const CALM_MS = 10_000;
const CALM_STEP_MS = 5;
/** With more than this above what should wait, all that waits is left out: a burst ends with its newest sound. */
const CUT_MS = 200;
/** Pictures that come late hold back the sound by at most this. */
const MAX_FOR_PICTURES_MS = 400;
/** A piece cannot be started in the past. */
const LEAD_MS = 5;
/** Pieces that may still be heard: the longest wait, and the delay of a wireless loudspeaker. */
const MAX_PIECES = 256;

interface Piece {
  readonly startMs: number;
  readonly ptsMs: number;
  /** Of the media, which lasts `durationMs / rate`. */
  readonly durationMs: number;
  readonly rate: number;
}

/** Plans live sound: about 80 to 150 ms wait, more only where the pictures come later than the sound. */
export class SoundSchedule {
  readonly #pace = new Pace();
  #pieces: Piece[] = [];
  #endMs: number | undefined;
  #holdMs: number = HOLD_MS.first;
  #calmSinceMs = 0;
  #forPicturesMs = 0;
  /** What waited above `#holdMs` when it was last looked at. */
  #extraMs = 0;

  /**
   * When a piece that has arrived now is to be played and how fast. `isCut`: it comes in place of all that was planned
   * and not played yet.
   */
  place(ptsMs: number, durationMs: number, nowMs: number): { startMs: number; rate: number; isCut: boolean } {
    const waitingMs = this.bufferedMs(nowMs);
    const holdMs = this.#holdMs + this.#forPicturesMs;
    const isCut = waitingMs > holdMs + CUT_MS;
    if (isCut) this.reset();
    if (this.#endMs === undefined || waitingMs < LEAD_MS) {
      if (this.#endMs !== undefined) this.#holdMs = Math.min(this.#holdMs + HOLD_MS.step, HOLD_MS.most);
      this.#calmSinceMs = nowMs;
      this.#pace.reset();
      this.#endMs = nowMs + this.#holdMs + this.#forPicturesMs;
      this.#extraMs = this.#forPicturesMs;
    } else {
      const excessMs = this.#pace.arrived(waitingMs, holdMs, nowMs);
      if (excessMs !== undefined) this.#extraMs = excessMs + this.#forPicturesMs;
      if (nowMs - this.#calmSinceMs > CALM_MS) {
        this.#calmSinceMs = nowMs;
        this.#holdMs = Math.max(this.#holdMs - CALM_STEP_MS, HOLD_MS.first);
      }
    }
    const { rate } = this.#pace;
    const startMs = this.#endMs;
    this.#endMs = startMs + durationMs / rate;
    this.#pieces.push({ startMs, ptsMs, durationMs, rate });
    if (this.#pieces.length > MAX_PIECES) this.#pieces.shift();
    return { startMs, rate, isCut };
  }

  /** How much is planned and not played yet. */
  bufferedMs(nowMs: number): number {
    return Math.max(0, (this.#endMs ?? nowMs) - nowMs);
  }

  /** The time stamp of what is played at `nowMs`; absent where nothing is. Later calls have later times. */
  mediaMsAt(nowMs: number): number | undefined {
    while (this.#pieces.length > 1 && (this.#pieces[1] as Piece).startMs <= nowMs) this.#pieces.shift();
    const [piece] = this.#pieces;
    if (piece === undefined || nowMs < piece.startMs) return undefined;
    const mediaMs = (nowMs - piece.startMs) * piece.rate;
    return mediaMs > piece.durationMs ? undefined : piece.ptsMs + mediaMs;
  }

  /**
   * Pictures arrive at least `earlyMs` before the sound of the same time is heard, or, below 0, too late for it: the
   * sound waits so much longer, within limits.
   */
  fitPictures(earlyMs: number): void {
    this.#forPicturesMs = Math.min(Math.max(this.#extraMs - earlyMs, 0), MAX_FOR_PICTURES_MS);
  }

  /** Nothing of what was planned will be played. */
  reset(): void {
    this.#pieces = [];
    this.#endMs = undefined;
    this.#pace.reset();
  }
}
