// Which times of a publisher belong to which places of the even stream that a transcoder sees.

/** Places from here on have times from `ptsMs` on. */
interface Anchor {
  readonly from: number;
  readonly ptsMs: number;
}

/** More than one transcoder can have under way at once; the oldest are forgotten. */
const anchorsMax = 16;
/** Beyond this a time is a gap or a jump, followed at once. */
const jumpMs = 100;
/** A lasting difference beyond this is followed too: clocks that differ, or a lost unit. */
const driftMs = 20;
/** Weight of one unit in the mean difference: rounding to milliseconds and bursts of a network hide in it. */
const meanWeight = 1 / 16;

/** Times by places, `rate` places a second; each stretch between two anchors is even. */
export class TimeLine {
  readonly #rate: number;
  #anchors: Anchor[] = [];

  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Places from `from` on (above those of earlier calls) begin at `ptsMs`. */
  anchor(from: number, ptsMs: number): void {
    this.#anchors.push({ from, ptsMs });
    if (this.#anchors.length > anchorsMax) this.#anchors.shift();
  }

  /** The time of a place; before the first anchor it is reckoned back from it. Undefined without an anchor. */
  ptsAt(place: number): number | undefined {
    const anchor = this.#anchors.findLast(({ from }) => from <= place) ?? this.#anchors[0];
    return anchor === undefined ? undefined : anchor.ptsMs + ((place - anchor.from) * 1000) / this.#rate;
  }
}

/**
 * Lays units of sound end to end, counted in samples, and knows the publisher's time of each sample. Times that differ
 * little from the count are taken for rounding; gaps and jumps above 100 ms, and a mean difference above 20 ms, move
 * the times of what follows.
 */
export class SampleClock {
  readonly #rate: number;
  readonly #line: TimeLine;
  #samples = 0;
  #meanErrorMs = 0;

  constructor(sampleRate: number) {
    this.#rate = sampleRate;
    this.#line = new TimeLine(sampleRate);
  }

  /** Takes a unit of so many samples; its place is the count of samples before it. */
  accept(ptsMs: number, samples: number): number {
    const place = this.#samples;
    this.#samples += samples;
    const expectedMs = this.#line.ptsAt(place);
    const errorMs = expectedMs === undefined ? 0 : ptsMs - expectedMs;
    this.#meanErrorMs += (errorMs - this.#meanErrorMs) * meanWeight;
    const isJump = Math.abs(errorMs) > jumpMs;
    if (expectedMs === undefined || isJump) this.#line.anchor(place, ptsMs);
    else if (Math.abs(this.#meanErrorMs) > driftMs) this.#line.anchor(place, expectedMs + this.#meanErrorMs);
    else return place;
    this.#meanErrorMs = 0;
    return place;
  }

  /** The time of a sample, which need not be whole; undefined before the first unit. */
  ptsAt(sample: number): number | undefined {
    return this.#line.ptsAt(sample);
  }

  get sampleRate(): number {
    return this.#rate;
  }
}
