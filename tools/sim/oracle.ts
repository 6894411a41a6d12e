// The best there is, for comparison: every participant at any city, true round trips, best path with at most one relay,
// no load. Works on cities: two hosts of one city are never better than one. Total = Σ over pairs of (access + access)
// / 2 + delay between cities. Rooms up to 6 are solved exactly by branch and bound; larger ones by local search from
// many starts, with a lower bound beside it. It shares no arithmetic with the strategies or the
// scheduler's core, so neither can hide the other's mistake.
import type { Room, World } from './world.ts';

export interface OracleAnswer {
  /** City of each participant. */
  readonly cities: readonly number[];
  /** Sum of one-way delays over all pairs, in ms. */
  readonly totalMs: number;
  readonly isExact: boolean;
  /** No assignment is better than this; equals totalMs when exact. */
  readonly lowerBoundMs: number;
}

/** Rooms up to this size are solved exactly. */
export const EXACT_SIZE_MAX = 6;
/**
 * Search nodes of one room; a thousand times what rooms of six need. Reached: the room's answer is not exact, and says
 * so.
 */
const NODES_MAX = 5_000_000;
const EPSILON_MS = 1e-9;

/** Delay between cities, both SFUs included, by the model's rule: 1 ms per SFU, 1 ms per relay, at most one relay. */
export function cityDelays(world: World): Float64Array {
  const count = world.cities.length;
  const half = world.cityRttMs.map((rttMs) => rttMs / 2);
  const delayMs = new Float64Array(count * count);
  for (let a = 0; a < count; a += 1) {
    for (let b = 0; b < count; b += 1) {
      let ms = half[a * count + b] ?? Number.NaN;
      for (let relay = 0; relay < count; relay += 1) {
        const relayedMs = (half[a * count + relay] ?? 0) + 1 + (half[relay * count + b] ?? 0);
        if (a !== b && relay !== a && relay !== b && relayedMs < ms) ms = relayedMs;
      }
      delayMs[a * count + b] = a === b ? 1 : ms + 2;
    }
  }
  return delayMs;
}

export class Oracle {
  readonly #count: number;
  readonly #delay: Float64Array;
  /** The most that being in city a instead of b can cost towards any person. */
  readonly #excess: Float64Array;

  constructor(world: World) {
    const count = world.cities.length;
    this.#count = count;
    this.#delay = cityDelays(world);
    this.#excess = new Float64Array(count * count);
    for (let a = 0; a < count; a += 1) {
      for (let b = 0; b < count; b += 1) {
        let most = Number.NEGATIVE_INFINITY;
        for (let x = 0; x < count; x += 1) most = Math.max(most, this.#d(a, x) - this.#d(b, x));
        this.#excess[a * count + b] = most;
      }
    }
  }

  /** `isHelped` false: branch and bound starts from nothing, so that a test sees it find the answer by itself. */
  solve(room: Room, isHelped = true): OracleAnswer {
    const halves = room.people.map((person) => person.trueRttMs.map((rttMs) => rttMs / 2));
    const candidates = halves.map((half) => this.#worthTrying(half, halves.length - 1));
    const pairBounds = this.#pairBounds(halves, candidates);
    const start = this.#localSearch(halves, candidates);
    if (halves.length > EXACT_SIZE_MAX) {
      const lowerBoundMs = pairBounds.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
      return { ...start, isExact: false, lowerBoundMs };
    }
    const nothing = { cities: start.cities, totalMs: Number.POSITIVE_INFINITY };
    return this.#branchAndBound(halves, candidates, pairBounds, isHelped ? start : nothing);
  }

  /** The local search alone, for measuring its gap where the exact answer is known. */
  searchOnly(room: Room): number {
    const halves = room.people.map((person) => person.trueRttMs.map((rttMs) => rttMs / 2));
    return this.#localSearch(
      halves,
      halves.map((half) => this.#worthTrying(half, halves.length - 1)),
    ).totalMs;
  }

  #d(a: number, b: number): number {
    return this.#delay[a * this.#count + b] ?? Number.NaN;
  }

  /** A city is left out when another is better for this participant wherever the others are. */
  #worthTrying(half: Float64Array, others: number): number[] {
    if (others === 0) return [half.indexOf(Math.min(...half))];
    const all = [...half.keys()];
    const isBeaten = (city: number): boolean =>
      all.some(
        (other) =>
          (half[other] ?? 0) + (this.#excess[other * this.#count + city] ?? 0) < (half[city] ?? 0) - EPSILON_MS,
      );
    return all.filter((city) => !isBeaten(city));
  }

  /** Least delay of each pair by itself (row < column holds it, elsewhere 0). */
  #pairBounds(halves: readonly Float64Array[], candidates: readonly number[][]): number[][] {
    return halves.map((_, p) =>
      halves.map((_, q) => {
        if (q <= p) return 0;
        let least = Number.POSITIVE_INFINITY;
        for (const a of candidates[p] ?? []) {
          for (const b of candidates[q] ?? [])
            least = Math.min(least, (halves[p]?.[a] ?? 0) + (halves[q]?.[b] ?? 0) + this.#d(a, b));
        }
        return least;
      }),
    );
  }

  #total(halves: readonly Float64Array[], cities: readonly number[]): number {
    let sum = 0;
    for (const [p, city] of cities.entries()) {
      sum += (cities.length - 1) * (halves[p]?.[city] ?? 0);
      for (let q = 0; q < p; q += 1) sum += this.#d(city, cities[q] ?? 0);
    }
    return sum;
  }

