// What happened, as lines for people (when wanted, each at once) and as one number for comparison: two runs of a seed
// have the same.
import type { ManualClock } from '@meridian/runtime';
import type { Say } from '../../support/case.ts';

export class Trace {
  readonly #clock: ManualClock;
  readonly #onLine: Say | undefined;
  #hash = 0x811c9dc5;
  steps = 0;

  /** `onLine` hears of a line before the next step: of a run that never ends, the last one says where it stands. */
  constructor(clock: ManualClock, onLine?: Say) {
    this.#clock = clock;
    this.#onLine = onLine;
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

  /** A line, made only when it is wanted; always mixed into the hash by its time. */
  note(text: () => string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#onLine?.(`${this.#clock.nowMs().toFixed(1).padStart(10)}  ${text()}`);
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ (value & 0xffff_ffff), 0x01000193);
    this.steps += 1;
  }
}
