// The limits of light: a shorter round trip cannot have been measured.
import { distanceKm, type Point } from '@meridian/protocol';

/** Light in vacuum. */
const LIGHT_KM_PER_MS = 299.792_458;

/**
 * Round trips shorter than this are not believed: half of what light needs in vacuum. Half, because machines are not
 * exactly where they say they are (a city's centre, a country's); the hosts of one city may claim any round trip.
 */
export function fastestRttMs(a: Point, b: Point): number {
  return distanceKm(a, b) / LIGHT_KM_PER_MS;
}