  /** Steepest descent by single moves, from everybody's nearest city and from everybody in one city, for each city. */
  #localSearch(
    halves: readonly Float64Array[],
    candidates: readonly number[][],
  ): { cities: number[]; totalMs: number } {
    const nearest = halves.map((half) => half.indexOf(Math.min(...half)));
    const together = [...new Set(candidates.flat())].map((city) => halves.map(() => city));
    let best = { cities: nearest, totalMs: Number.POSITIVE_INFINITY };
    for (const start of [nearest, ...together]) {
      const cities = this.#descend(halves, candidates, [...start]);
      const totalMs = this.#total(halves, cities);
      if (totalMs < best.totalMs) best = { cities, totalMs };
    }
    return best;
  }

  #descend(halves: readonly Float64Array[], candidates: readonly number[][], cities: number[]): number[] {
    const share = (p: number, city: number): number => {
      let sum = (cities.length - 1) * (halves[p]?.[city] ?? 0);
      for (let q = 0; q < cities.length; q += 1) if (q !== p) sum += this.#d(city, cities[q] ?? 0);
      return sum;
    };
    for (;;) {
      let best = { gainMs: EPSILON_MS, p: -1, city: -1 };
      for (const p of cities.keys()) {
        const presentMs = share(p, cities[p] ?? 0);
        for (const city of candidates[p] ?? []) {
          const gainMs = presentMs - share(p, city);
          if (gainMs > best.gainMs) best = { gainMs, p, city };
        }
      }
      if (best.p < 0) return cities;
      cities[best.p] = best.city;
    }
  }

  /**
   * Depth first over participants. Bound of a partial assignment: pairs inside it exactly; each open participant's
   * pairs with it at the one city best for them together; pairs of open participants at the least each pair can have
   * alone.
   */
  #branchAndBound(
    halves: readonly Float64Array[],
    candidates: readonly number[][],
    pairBounds: readonly number[][],
    start: { cities: number[]; totalMs: number },
  ): OracleAnswer {
    const size = halves.length;
    let best = start;
    let nodes = 0;
    const chosen: number[] = [];
    // toPlaced[p][c]: what p at city c has with those already placed.
    const openPairsMs = (from: number): number => {
      let sum = 0;
      for (let p = from; p < size; p += 1) for (let q = p + 1; q < size; q += 1) sum += pairBounds[p]?.[q] ?? 0;
      return sum;
    };
    const openMs = Array.from({ length: size + 1 }, (_, from) => openPairsMs(from));
    const visit = (toPlaced: readonly Float64Array[], insideMs: number): void => {
      const depth = chosen.length;
      if (depth === size) {
        if (insideMs < best.totalMs - EPSILON_MS) best = { cities: [...chosen], totalMs: insideMs };
        return;
      }
      const own = toPlaced[depth] ?? new Float64Array(0);
      const order = [...(candidates[depth] ?? [])].sort((a, b) => (own[a] ?? 0) - (own[b] ?? 0));
      for (const city of order) {
        nodes += 1;
        if (nodes > NODES_MAX) return;
        const nextMs = insideMs + (own[city] ?? 0);
        const next = [...toPlaced];
        let bound = nextMs + (openMs[depth + 1] ?? 0);
        for (let p = depth + 1; p < size; p += 1) {
          const row = Float64Array.from(toPlaced[p] ?? []);
          const placedHalfMs = halves[depth]?.[city] ?? 0;
          let least = Number.POSITIVE_INFINITY;
          for (const c of candidates[p] ?? []) {
            row[c] = (row[c] ?? 0) + placedHalfMs + (halves[p]?.[c] ?? 0) + this.#d(city, c);
            least = Math.min(least, row[c] ?? 0);
          }
          next[p] = row;
          bound += least;
        }
        if (bound >= best.totalMs - EPSILON_MS) continue;
        chosen.push(city);
        visit(next, nextMs);
        chosen.pop();
      }
    };
    visit(
      halves.map(() => new Float64Array(this.#count)),
      0,
    );
    const isExact = nodes <= NODES_MAX;
    return { ...best, isExact, lowerBoundMs: isExact ? best.totalMs : (openMs[0] ?? 0) };
  }
}
