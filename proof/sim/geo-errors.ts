// Models an IP database's answer for a client at a place. The errors follow "Lost in the Prefix" (arXiv 2605.21937:
// median error of fixed lines 3–16 km, of mobile ones 179–207 km; failures in Europe 9–20 %, Asia 53–61 %, Africa
// 66–72 %) and the databases' own claims (country right for 99.8 %, read at Wikimedia; RIR and database disagree on 5 %
// of IPv4). Some figures are not published, so they are assumed: half of all clients are mobile; a failure is an answer
// more than 40 km off, since databases call 40 km right; one answer in 200 is in a wrong country.

import { distanceKm, type Point } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { gaussian } from './geography.ts';

export interface DatabaseAnswer extends Point {
  /** Radius that the database claims, which is not the error. */
  readonly radiusKm: number;
}

const MOBILE_SHARE = 0.5;
const WRONG_COUNTRY_SHARE = 0.005;
const RIGHT_WITHIN_KM = 40;
const FIXED = { medianKm: 10, sigma: 0.8, radiusKm: 20 };
const MOBILE = { medianKm: 190, sigma: 1, radiusKm: 200 };
/** Share of failures on fixed lines by continent: the middle of the published range. */
const FAILURE = { europe: 0.15, asia: 0.57, africa: 0.69, elsewhere: 0.2 } as const;

/** Draws the answer for a client at `truth`; `anywhere` draws a place in a wrong country. */
export function databaseAnswer(truth: Point, rng: Rng, anywhere: () => Point): DatabaseAnswer {
  const isMobile = rng.next() < MOBILE_SHARE;
  const claim = isMobile ? MOBILE.radiusKm : FIXED.radiusKm;
  if (rng.next() < WRONG_COUNTRY_SHARE) {
    const { latitude, longitude } = anywhere();
    return { latitude, longitude, radiusKm: claim };
  }
  const isFailure = isMobile || rng.next() < FAILURE[continentOf(truth)];
  const errorKm = isFailure ? logNormal(MOBILE, rng) : Math.min(RIGHT_WITHIN_KM, logNormal(FIXED, rng));
  return { ...shifted(truth, errorKm, 2 * Math.PI * rng.next()), radiusKm: claim };
}

/** Returns the continent by boxes, which are rough but less so than the error rates. */
function continentOf({ latitude, longitude }: Point): keyof typeof FAILURE {
  if (latitude >= 36 && longitude >= -25 && longitude < 45) return 'europe';
  if (latitude < 36 && longitude >= -18 && longitude < (latitude > 12 ? 34 : 52)) return 'africa';
  if (latitude >= -11 && (longitude >= 34 || longitude < -169)) return 'asia';
  return 'elsewhere';
}

function shifted(from: Point, km: number, direction: number): Point {
  const angle = km / 6371.0088;
  const latitude = (from.latitude * Math.PI) / 180;
  const sin = Math.sin(latitude) * Math.cos(angle) + Math.cos(latitude) * Math.sin(angle) * Math.cos(direction);
  const y = Math.sin(direction) * Math.sin(angle) * Math.cos(latitude);
  const east = Math.atan2(y, Math.cos(angle) - Math.sin(latitude) * sin);
  const longitude = ((((from.longitude + (east * 180) / Math.PI + 180) % 360) + 360) % 360) - 180;
  return { latitude: (Math.asin(Math.max(-1, Math.min(1, sin))) * 180) / Math.PI, longitude };
}

export const errorKm = (truth: Point, answer: Point): number => distanceKm(truth, answer);

const logNormal = (o: { medianKm: number; sigma: number }, rng: Rng): number =>
  o.medianKm * Math.exp(o.sigma * gaussian(rng));
