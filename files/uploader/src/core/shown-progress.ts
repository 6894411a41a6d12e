// Progress as pages and terminals show it: it never goes back within a phase, and comes at most ten times a second.

export interface Shown {
  readonly phase: 'reading' | 'sending' | 'checking' | 'done';
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly knownBytes: number;
}

const SHOW_EVERY_MS = 100;

export class ShownProgress {
  readonly #bytesTotal: number;
  readonly #show: (progress: Shown) => void;
  #phase: Shown['phase'] = 'reading';
  #bytes = 0;
  #knownBytes = 0;
  #shownMs = Number.NEGATIVE_INFINITY;

  constructor(bytesTotal: number, show: (progress: Shown) => void) {
    this.#bytesTotal = bytesTotal;
    this.#show = show;
  }

  /** A phase begins; it is shown at once. */
  enter(phase: Shown['phase'], o: { bytes: number; knownBytes: number }, nowMs: number): void {
    this.#phase = phase;
    this.#bytes = o.bytes;
    this.#knownBytes = o.knownBytes;
    this.#emit(nowMs);
  }

  /** Less than before is what a cut connection took back: it is not shown. */
  reach(bytes: number, nowMs: number): void {
    if (bytes <= this.#bytes) return;
    this.#bytes = Math.min(bytes, this.#bytesTotal);
    if (nowMs - this.#shownMs >= SHOW_EVERY_MS) this.#emit(nowMs);
  }

  #emit(nowMs: number): void {
    this.#shownMs = nowMs;
    this.#show({
      phase: this.#phase,
      bytes: this.#bytes,
      bytesTotal: this.#bytesTotal,
      knownBytes: this.#knownBytes,
    });
  }
}
