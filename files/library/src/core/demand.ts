// Finds the contents in demand now, in bounded memory: two sketches and a list of the contents with the most starts.
import { expectedViewersOf, growthOf, perMinuteOf, type Starts } from './copies.ts';
import { DecayingSketch } from './sketch.ts';

export interface Subject {
  readonly tenant: string;
  readonly contentId: string;
  /** `''` when the site is not known. */
  readonly site: string;
}

export interface HotContent {
  readonly subject: Subject;
  readonly perMinute: number;
  /** Growth of the start rate, at least 1. */
  readonly growth: number;
  readonly expectedViewers: number;
}

/** Half-life of the present rate: demand for a lecture rises within seconds and ends some minutes later. */
const FAST_HALF_LIFE_MS = 60_000;
/** Half-life of the usual rate, which covers about an hour, with most weight on its last half. */
const SLOW_HALF_LIFE_MS = 1_800_000;
/** In 2 % of cases, an estimate is too high by more than 0.07 % of all starts. Each sketch takes 128 KiB. */
const SKETCH = { width: 4096, depth: 4 };
/** Bound of the listed contents: more than edges could hold. */
const LISTED_MAX = 256;
/** Minimum of starts in the last minute of a content in demand; fewer may be one person who retries. */
const HOT_STARTS_MIN = 3;

interface Listed {
  readonly subject: Subject;
  /** Logarithm of the count in weights that do not age, so that entries of any time compare. */
  score: number;
}

/** Counts starts of playbacks by content and site. `nowMs` never decreases. */
export class Demand {
  readonly #fast: DecayingSketch;
  readonly #slow: DecayingSketch;
  readonly #listed = new Map<string, Listed>();

  constructor(seed: number) {
    this.#fast = new DecayingSketch(Object.assign({ halfLifeMs: FAST_HALF_LIFE_MS, seed }, SKETCH));
    this.#slow = new DecayingSketch(Object.assign({ halfLifeMs: SLOW_HALF_LIFE_MS, seed }, SKETCH));
  }

  get size(): number {
    return this.#listed.size;
  }

  started(subject: Subject, nowMs: number): void {
    const key = keyOf(subject);
    this.#fast.add(key, nowMs);
    this.#slow.add(key, nowMs);
    const score = Math.log2(this.#fast.estimate(key, nowMs)) + nowMs / FAST_HALF_LIFE_MS;
    const listedEntry = this.#listed.get(key);
    if (listedEntry !== undefined) {
      listedEntry.score = score;
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

  /** Returns the hot contents, sorted by the viewers expected within `horizonMs`, most first. */
  hot(nowMs: number, horizonMs: number): readonly HotContent[] {
    return [...this.#listed.values()]
      .map(({ subject }) => ({ subject, starts: this.startsOf(subject, nowMs) }))
      .filter(({ starts }) => starts.fast >= HOT_STARTS_MIN)
      .map(({ subject, starts }) => ({
        subject,
        perMinute: perMinuteOf(starts.fast, starts.fastHalfLifeMs),
        growth: growthOf(starts),
        expectedViewers: expectedViewersOf(starts, horizonMs),
      }))
      .sort((a, b) => b.expectedViewers - a.expectedViewers || (keyOf(a.subject) < keyOf(b.subject) ? -1 : 1));
  }

  /** Replaces the entry with the lowest score if `score` is higher. */
  #makeRoom(score: number): boolean {
    let least: [key: string, score: number] | undefined;
    for (const [key, listed] of this.#listed)
      if (least === undefined || listed.score < least[1]) least = [key, listed.score];
    if (least === undefined || least[1] >= score) return false;
    return this.#listed.delete(least[0]);
  }
}

const keyOf = ({ tenant, contentId, site }: Subject): string => JSON.stringify([tenant, contentId, site]);
