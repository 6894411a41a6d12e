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
/** People for every seat: enough that a neighbourhood is never used up by its rooms. */
const USERS_PER_SEAT = 10;
/** Sessions of other people of the prefix after which the first pick must be right. */
const SESSIONS_BEFORE = 3;
/** Sessions of a busy prefix in an hour, during which learnt places must not be lost again. */
const SESSIONS_MANY = 40;

export function simulate(options: SimOptions, say: Say): SimRun {
  const placed = runPlacement(options, say);
  const { world, run, violations } = placed;
  // Learning of prefixes does not depend on time.
  const learnt = run.isTogether ? learntOf(run, world) : {};
  const metrics = { ours: { ...metricsOf(run, world), ...learnt } };
  return { ...placed, result: { params: paramsOf(options, world), metrics, missed: [...violations] } };
}

/**
 * Runs the policy and reports only violations. `like`: the world of an earlier run, whose planned routes are reused if
 * the links are equal.
 */
export function runPlacement(options: SimOptions, say: Say, like?: World): PlacedRun {
  const rng = seededRng(options.seed);
  const geography = geographyOf(options, rng);
  const world = worldOf(geography, options, rng, like);
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

/** Makes the world of these options; refuses data with too few sites. */
function worldOf(geography: Geography, options: SimOptions, rng: Rng, like?: World): World {
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
    like,
  );
}

/** Returns the first picks after a prefix has learnt; empty for strategies that do not learn. */
export function learntOf(run: StrategyRun, world: World): Metrics {
  const after3 = ingressOverShareAfter(run, world, SESSIONS_BEFORE);
  if (after3 === undefined) return {};
  return {
    ingressOver10MsShareAfter3: after3,
    // Without earlier sessions of the prefix, and without timings of the newcomer: a page that joins at once.
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
    ...(options.arrivals === 'trickle' ? trickleOf(options) : {}),
    ...(options.utilisation === undefined ? {} : { utilisation: options.utilisation }),
    seed: options.seed,
  };
}

function trickleOf({ arrivalMeanS, absencesPerHour, leaveEarly }: SimOptions): LabResult['params'] {
  return { arrivalMeanS, absencesPerHour, leaveEarly };
}
