// The geography of the simulated world: sites with coordinates and population, and the round trip of every pair, from
// measurements (`readGeography`) or a model (`builtInGeography`). Every result names its source.

import { distanceKm, type Point } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { type CsvRow, numberIn, parseCsv } from './csv.ts';

export interface Site extends Point {
  readonly label: string;
  readonly people: number;
}

export interface Geography {
  readonly source: string;
  readonly sites: readonly Site[];
  /** Round trips in ms as a symmetric matrix, by site × number of sites + other site; 1 ms on the diagonal. */
  readonly rttMs: Float64Array;
  readonly notes: readonly string[];
}

export const INTRA_CITY_RTT_MS = 1;
/** Population up to which a city's influence grows; hosting and the Internet are less concentrated than people. */
const PEOPLE_MAX = 12_000_000;
/** Least share of measured pairs; a table with fewer is broken, or belongs to other sites. */
const MEASURED_SHARE_MIN = 0.05;
/** Least share of a site's pairs that must be measured. */
const PAIRS_SHARE_MIN = 0.9;
/**
 * Distance that light in fibre covers in a millisecond. Real round trips take about twice the time of the great circle
 * (median 1.98 on 30,000 measured pairs).
 */
export const FIBRE_KM_PER_MS = 200;
const STRETCH_MEDIAN = 1.95;
/** Deviation (σ) of the stretch's logarithm, with which the 90th percentile is 3.3 (measured: 3.47). */
const STRETCH_SIGMA = 0.4;
const MODEL_BASE_MS = 2;

export function modelRttMs(a: Point, b: Point, stretch = STRETCH_MEDIAN): number {
  return MODEL_BASE_MS + ((2 * distanceKm(a, b)) / FIBRE_KM_PER_MS) * stretch;
}

/**
 * Returns a modelled geography: round trips are great circle × stretch, with a log-normal stretch per pair. Relays help
 * as often as in measured data, but for other pairs.
 */
export function builtInGeography(places: readonly Site[], rng: Rng): Geography {
  const rttMs = new Float64Array(places.length ** 2).fill(INTRA_CITY_RTT_MS);
  for (const [i, a] of places.entries()) {
    for (const [j, b] of places.slice(0, i).entries()) {
      const value = modelRttMs(a, b, Math.max(1, STRETCH_MEDIAN * Math.exp(STRETCH_SIGMA * gaussian(rng))));
      rttMs[i * places.length + j] = value;
      rttMs[j * places.length + i] = value;
    }
  }
  const source = `Built-in model: great circle × stretch (median ${STRETCH_MEDIAN}), ${places.length} cities of equal weight`;
  return { source, sites: places, rttMs, notes: [] };
}

