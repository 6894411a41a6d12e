// A count–min sketch (Cormode, Muthukrishnan: An improved data stream summary, 2005) whose counts halve with time.
// Decay is forward (Cormode, Shkapenyuk, Srivastava, Xu, 2009): what comes later weighs more, by 2 to the power of
// time / half-life, and an estimate is divided by the weight of its own time. Nothing has to be done as time passes.

export interface SketchOptions {
  /** Columns of a row: an estimate is too high by more than `e / width` of the total with probability `e ^ -depth`. */
  readonly width: number;
  /** Rows. */
  readonly depth: number;
  readonly halfLifeMs: number;
  /** Chooses the hashes: what shares a cell in one sketch does not in another. */
  readonly seed: number;
}

/** Weights stay far below what a double holds (2 ^ 1023), and counts far above its smallest (2 ^ -1074). */
const HALF_LIVES_MAX = 512;

/** Memory is `8 * width * depth` bytes, whatever is counted. */
export class DecayingSketch {
  readonly halfLifeMs: number;
  readonly #width: number;
  readonly #seeds: readonly number[];
  /** Row after row, in weights of `#sinceMs`. */
  readonly #cells: Float64Array;
  #total = 0;
  /** When weights were 1. */
  #sinceMs: number | undefined;

  /** Throws a RangeError for sizes below 1. */
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

  /** Counts one more of the key. Here and below, `nowMs` never goes back. */
  add(key: string, nowMs: number): void {
    const weight = this.#weightAt(nowMs);
    this.#total += weight;
    for (const at of this.#cellsOf(key)) this.#cells[at] = (this.#cells[at] ?? 0) + weight;
  }

  /** How many of the key there were, each half of it for every half-life since. Never less than that. */
  estimate(key: string, nowMs: number): number {
    const weight = this.#weightAt(nowMs); // which may rescale cells
    return Math.min(...this.#cellsOf(key).map((at) => this.#cells[at] ?? 0)) / weight;
  }

  /** Of all keys: exact. */
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

  /** By powers of two, so that nothing is rounded; in two steps, as a double may hold the result and not the factor. */
  #rescale(halfLives: number): void {
    const [first, second] = [2 ** -Math.floor(halfLives / 2), 2 ** -Math.ceil(halfLives / 2)];
    for (const [at, cell] of this.#cells.entries()) this.#cells[at] = cell * first * second;
    this.#total *= first;
    this.#total *= second;
    this.#sinceMs = (this.#sinceMs ?? 0) + halfLives * this.halfLifeMs;
  }
}

/** FNV-1a from the seed on, mixed at the end, 32 bits. */
function hashOf(key: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x0100_0193);
  return mixed(hash);
}

/** The finaliser of MurmurHash3. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
