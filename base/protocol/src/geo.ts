// Distance on the Earth and the time it suggests. Everything that ranks places by nearness goes through here: centre
// and signaling nodes must guess alike.

export interface Point {
  readonly latitude: number; // degrees, north positive
  readonly longitude: number; // degrees, east positive
}

/** Nodes of one site: nothing is gained by the nearer one, and viewers of the same thing share what it has. */
export const SITE_KM = 100;
/** Mean Earth radius (IUGG R1). */
const EARTH_RADIUS_KM = 6371.0088;
/** Half of the Earth's circumference: no two places are farther apart, and a radius this large says "anywhere". */
export const ANYWHERE_KM = 20_015;

// A straight line through measured round-trip times between 246 cities (60,000 pairs, July 2020), the one with the
// least median relative error (16 %). Cables do not follow great circles; the order of candidates is what this is for,
// probes replace the number.
const RTT_BASE_MS = 14;
const RTT_MS_PER_KM = 0.0155;

/** Light in glass. */
const FIBRE_KM_PER_MS = 200;
/**
 * Cables do not follow great circles: the median of 30,000 pairs of cities (WonderProxy, July 2020) is this much over
 * light in glass.
 */
const STRETCH = 1.98;
/** Two machines of one city: half a millisecond each way. */
const CITY_ONEWAY_MS = 0.5;

/** Whether both numbers are finite and within ±90 and ±180 degrees. */
export function isPoint(point: Point): boolean {
  return Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180;
}

/** Great-circle distance in km (haversine form, exact enough down to metres and stable for antipodes). */
export function distanceKm(a: Point, b: Point): number {
  const sinLatitude = Math.sin(radians(b.latitude - a.latitude) / 2);
  const sinLongitude = Math.sin(radians(b.longitude - a.longitude) / 2);
  const chord = sinLatitude ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * sinLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Round-trip time in ms that a distance suggests, last mile included. */
export function estimatedRttMs(distance: number): number {
  return RTT_BASE_MS + RTT_MS_PER_KM * distance;
}

/**
 * One way between hosts in ms, by distance alone: great circle × stretch, and over some 3,000 km, where stretch falls,
 * half of what the line through measured round trips says (it holds a last mile that hosts do not have, so it is the
 * upper bound). Concave: no detour looks shorter.
 */
export function guessedOnewayMs(a: Point, b: Point): number {
  const distance = distanceKm(a, b);
  return Math.min(CITY_ONEWAY_MS + (distance / FIBRE_KM_PER_MS) * STRETCH, estimatedRttMs(distance) / 2);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
