// Records the events of a run as lines for people, on demand, and as a hash, which is the same for two runs of a seed.
import type { ManualClock } from '@meridian/runtime';
import type { Say } from '../../support/case.ts';

export class Trace {
  readonly #clock: ManualClock;
  readonly #onLine: Say | undefined;
  #hash = 0x811c9dc5;
  steps = 0;

  /** `onLine` gets each line before the next step, so that the last line of an endless run shows where it is stuck. */
  constructor(clock: ManualClock, onLine?: Say) {
    this.#clock = clock;
    this.#onLine = onLine;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Adds a step between two processes to the hash (FNV-1a): its time in µs, the names' lengths and last letters. */
  mark(from: string, to: string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#mix(from.charCodeAt(from.length - 1) * 256 + to.charCodeAt(to.length - 1));
    this.#mix(from.length * 256 + to.length);
  }

  /** Records a line. Its time always enters the hash; its text is formatted only on demand. */
  note(text: () => string): void {
    this.#mix(Math.round(this.#clock.nowMs() * 1000));
    this.#onLine?.(`${this.#clock.nowMs().toFixed(1).padStart(10)}  ${text()}`);
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ (value & 0xffff_ffff), 0x01000193);
    this.steps += 1;
  }
}
