// Maps positions of the continuous stream inside a transcoder to the publisher's times.

/** Positions from `from` on have times from `ptsMs` on. */
interface Anchor {
  readonly from: number;
  readonly ptsMs: number;
}

/** More anchors than one transcoder needs at once; the oldest are dropped. */
const anchorsMax = 16;
/** A larger difference is a gap or a jump, which is followed at once. */
const jumpMs = 100;
/** A larger lasting difference is followed too: clock drift or a lost unit. */
const driftMs = 20;
/** Weight of one unit in the mean difference, which smooths rounding to milliseconds and network bursts. */
const meanWeight = 1 / 16;

/** Times by position, at `rate` positions a second; times between two anchors are linear. */
export class PositionTimes {
  readonly #rate: number;
  #anchors: Anchor[] = [];

  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Sets the time of positions from `from` on; `from` rises with each call. */
  anchor(from: number, ptsMs: number): void {
    this.#anchors.push({ from, ptsMs });
    if (this.#anchors.length > anchorsMax) this.#anchors.shift();
  }

  /** Returns the time of a position; before the first anchor it is extrapolated. Undefined without an anchor. */
  ptsAt(position: number): number | undefined {
    const anchor = this.#anchors.findLast(({ from }) => from <= position) ?? this.#anchors[0];
    return anchor === undefined ? undefined : anchor.ptsMs + ((position - anchor.from) * 1000) / this.#rate;
  }
}

/**
 * Concatenates units of sound, counted in samples, and knows the publisher's time of each sample. Small deviations from
 * the count are ignored as rounding; jumps above 100 ms, and a mean difference above 20 ms, shift the times that
 * follow.
 */
export class SampleClock {
  readonly #rate: number;
  readonly #times: PositionTimes;
  #samples = 0;
  #meanErrorMs = 0;

  constructor(sampleRate: number) {
    this.#rate = sampleRate;
    this.#times = new PositionTimes(sampleRate);
  }

  /** Takes a unit of this many samples; returns its position, the number of samples before it. */
  accept(ptsMs: number, samples: number): number {
    const position = this.#samples;
    this.#samples += samples;
    const expectedMs = this.#times.ptsAt(position);
    const errorMs = expectedMs === undefined ? 0 : ptsMs - expectedMs;
    this.#meanErrorMs += (errorMs - this.#meanErrorMs) * meanWeight;
    const isJump = Math.abs(errorMs) > jumpMs;
    if (expectedMs === undefined || isJump) this.#times.anchor(position, ptsMs);
    else if (Math.abs(this.#meanErrorMs) > driftMs) this.#times.anchor(position, expectedMs + this.#meanErrorMs);
    else return position;
    this.#meanErrorMs = 0;
    return position;
  }

  /** Returns the time of a sample position, which may be fractional; undefined before the first unit. */
  ptsAt(sample: number): number | undefined {
    return this.#times.ptsAt(sample);
  }

  get sampleRate(): number {
    return this.#rate;
  }
}
