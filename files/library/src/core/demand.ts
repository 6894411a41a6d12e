// What of the library is asked for now, in memory that does not grow with what there is: two sketches, and a list of
// what is asked for most.
import { comingOf, growthOf, perMinuteOf, type Starts } from './copies.ts';
import { DecayingSketch } from './sketch.ts';

/** What starts are counted by: a content, as viewers near one site play it. */
export interface Subject {
  readonly tenant: string;
  readonly contentId: string;
  /** '': not known. */
  readonly site: string;
}

export interface Hot {
  readonly subject: Subject;
  readonly perMinute: number;
  /** From 1. */
  readonly growth: number;
  /** Viewers likely to come within the horizon. */
  readonly coming: number;
}

/** A lecture that begins is seen within seconds, and is none any more some minutes after. */
const FAST_HALF_LIFE_MS = 60_000;
/** What is usual: the last hour, most of it the last half. */
const SLOW_HALF_LIFE_MS = 1_800_000;
/** Too high by more than 0.07 % of all starts in two of a hundred cases; 128 KiB each. */
const SKETCH = { width: 4096, depth: 4 };
/** More at once than edges could be given. */
const LISTED_MAX = 256;
/** Starts of the last minute: one person who tries three times, or a few, is no demand. */
const HOT_STARTS = 3;

interface Listed {
  readonly subject: Subject;
  /** Logarithm of its count in weights that do not age: it orders entries, whenever they were counted last. */
  score: number;
}

/** `nowMs` never goes back. */
export class Demand {
  readonly #fast: DecayingSketch;
  readonly #slow: DecayingSketch;
  readonly #listed = new Map<string, Listed>();

  constructor(seed: number) {
    this.#fast = new DecayingSketch(Object.assign({ halfLifeMs: FAST_HALF_LIFE_MS, seed }, SKETCH));
    this.#slow = new DecayingSketch(Object.assign({ halfLifeMs: SLOW_HALF_LIFE_MS, seed }, SKETCH));
  }

  /** Entries of the list. */
  get size(): number {
    return this.#listed.size;
  }

  /** A playback has begun. */
  started(subject: Subject, nowMs: number): void {
    const key = keyOf(subject);
    this.#fast.add(key, nowMs);
    this.#slow.add(key, nowMs);
    const score = Math.log2(this.#fast.estimate(key, nowMs)) + nowMs / FAST_HALF_LIFE_MS;
    const known = this.#listed.get(key);
    if (known !== undefined) {
      known.score = score;
      return;
    }
    if (this.#listed.size >= LISTED_MAX && !this.#makeRoom(score)) return;
    this.#listed.set(key, { subject, score });
  }

  startsOf(subject: Subject, nowMs: number): Starts {
    const key = keyOf(subject);
    return {
      fast: this.#fast.estimate(key, nowMs),
      fastHalfLifeMs: FAST_HALF_LIFE_MS,
      slow: this.#slow.estimate(key, nowMs),
      slowHalfLifeMs: SLOW_HALF_LIFE_MS,
    };
  }

  /** What is hot, that of which most viewers will come within `horizonMs` first. */
  hot(nowMs: number, horizonMs: number): readonly Hot[] {
    return [...this.#listed.values()]
      .map(({ subject }) => ({ subject, starts: this.startsOf(subject, nowMs) }))
      .filter(({ starts }) => starts.fast >= HOT_STARTS)
      .map(({ subject, starts }) => ({
        subject,
        perMinute: perMinuteOf(starts.fast, starts.fastHalfLifeMs),
        growth: growthOf(starts),
        coming: comingOf(starts, horizonMs),
      }))
      .sort((a, b) => b.coming - a.coming || (keyOf(a.subject) < keyOf(b.subject) ? -1 : 1));
  }

  /** The least goes for one that is more. */
  #makeRoom(score: number): boolean {
    let least: [key: string, score: number] | undefined;
    for (const [key, listed] of this.#listed)
      if (least === undefined || listed.score < least[1]) least = [key, listed.score];
    if (least === undefined || least[1] >= score) return false;
    return this.#listed.delete(least[0]);
  }
}

const keyOf = ({ tenant, contentId, site }: Subject): string => JSON.stringify([tenant, contentId, site]);
