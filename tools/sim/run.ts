// One run: the world, every strategy on it, the oracle beside them, and what follows from the comparison.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cities as knownCities } from '@meridian/protocol/cities';
import { type Rng, seededRng } from '@meridian/runtime';
import type { LabResult, Metrics, Say } from '../support/case.ts';
import { percentile } from '../support/case.ts';
import { type Meeting, meetingsOf } from './arrivals.ts';
import { Best } from './best.ts';
import { crossCheck, GAP_SHARE_MAX } from './cross-check.ts';
import { builtInGeography, type Geography, readGeography } from './geography.ts';
import { ingressOverShareAfter, mean, metricsOf, regretsOf, violationsOf } from './judge.ts';
import { type SimOptions, USERS_PER_SEAT, UsageError } from './options.ts';
import { cityDelays, EXACT_SIZE_MAX, Oracle, type OracleAnswer } from './oracle.ts';
import { routeFigures } from './route-figures.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';
import { makeWorld, type RoomKind, type World } from './world.ts';

/** The strategies of a run, each to its end. */
export interface StrategyRuns {
  readonly world: World;
  readonly runs: readonly StrategyRun[];
  readonly meetings: readonly Meeting[];
  /** Of the people present. Undefined without `--oracle`. */
  readonly best: Best | undefined;
  /** What must hold in every run and did not, in words. */
  readonly violations: readonly string[];
}

/** The same with everything that is reported of it. */
export interface SimRun extends StrategyRuns {
  readonly result: LabResult;
}

const CITIES_DEFAULT = 40;
/** Of other people of one's prefix, after which the first pick must be right. */
const SESSIONS_BEFORE = 3;
/** As many as a busy prefix has in an hour: what is learnt must not be lost again. */
const SESSIONS_MANY = 40;
/**
 * Rooms on which the local search is measured against the exact answer, when the run's own rooms are too large for one.
 */
const GAP_ROOMS = 100;

/** Runs everything the options ask for. Throws UsageError for data that cannot be used. */
export async function simulate(options: SimOptions, say: Say): Promise<SimRun> {
  const strategyRuns = runStrategies(options, say);
  const { world, runs, violations } = strategyRuns;
  const missed = [...violations];
  const metrics: Record<string, Metrics[string]> = {};
  for (const run of runs) metrics[run.strategy.name] = strategyMetrics(run, world, options);
  if (options.oracle)
    Object.assign(metrics, oracleMetrics(world, solveAll(world, say), options), { routes: routeFigures(world) });
  if (options.mix.size > 1) metrics['byKind'] = metricsByKind(runs, world, options.oracle);
  if (options.crossCheck > 0) {
    const check = await crossCheck(world, options.crossCheck, say);
    metrics['crossCheck'] = { rooms: check.rooms, gapShareMax: check.gapShareMax };
    if (check.gapShareMax > GAP_SHARE_MAX) missed.push(`oracle and integer program differ by ${check.gapShareMax}`);
  }
  return { ...strategyRuns, result: { params: paramsOf(options, world), metrics, missed } };
}

/**
 * Runs the strategies and reports nothing but what must hold. `like`: the world of a run before; routes that were
 * planned there hold here too, if the links are the same.
 */
