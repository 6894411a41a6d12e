// What happened, as lines for people (when wanted) and as one number for comparison: two runs of a seed have the same.
import type { ManualClock } from '@meridian/runtime';

/** The last of them are kept; a run that fails is replayed for the rest. */
const LINES_MAX = 200_000;

export class Trace {
  readonly #clock: ManualClock;
  readonly #isKept: boolean;
  readonly lines: string[] = [];
  #hash = 0x811c9dc5;
  steps = 0;

  constructor(clock: ManualClock, isKept: boolean) {
    this.#clock = clock;
    this.#isKept = isKept;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** A step between two processes. FNV-1a over the time in microseconds and both names' lengths and last characters. */
  mark(from: string, to: string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#mix(from.charCodeAt(from.length - 1) * 256 + to.charCodeAt(to.length - 1));
    this.#mix(from.length * 256 + to.length);
  }

  /** A line, made only when somebody wants it; always mixed into the hash by its time. */
  note(text: () => string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    if (!this.#isKept || this.lines.length >= LINES_MAX) return;
    this.lines.push(`${this.#clock.nowMs().toFixed(1).padStart(10)}  ${text()}`);
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ (value & 0xffff_ffff), 0x01000193);
    this.steps += 1;
  }
}
