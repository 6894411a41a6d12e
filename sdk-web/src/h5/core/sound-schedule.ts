// Playback times of audio pieces. Times without "pts" are the sound card's, in milliseconds.
import { PlaybackPace } from './playback-pace.ts';

/** Amount of audio held back: `first` covers some jitter; `step` is added each time that playback runs dry. */
const HOLD_MS = { first: 80, step: 25, most: 150 } as const;
/** Time without running dry after which a little less audio is held back. */
const CALM_MS = 10_000;
const CALM_STEP_MS = 5;
/** Above the wanted amount plus this, the buffered audio is dropped, so that only a burst's newest audio is played. */
const CUT_MS = 200;
/** Limit on the delay of audio for late pictures. */
const MAX_FOR_PICTURES_MS = 400;
/** A piece cannot be started in the past. */
const LEAD_MS = 5;
/** Limit on pieces that may still be audible: those that wait, and those in a wireless loudspeaker. */
const MAX_PIECES = 256;

interface Piece {
  readonly startMs: number;
  readonly ptsMs: number;
  /** Duration of the media; playback takes `durationMs / rate`. */
  readonly durationMs: number;
  readonly rate: number;
}

/** Plans live audio: holds about 80 to 150 ms back, more only when the pictures come later than the audio. */
export class SoundSchedule {
  readonly #pace = new PlaybackPace();
  #pieces: Piece[] = [];
  #endMs: number | undefined;
  #holdMs: number = HOLD_MS.first;
  #calmSinceMs = 0;
  #pictureDelayMs = 0;
  #extraMs = 0;

  /** Plans a piece. `isCut`: it replaces all pieces that are planned and not yet played. */
  schedule(ptsMs: number, durationMs: number, nowMs: number): { startMs: number; rate: number; isCut: boolean } {
    const waitingMs = this.bufferedMs(nowMs);
    const holdMs = this.#holdMs + this.#pictureDelayMs;
    const isCut = waitingMs > holdMs + CUT_MS;
    if (isCut) this.reset();
    if (this.#endMs === undefined || waitingMs < LEAD_MS) {
      if (this.#endMs !== undefined) this.#holdMs = Math.min(this.#holdMs + HOLD_MS.step, HOLD_MS.most);
      this.#calmSinceMs = nowMs;
      this.#pace.reset();
      this.#endMs = nowMs + this.#holdMs + this.#pictureDelayMs;
      this.#extraMs = this.#pictureDelayMs;
    } else {
      const excessMs = this.#pace.measure(waitingMs, holdMs, nowMs);
      if (excessMs !== undefined) this.#extraMs = excessMs + this.#pictureDelayMs;
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

  bufferedMs(nowMs: number): number {
    return Math.max(0, (this.#endMs ?? nowMs) - nowMs);
  }

  /** Returns the time stamp of the audio played at `nowMs`, undefined for silence. Later calls need later times. */
  mediaMsAt(nowMs: number): number | undefined {
    while (this.#pieces.length > 1 && (this.#pieces[1] as Piece).startMs <= nowMs) this.#pieces.shift();
    const [piece] = this.#pieces;
    if (piece === undefined || nowMs < piece.startMs) return undefined;
    const mediaMs = (nowMs - piece.startMs) * piece.rate;
    return mediaMs > piece.durationMs ? undefined : piece.ptsMs + mediaMs;
  }

  /**
   * Delays the audio to fit the pictures, which arrive `earlyMs` before their audio is heard. If that is below 0, more
   * audio is held back, up to `MAX_FOR_PICTURES_MS`.
   */
  delayForPictures(earlyMs: number): void {
    this.#pictureDelayMs = Math.min(Math.max(this.#extraMs - earlyMs, 0), MAX_FOR_PICTURES_MS);
  }

  reset(): void {
    this.#pieces = [];
    this.#endMs = undefined;
    this.#pace.reset();
  }
}