export function runStrategies(options: SimOptions, say: Say, like?: World): StrategyRuns {
  const rng = seededRng(options.seed);
  const geography = geographyOf(options, rng);
  const world = worldOf(geography, options, rng, like);
  say(
    `world: ${geography.source}; ${world.rooms.length} rooms of ${options.size}, ${world.hosts.length} hosts in ${world.cities.length} cities`,
  );
  for (const note of geography.notes) say(`data: ${note}`);
  const meetings = meetingsOf(world.rooms.length, options.size, options, rng.fork('meetings'));
  const best = options.oracle ? new Best(world) : undefined;
  const runs = options.strategies.map((strategy) => {
    const run = runStrategy(strategy, { world, meetings, rng: rng.fork('strategies'), mode: options.mode, best });
    say(`${strategy.name}: done`);
    return run;
  });
  const violations = runs.flatMap((run) => violationsOf(run, best !== undefined));
  return { world, meetings, runs, best, violations };
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

/** The world of these options; refuses data with too few sites. */
function worldOf(geography: Geography, options: SimOptions, rng: Rng, like?: World): World {
  const sites = geography.sites.length;
  const cities = options.cities ?? Math.min(CITIES_DEFAULT, sites, options.nodes);
  if (sites < 2) throw new UsageError(`the data has ${sites} usable sites, a world needs 2`);
  if (cities > sites) throw new UsageError(`--cities ${cities}, but there are ${sites} sites`);
  const { nodes, rooms, size, mix, geoErrors, utilisation } = options;
  const users = options.users ?? rooms * size * USERS_PER_SEAT;
  return makeWorld(
    geography,
    { nodes, cities, rooms, size, users, mix, geoErrors, utilisation },
    rng.fork('world'),
    like,
  );
}

function solveAll(world: World, say: Say): OracleAnswer[] {
  const oracle = new Oracle(world);
  const answers = world.rooms.map((room) => oracle.solve(room));
  say(`oracle: ${answers.filter((answer) => answer.isExact).length} of ${answers.length} rooms exactly`);
  return answers;
}

function strategyMetrics(run: StrategyRun, world: World, { oracle }: SimOptions): Metrics {
  return {
    ...metricsOf(run, world),
    // What is learnt of prefixes has nothing to do with time.
    ...(run.isTogether ? learntOf(run, world) : {}),
    ...(oracle ? regretsOf(run) : {}),
  };
}

/** First picks by what a prefix has learnt; nothing of strategies that do not learn. */
export function learntOf(run: StrategyRun, world: World): Metrics {
  const after3 = ingressOverShareAfter(run, world, SESSIONS_BEFORE);
  if (after3 === undefined) return {};
  return {
    ingressOver10MsShareAfter3: after3,
    // No person of the prefix was there before, and the newcomer has timed nothing: a page that joins at once.
    ingressOver10MsShareUntimed: ingressOverShareAfter(run, world, 0) ?? Number.NaN,
    ingressOver10MsShareAfter40: ingressOverShareAfter(run, world, SESSIONS_MANY) ?? Number.NaN,
  };
}

function oracleMetrics(world: World, answers: readonly OracleAnswer[], { size, seed }: SimOptions): Metrics {
  const cityDelayMs = cityDelays(world);
  const delays = answers.flatMap((answer, index) => oraclePairs(world, index, answer, cityDelayMs));
  const isExact = answers.every((answer) => answer.isExact);
  const lower = answers.reduce((sum, answer) => sum + answer.lowerBoundMs, 0);
  const total = answers.reduce((sum, answer) => sum + answer.totalMs, 0);
  return {
    oracle: {
      // All people are present; figures of strategies are over time, with those present.
      fullRooms: {
        onewayMsMean: mean(delays),
        onewayMsP95: percentile(delays, 0.95),
        shareUnder150Ms: delays.filter((ms) => ms < 150).length / delays.length,
        nodesPerRoom: mean(answers.map((answer) => new Set(answer.cities).size)),
      },
      isExact,
      // Of the local search: what it can be off at most here (a loose bound), and what it is off where the truth is
      // known.
      ...(isExact ? {} : { gapShareMost: total / lower - 1, ...searchGap(world, size, seededRng(seed)) }),
    },
  };
}

/** Delay of every pair under the oracle's answer. */
function oraclePairs(world: World, index: number, answer: OracleAnswer, cityDelayMs: Float64Array): number[] {
  const people = world.rooms[index]?.people ?? [];
  const pairs: number[] = [];
  for (const [p, a] of answer.cities.entries()) {
    for (const [q, b] of answer.cities.slice(0, p).entries()) {
      const access = ((people[p]?.trueRttMs[a] ?? Number.NaN) + (people[q]?.trueRttMs[b] ?? Number.NaN)) / 2;
      pairs.push(access + (cityDelayMs[a * world.cities.length + b] ?? Number.NaN));
    }
  }
  return pairs;
}

/** The local search against the exact answer, on rooms cut down to a size that has one. */
function searchGap(world: World, size: number, rng: Rng): Metrics {
  const oracle = new Oracle(world);
  const own = rng.fork('gap');
  const rooms = world.rooms.slice(0, GAP_ROOMS).map((room) => {
    const from = own.int(Math.max(1, size - EXACT_SIZE_MAX + 1));
    return { ...room, people: room.people.slice(from, from + EXACT_SIZE_MAX) };
  });
  const gaps = rooms.map((room) => oracle.searchOnly(room) / oracle.solve(room).totalMs - 1);
  return { searchGapRooms: rooms.length, searchGapShareMean: mean(gaps), searchGapShareMax: Math.max(...gaps) };
}

function metricsByKind(runs: readonly StrategyRun[], world: World, hasOracle: boolean): Metrics {
  const kinds = new Set<RoomKind>(world.rooms.map((room) => room.kind));
  const byKind: Record<string, Metrics> = {};
  for (const kind of kinds) {
    const rows = runs.map((run): [string, Metrics] => {
      const part = { ...run, rooms: run.rooms.filter(({ room }) => room.kind === kind) };
      const { onewayMsMean, onewayMsP95, shareUnder150Ms, nodesPerRoom, movesPerRoom } = metricsOf(part, world);
      const regret = hasOracle ? { regretMean: regretsOf(part).regretMean } : {};
      return [run.strategy.name, { onewayMsMean, onewayMsP95, shareUnder150Ms, nodesPerRoom, movesPerRoom, ...regret }];
    });
    byKind[kind] = Object.fromEntries(rows);
  }
  return byKind;
}

function paramsOf(options: SimOptions, world: World): LabResult['params'] {
  const { geography, hosts, cities, rooms } = world;
  return {
    geography: geography.source,
    dataNotes: geography.notes.join('; '),
    nodes: hosts.length,
    cities: cities.length,
    rooms: rooms.length,
    size: options.size,
    users: options.users ?? rooms.length * options.size * USERS_PER_SEAT,
    mix: [...options.mix].map(([kind, weight]) => `${kind}:${weight}`).join(','),
    mode: options.mode,
    geoErrors: options.geoErrors,
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
