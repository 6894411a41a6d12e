// A count–min sketch (Cormode, Muthukrishnan: An improved data stream summary, 2005) with a half-life. Decay is forward
// (Cormode, Shkapenyuk, Srivastava, Xu, 2009): later counts weigh more, by 2 to the power of time / half-life, and an
// estimate is divided by the weight of its own time.

export interface SketchOptions {
  /** Columns: an estimate is above the truth by more than `e / width` of the total with probability `e ^ -depth`. */
  readonly width: number;
  readonly depth: number;
  readonly halfLifeMs: number;
  /** Seed of the hashes: keys that share a cell in one sketch do not share one in another. */
  readonly seed: number;
}

/** Keeps weights far below the largest double (2 ^ 1023) and counts far above the smallest (2 ^ -1074). */
const HALF_LIVES_MAX = 512;

/** Memory is `8 * width * depth` bytes, independent of the number of keys. */
export class DecayingSketch {
  readonly halfLifeMs: number;
  readonly #width: number;
  readonly #seeds: readonly number[];
  /** Rows in sequence, in weights relative to `#sinceMs`. */
  readonly #cells: Float64Array;
  #total = 0;
  /** Time at which the weight was 1. */
  #sinceMs: number | undefined;

  constructor({ width, depth, halfLifeMs, seed }: SketchOptions) {
    const isSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 1;
    if (!isSize(width) || !isSize(depth) || !(halfLifeMs > 0)) throw new RangeError('a sketch has sizes above 0');
    this.halfLifeMs = halfLifeMs;
    this.#width = width;
    this.#seeds = Array.from({ length: depth }, (_, row) => mixed(seed ^ Math.imul(row + 1, 0x9e37_79b9)));
    this.#cells = new Float64Array(width * depth);
  }

  get bytes(): number {
    return this.#cells.byteLength;
  }

  /** Counts the key once. In all methods `nowMs` never decreases. */
  add(key: string, nowMs: number): void {
    const weight = this.#weightAt(nowMs);
    this.#total += weight;
    for (const at of this.#cellsOf(key)) this.#cells[at] = (this.#cells[at] ?? 0) + weight;
  }

  /** Returns the decayed count of the key, or more, never less. */
  estimate(key: string, nowMs: number): number {
    const weight = this.#weightAt(nowMs); // may rescale cells
    return Math.min(...this.#cellsOf(key).map((at) => this.#cells[at] ?? 0)) / weight;
  }

  total(nowMs: number): number {
    const weight = this.#weightAt(nowMs);
    return this.#total / weight;
  }

  #cellsOf(key: string): number[] {
    return this.#seeds.map((seed, row) => row * this.#width + (hashOf(key, seed) % this.#width));
  }

  #weightAt(nowMs: number): number {
    this.#sinceMs ??= nowMs;
    const halfLives = Math.max(0, nowMs - this.#sinceMs) / this.halfLifeMs;
    if (halfLives <= HALF_LIVES_MAX) return 2 ** halfLives;
    this.#rescale(Math.floor(halfLives));
    return this.#weightAt(nowMs);
  }

  /** Scales by powers of two, which is exact; in two steps, since a double may hold the result but not the factor. */
  #rescale(halfLives: number): void {
    const [first, second] = [2 ** -Math.floor(halfLives / 2), 2 ** -Math.ceil(halfLives / 2)];
    for (const [at, cell] of this.#cells.entries()) this.#cells[at] = cell * first * second;
    this.#total *= first;
    this.#total *= second;
    this.#sinceMs = (this.#sinceMs ?? 0) + halfLives * this.halfLifeMs;
  }
}

function hashOf(key: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x0100_0193);
  return mixed(hash);
}

function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
