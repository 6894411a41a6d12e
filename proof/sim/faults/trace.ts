// Records events as lines for people (on demand, each at once) and as a hash for comparison: two runs of a seed have
// the same hash.
import type { ManualClock } from '@meridian/runtime';
import type { Say } from '../../support/case.ts';

export class Trace {
  readonly #clock: ManualClock;
  readonly #onLine: Say | undefined;
  #hash = 0x811c9dc5;
  steps = 0;

  /** `onLine` receives a line before the next step, so the last line of an endless run shows where it is stuck. */
  constructor(clock: ManualClock, onLine?: Say) {
    this.#clock = clock;
    this.#onLine = onLine;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /**
   * Notes a step between two processes. FNV-1a over the time in microseconds and both names' lengths and last
   * characters.
   */
  mark(from: string, to: string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#mix(from.charCodeAt(from.length - 1) * 256 + to.charCodeAt(to.length - 1));
    this.#mix(from.length * 256 + to.length);
  }

  /** Notes a line, formatted only on demand; its time always enters the hash. */
  note(text: () => string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#onLine?.(`${this.#clock.nowMs().toFixed(1).padStart(10)}  ${text()}`);
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ (value & 0xffff_ffff), 0x01000193);
    this.steps += 1;
  }
}
