// Speed-of-light bound of round trips.
import { distanceKm, type Point } from '@meridian/protocol';

const LIGHT_KM_PER_MS = 299.792_458;

/**
 * Returns the shortest believable round trip: half the time that light needs in vacuum. Half, because machines are not
 * exactly where they claim to be (a city's centre, a country's); the hosts of a city may claim any round trip.
 */
export function fastestRttMs(a: Point, b: Point): number {
  return distanceKm(a, b) / LIGHT_KM_PER_MS;
}
