// Detects black and frozen pictures of a track from decoded pictures. Thresholds are those of ffmpeg's filters
// blackdetect and freezedetect (ffmpeg-filters(1)) unless stated otherwise.

/** Brightness in television range: 16 is black. blackdetect's default, a tenth above it, would be 38. */
const BLACK_PIXEL_MAX = 32;
/** Minimum share of black pixels in a black picture; blackdetect's default is 0.98. */
const BLACK_SHARE_MIN = 0.99;
/** Maximum mean brightness of a black picture; that of a dark stage is above it. */
const BLACK_MEAN_MAX = 20;
/** freezedetect's default: a mean difference of 0.001 (-60 dB) of the full range. */
const STILL_DIFFERENCE_MAX = 0.001 * 255;
/** Pictures come twice a second; without one for this time the track has no verdict. */
export const PICTURE_STALE_MS = 2500;

export interface PictureVerdict {
  /** Duration of the black picture; 0 if it is not black. */
  readonly blackMs: number;
  /** Duration of the frozen picture; 0 for a black one. */
  readonly frozenMs: number;
}
const noVerdict: PictureVerdict = { blackMs: 0, frozenMs: 0 };

/** Returns whether nearly every pixel is black. `luma` is brightness per pixel, 16 to 235. */
export function isBlack(luma: Uint8Array): boolean {
  if (luma.length === 0) return false;
  let sum = 0;
  let black = 0;
  for (const value of luma) {
    sum += value;
    if (value <= BLACK_PIXEL_MAX) black += 1;
  }
  return sum <= BLACK_MEAN_MAX * luma.length && black >= BLACK_SHARE_MIN * luma.length;
}

/** Returns whether two pictures differ only by noise; false for different sizes. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const maxDifference = STILL_DIFFERENCE_MAX * a.length;
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) {
    sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    if (sum > maxDifference) return false;
  }
  return true;
}

export class PictureJudge {
  readonly #mayStandStill: boolean;
  #blackSinceMs: number | undefined;
  /** First picture of the still period, as in freezedetect, so that slow changes are detected. */
  #reference = new Uint8Array(0);
  #referenceMs = 0;
  #isStill = false;
  #judgedMs = Number.NEGATIVE_INFINITY;

  /** `mayStandStill` is for a shared screen, whose slides are never frozen. */
  constructor(o: { readonly mayStandStill: boolean }) {
    this.#mayStandStill = o.mayStandStill;
  }

  /** Judges a decoded picture, whose memory stays the caller's. */
  judge(luma: Uint8Array, nowMs: number): void {
    // Pictures before a pause say nothing about the time after it.
    if (nowMs - this.#judgedMs > PICTURE_STALE_MS) this.#forget();
    this.#judgedMs = nowMs;
    this.#blackSinceMs = isBlack(luma) ? (this.#blackSinceMs ?? nowMs) : undefined;
    this.#isStill = isSame(luma, this.#reference);
    if (this.#isStill) return;
    if (this.#reference.length !== luma.length) this.#reference = new Uint8Array(luma.length);
    this.#reference.set(luma);
    this.#referenceMs = nowMs;
  }

  verdictAt(nowMs: number): PictureVerdict {
    if (nowMs - this.#judgedMs > PICTURE_STALE_MS) return noVerdict;
    if (this.#blackSinceMs !== undefined) return { blackMs: nowMs - this.#blackSinceMs, frozenMs: 0 };
    return { blackMs: 0, frozenMs: this.#isStill && !this.#mayStandStill ? nowMs - this.#referenceMs : 0 };
  }

  #forget(): void {
    this.#blackSinceMs = undefined;
    this.#reference = new Uint8Array(0);
    this.#isStill = false;
  }
}
