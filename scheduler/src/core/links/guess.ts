// What a link is taken to be before anybody has measured it, and what nobody can have measured.
import { distanceKm, estimatedRttMs, type Point } from '../geo.ts';

/** Light in glass. */
const FIBRE_KM_PER_MS = 200;
/** Light in vacuum. */
const LIGHT_KM_PER_MS = 299.792_458;
/** Cables do not follow great circles: the median of 30,000 pairs of cities (WonderProxy, July 2020) is this much over light in glass. */
export const STRETCH = 1.98;
/** Two machines of one city: half a millisecond each way. */
const CITY_ONEWAY_MS = 0.5;

/**
 * One way in ms, by distance alone: great circle × stretch, and over some 3,000 km, where stretch falls, half of what the line through measured
 * round trips says (geo.ts; it holds a last mile that hosts do not have, so it is the upper bound). Concave: no detour looks shorter.
 */
export function guessedOnewayMs(a: Point, b: Point): number {
  const distance = distanceKm(a, b);
  return Math.min(CITY_ONEWAY_MS + (distance / FIBRE_KM_PER_MS) * STRETCH, estimatedRttMs(distance) / 2);
}

/**
 * Round trips shorter than this are not believed: half of what light needs in vacuum. Half, because machines are not exactly where they say
 * they are (a city's centre, a country's); the hosts of one city may claim any round trip.
 */
export function fastestRttMs(a: Point, b: Point): number {
  return distanceKm(a, b) / LIGHT_KM_PER_MS;
}