/** Draws a standard normal number (Box–Muller). */
export function gaussian(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** Columns of sites.csv (`SITE_COLUMNS`) and rtt.csv (`RTT_COLUMNS`). Other columns are ignored. */
export const SITE_COLUMNS = ['site', 'city', 'latitude', 'longitude', 'population'] as const;
export const RTT_COLUMNS = ['from', 'to', 'min_ms', 'avg_ms'] as const;

/**
 * Returns the geography of two tables. Corrects untidy data, and counts the corrections:
 * - sites without a place, named twice, or with less than 90 % of their pairs measured are left out;
 * - unknown populations become the median;
 * - of several figures for a pair, and of both directions, the smallest counts;
 * - a mean below its minimum becomes the minimum;
 * - a round trip faster than light in fibre is rejected;
 * - pairs without data come from the model.
 * Throws, with a text for users, if no site is usable, hardly a pair is measured, or a table is malformed.
 */
export function readGeography(sitesCsv: string, rttCsv: string, source: string): Geography {
  const notes: string[] = [];
  const note = (count: number, what: string): void => {
    if (count > 0) notes.push(`${count} ${what}`);
  };
  const sites = readSites(sitesCsv, note);
  if (sites.length === 0) throw new Error('sites.csv: no site with a valid place');
  const { rtts: measured, isSeen } = readRtts(rttCsv, sites, note);
  const keptIndices = wellMeasured(isSeen, sites.length);
  note(sites.length - keptIndices.length, 'sites with less than 90 % of their pairs measured, left out');
  const rttMs = new Float64Array(keptIndices.length ** 2);
  let modelled = 0;
  for (const [row, i] of keptIndices.entries()) {
    for (const [column, j] of keptIndices.entries()) {
      const shorterMs = Math.min(
        measured[i * sites.length + j] ?? Number.NaN,
        measured[j * sites.length + i] ?? Number.NaN,
      );
      const a = sites[i];
      const b = sites[j];
      if (a === undefined || b === undefined) throw new Error('kept sites exist');
      const isModelled = i !== j && shorterMs === Number.POSITIVE_INFINITY;
      if (isModelled && i < j) modelled += 1;
      rttMs[row * keptIndices.length + column] =
        i === j ? INTRA_CITY_RTT_MS : isModelled ? modelRttMs(a, b) : shorterMs;
    }
  }
  note(modelled, 'pairs without a round trip to believe in either direction, taken from the model');
  const keptSites = keptIndices.map((index) => sites[index]).filter((site) => site !== undefined);
  return { source, sites: keptSites, rttMs, notes };
}

type Note = (count: number, what: string) => void;

function readSites(text: string, note: Note): (Site & { readonly id: string })[] {
  const seenIds = new Set<string>();
  let [twice, nowhere, unknown] = [0, 0, 0];
  const rows: { id: string; label: string; latitude: number; longitude: number; people: number | undefined }[] = [];
  for (const row of parseCsv(text, SITE_COLUMNS, 'sites.csv')) {
    const id = row['site'] ?? '';
    const latitude = numberIn(row['latitude']) ?? Number.NaN;
    const longitude = numberIn(row['longitude']) ?? Number.NaN;
    const people = numberIn(row['population']);
    if (seenIds.has(id)) twice += 1;
    else if (id === '' || !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) nowhere += 1;
    else rows.push({ id, label: row['city'] || `site ${id}`, latitude, longitude, people: validPopulation(people) });
    seenIds.add(id);
  }
  const populations = rows.map((row) => row.people).filter((count) => count !== undefined);
  const median = populations.sort((a, b) => a - b)[populations.length >> 1] ?? 1;
  for (const row of rows) if (row.people === undefined) unknown += 1;
  note(twice, 'sites named twice, the first kept');
  note(nowhere, 'sites without a valid place, left out');
  note(unknown, `sites of unknown population, given the median ${median}`);
  return rows.map((row) => ({ ...row, people: Math.min(PEOPLE_MAX, row.people ?? median) }));
}

const validPopulation = (people: number | undefined): number | undefined =>
  people !== undefined && people > 0 ? people : undefined;

interface Measured {
  /** Smallest mean of each direction of a pair; Infinity without a credible figure. */
  readonly rtts: Float64Array;
  readonly isSeen: Uint8Array;
}

function readRtts(text: string, sites: readonly (Site & { readonly id: string })[], note: Note): Measured {
  const indexOf = new Map(sites.map(({ id }, index) => [id, index]));
  const rtts = new Float64Array(sites.length ** 2).fill(Number.POSITIVE_INFINITY);
  const isSeen = new Uint8Array(sites.length ** 2);
  let [unknownSites, broken, impossible, tooFast] = [0, 0, 0, 0];
  for (const row of parseCsv(text, RTT_COLUMNS, 'rtt.csv')) {
    const from = indexOf.get(row['from'] ?? '');
    const to = indexOf.get(row['to'] ?? '');
    const value = meanOf(row);
    if (from === undefined || to === undefined) unknownSites += 1;
    else if (value === undefined) broken += 1;
    else if (from !== to) {
      const at = from * sites.length + to;
      isSeen[at] = 1;
      if (value.isMended) impossible += 1;
      if (isFasterThanLight(sites[from], sites[to], value.ms)) tooFast += 1;
      else rtts[at] = Math.min(rtts[at] ?? 0, value.ms);
    }
  }
  note(unknownSites, 'round trips of unknown sites, ignored');
  note(broken, 'round trips that are no positive number, ignored');
  note(impossible, 'means below their minimum, raised to it');
  note(tooFast, 'round trips faster than light in fibre between their sites, not believed');
  const directions = isSeen.reduce((sum, seen) => sum + seen, 0);
  const all = sites.length * (sites.length - 1);
  if (directions < MEASURED_SHARE_MIN * all)
    throw new Error(`rtt.csv: ${directions} of ${all} round trips between the sites, at least 5 % are needed`);
  return { rtts, isSeen };
}

function isFasterThanLight(a: Point | undefined, b: Point | undefined, rttMs: number): boolean {
  return a !== undefined && b !== undefined && (rttMs / 2) * FIBRE_KM_PER_MS < distanceKm(a, b);
}

function meanOf(row: CsvRow): { ms: number; isMended: boolean } | undefined {
  const averageMs = numberIn(row['avg_ms']);
  const leastMs = numberIn(row['min_ms']);
  if (averageMs === undefined || averageMs <= 0) return undefined;
  const isMended = leastMs !== undefined && leastMs > averageMs;
  return { ms: isMended ? leastMs : averageMs, isMended };
}

/** Returns the sites that remain after the worst measured one is removed until all have 90 % of their pairs. */
function wellMeasured(isSeen: Uint8Array, count: number): number[] {
  let kept = Array.from({ length: count }, (_, index) => index);
  const isMeasured = (i: number, j: number): boolean => isSeen[i * count + j] === 1 || isSeen[j * count + i] === 1;
  while (kept.length > 1) {
    const pairs = kept.map((i) => kept.filter((j) => j !== i && isMeasured(i, j)).length);
    const least = Math.min(...pairs);
    if (least >= PAIRS_SHARE_MIN * (kept.length - 1)) break;
    kept = kept.filter((_, position) => position !== pairs.lastIndexOf(least));
  }
  return kept;
}
