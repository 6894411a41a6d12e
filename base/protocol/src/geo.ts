// Estimates network delay from distance on the Earth. The centre and signaling nodes rank places by these functions, so
// that both estimate alike.

export interface Point {
  readonly latitude: number; // degrees, north positive
  readonly longitude: number; // degrees, east positive
}

/** Radius of a site: within it a nearer node gains nothing, and viewers of the same media share its tracks. */
export const SITE_KM = 100;
const EARTH_RADIUS_KM = 6371.0088;
/** Half of the Earth's circumference, so a radius of this size means anywhere. */
export const ANYWHERE_KM = 20_015;

// Line through measured round-trip times between 246 cities (60,000 pairs, July 2020) with the least median relative
// error (16 %). It serves only to order candidates; probes replace the number.
const RTT_BASE_MS = 14;
const RTT_MS_PER_KM = 0.0155;

const FIBRE_KM_PER_MS = 200;
/** Detour of cables against the great circle: median of 30,000 pairs of cities (WonderProxy, July 2020). */
const STRETCH = 1.98;
const CITY_ONEWAY_MS = 0.5;

export function isPoint(point: Point): boolean {
  return Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180;
}

/** Returns the great-circle distance in km (haversine form, exact down to metres and stable for antipodes). */
export function distanceKm(a: Point, b: Point): number {
  const sinLatitude = Math.sin(radians(b.latitude - a.latitude) / 2);
  const sinLongitude = Math.sin(radians(b.longitude - a.longitude) / 2);
  const chord = sinLatitude ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Returns the round-trip time in ms that a distance suggests, last mile included. */
export function estimatedRttMs(distance: number): number {
  return RTT_BASE_MS + RTT_MS_PER_KM * distance;
}

/**
 * Estimates the one-way delay between hosts in ms by distance: great circle × stretch, at most half of
 * `estimatedRttMs`. The bound applies above some 3,000 km, where cables stretch less; it includes a last mile, which
 * hosts do not have. The function is concave, so no detour looks shorter.
 */
export function guessedOnewayMs(a: Point, b: Point): number {
  const distance = distanceKm(a, b);
  return Math.min(CITY_ONEWAY_MS + (distance / FIBRE_KM_PER_MS) * STRETCH, estimatedRttMs(distance) / 2);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
