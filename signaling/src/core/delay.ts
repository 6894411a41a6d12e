// How long a packet takes from one node to another: what the plan says of the pair (measured, by the way in use), else an estimate by distance.
import type { Fleet } from './fleet.ts';

const earthRadiusKm = 6371;
/** Light in fibre takes 5 µs per km, and cables are about twice as long as the great circle. */
const msPerKm = 0.01;
const sameHostMs = 0.1;
const lastMileMs = 1;
/** Between nodes of which one is not known: farther than anything on earth, so that it is never preferred. */
const unknownMs = 300;

/** One way, in ms. */
export function delayBetween(fleet: Fleet, from: string, to: string): number {
  const [a, b] = [fleet.get(from), fleet.get(to)];
  if (a === undefined || b === undefined) return unknownMs;
  if (a.hostId === b.hostId) return sameHostMs;
  return a.delaysMs?.get(to) ?? b.delaysMs?.get(from) ?? lastMileMs + distanceKm(a, b) * msPerKm;
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Great circle, haversine form. */
function distanceKm(a: Point, b: Point): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const halfLatitude = Math.sin(rad(b.latitude - a.latitude) / 2);
  const halfLongitude = Math.sin(rad(b.longitude - a.longitude) / 2);
  const h = halfLatitude ** 2 + Math.cos(rad(a.latitude)) * Math.cos(rad(b.latitude)) * halfLongitude ** 2;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(h)));
}
