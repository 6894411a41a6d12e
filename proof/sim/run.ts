// Runs the shipped policy on a world and reports the result.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cities as knownCities } from '@meridian/protocol/cities';
import { type Rng, seededRng } from '@meridian/runtime';
import type { LabResult, Metrics, Say } from '../support/case.ts';
import { type Meeting, meetingsOf } from './arrivals.ts';
import { builtInGeography, type Geography, readGeography } from './geography.ts';
import { ingressOverShareAfter, metricsOf, violationsOf } from './judge.ts';
import { type SimOptions, UsageError } from './options.ts';
import { ours } from './strategies/ours.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';
import { makeWorld, type World } from './world.ts';

export interface PlacedRun {
  readonly world: World;
  readonly run: StrategyRun;
  readonly meetings: readonly Meeting[];
  readonly violations: readonly string[];
}

export interface SimRun extends PlacedRun {
  readonly result: LabResult;
}

const CITIES_DEFAULT = 40;
const SIZE = 5;
/** People in the world per seat: enough that rooms never use up the people of a neighbourhood. */
const USERS_PER_SEAT = 10;
/** Sessions of other people of a prefix after which the first host must be a good one. */
const SESSIONS_BEFORE = 3;
/** Sessions of a busy prefix in an hour, after which the centre must still know what it has learnt. */
const SESSIONS_MANY = 40;

export function simulate(options: SimOptions, say: Say): SimRun {
  const placed = runPlacement(options, say);
  const { world, run, violations } = placed;
  // Learning of prefixes does not depend on time.
  const learnt = run.isTogether ? learningFigures(run, world) : {};
  const metrics = { ours: { ...metricsOf(run, world), ...learnt } };
  return { ...placed, result: { params: paramsOf(options, world), metrics, missed: [...violations] } };
}

/** Runs the policy without metrics. Reuses the routes of `similarWorld`, an earlier world, if its links are equal. */
export function runPlacement(options: SimOptions, say: Say, similarWorld?: World): PlacedRun {
  const rng = seededRng(options.seed);
  const geography = geographyOf(options, rng);
  const world = worldOf(geography, options, rng, similarWorld);
  say(
    `world: ${geography.source}; ${world.rooms.length} rooms of ${SIZE}, ${world.hosts.length} hosts in ${world.cities.length} cities`,
  );
  for (const note of geography.notes) say(`data: ${note}`);
  const meetings = meetingsOf(world.rooms.length, SIZE, options, rng.fork('meetings'));
  const run = runStrategy(ours, { world, meetings, rng: rng.fork('strategies') });
  return { world, meetings, run, violations: violationsOf(run) };
}

function geographyOf({ rtt }: SimOptions, rng: Rng): Geography {
  if (rtt === undefined) {
    const places = knownCities.map(({ nameEn, latitude, longitude }) => ({
      label: nameEn,
      latitude,
      longitude,
      people: 1,
    }));
    return builtInGeography(places, rng.fork('geography'));
  }
  try {
    return readGeography(textOf(rtt, 'sites.csv'), textOf(rtt, 'rtt.csv'), `Measured round trips (${basename(rtt)})`);
  } catch (error) {
    throw new UsageError(`--rtt ${rtt}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function textOf(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

/** Returns the world of these options. Throws UsageError for data with too few sites. */
function worldOf(geography: Geography, options: SimOptions, rng: Rng, similarWorld?: World): World {
  const sites = geography.sites.length;
  const cities = options.cities ?? Math.min(CITIES_DEFAULT, sites, options.nodes);
  if (sites < 2) throw new UsageError(`the data has ${sites} usable sites, a world needs 2`);
  if (cities > sites) throw new UsageError(`--cities ${cities}, but there are ${sites} sites`);
  const { nodes, rooms, utilisation } = options;
  const users = rooms * SIZE * USERS_PER_SEAT;
  const size = SIZE;
  return makeWorld(
    geography,
    { nodes, cities, rooms, size, users, geoErrors: true, utilisation },
    rng.fork('world'),
    similarWorld,
  );
}

/** Returns how good first hosts are after sessions of the same prefix; empty for strategies that do not learn. */
export function learningFigures(run: StrategyRun, world: World): Metrics {
  const after3 = ingressOverShareAfter(run, world, SESSIONS_BEFORE);
  if (after3 === undefined) return {};
  return {
    ingressOver10MsShareAfter3: after3,
    // This is the share for a page that joins at once: no earlier session of its prefix, and no timings of its own.
    ingressOver10MsShareUntimed: ingressOverShareAfter(run, world, 0) ?? Number.NaN,
    ingressOver10MsShareAfter40: ingressOverShareAfter(run, world, SESSIONS_MANY) ?? Number.NaN,
  };
}

function paramsOf(options: SimOptions, world: World): LabResult['params'] {
  const { geography, hosts, cities, rooms } = world;
  return {
    geography: geography.source,
    dataNotes: geography.notes.join('; '),
    nodes: hosts.length,
    cities: cities.length,
    rooms: rooms.length,
    size: SIZE,
    arrivals: options.arrivals,
    meetingMedianMin: options.meetingMedianMin,
    ...(options.arrivals === 'trickle' ? trickleParams(options) : {}),
    ...(options.utilisation === undefined ? {} : { utilisation: options.utilisation }),
    seed: options.seed,
  };
}

function trickleParams({ arrivalMeanS, absencesPerHour, leaveEarly }: SimOptions): LabResult['params'] {
  return { arrivalMeanS, absencesPerHour, leaveEarly };
}
