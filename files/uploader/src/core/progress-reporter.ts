// Progress that never decreases within a phase, emitted at most ten times a second.

export interface Progress {
  readonly phase: 'reading' | 'sending' | 'checking' | 'done';
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly knownBytes: number;
}

const SHOW_EVERY_MS = 100;

export class ProgressReporter {
  readonly #bytesTotal: number;
  readonly #show: (progress: Progress) => void;
  #phase: Progress['phase'] = 'reading';
  #bytes = 0;
  #knownBytes = 0;
  #shownMs = Number.NEGATIVE_INFINITY;

  constructor(bytesTotal: number, show: (progress: Progress) => void) {
    this.#bytesTotal = bytesTotal;
    this.#show = show;
  }

  enter(phase: Progress['phase'], o: { bytes: number; knownBytes: number }, nowMs: number): void {
    this.#phase = phase;
    this.#bytes = o.bytes;
    this.#knownBytes = o.knownBytes;
    this.#emit(nowMs);
  }

  /** Ignores a decrease, which means that a cut connection lost bytes. */
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
