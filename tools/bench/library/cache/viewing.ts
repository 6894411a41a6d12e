// What people watch and for how long, as libraries of videos see it. Pure: randomness is an argument.
import type { Rng } from '@meridian/runtime';

/**
 * Half of all viewers leave in ten minutes and seven of ten in twenty, of a library with 150,000 of them a day (Yu,
 * Zheng, Zhao, Zheng: Understanding user behavior in large-scale video-on-demand systems, 2006). A log-normal
 * distribution with these two says that a third leaves in five; there they were 37 %.
 */
const STAY_MEDIAN_MS = 9.5 * 60_000;
const STAY_SIGMA = 1.4;
/** The length of what is watched. */
export const STAY_MS_MAX = 2 * 3_600_000;

/**
 * Draws one of `count` contents, 0 to `count - 1`: the first is the most popular, that of rank r has a share in
 * proportion to r^-`exponent` (Zipf's law). Throws a RangeError for what is no such law.
 */
export function zipf(count: number, exponent: number): (rng: Pick<Rng, 'next'>) => number {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${count} contents`);
  if (!Number.isFinite(exponent) || exponent < 0) throw new RangeError(`exponent ${exponent}`);
  const upTo: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += rank ** -exponent;
    upTo.push(sum);
  }
  return (rng) => {
    const drawn = rng.next() * sum;
    let [from, to] = [0, count - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((upTo[middle] ?? sum) > drawn) to = middle;
      else from = middle + 1;
    }
    return from;
  };
}

/** How long one viewer stays, in ms. */
export function stayMs(rng: Pick<Rng, 'next'>): number {
  return Math.min(STAY_MS_MAX, STAY_MEDIAN_MS * Math.exp(STAY_SIGMA * normal(rng)));
}

/** Until the next one of those who come `perS` a second, in ms, when none knows of another. */
export const untilNextMs = (rng: Pick<Rng, 'next'>, perS: number): number => (-Math.log(1 - rng.next()) / perS) * 1000;

/** Of mean 0 and deviation 1 (Box and Muller). */
function normal(rng: Pick<Rng, 'next'>): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.next()));
  return radius * Math.cos(2 * Math.PI * rng.next());
}

/** Mean of `stayMs`, by so many draws. */
export function meanStayMs(rng: Pick<Rng, 'next'>, draws = 20_000): number {
  let sum = 0;
  for (let at = 0; at < draws; at += 1) sum += stayMs(rng);
  return sum / draws;
}
