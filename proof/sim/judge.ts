// Measures a run on true round trips (delays.ts, tally.ts). Every pair of a room counts once, since both directions are
// equal. Delays are weighted by time, from the second join to the last leave, since people feel them before they reach
// their final hosts.
import type { Weighted } from './tally.ts';
import type { RoomRun, StrategyRun } from './timeline.ts';
import { type Streams, streamsOf, trafficOf } from './traffic.ts';
import type { Person, World } from './world.ts';

/** Metrics of a strategy; `--json` promises their names. */
interface StrategyMetrics {
  readonly onewayMsMean: number;
  readonly onewayMsP95: number;
  readonly shareUnder150Ms: number;
  readonly nodesPerRoom: number;
  /** Moves begun for any reason per room, including failed ones and those whose person left meanwhile. */
  readonly movesPerRoom: number;
  /** Moves per hour of presence of people who are not alone in their room. */
  readonly movesPerPersonHour: number;
  /** Moves per join or leave; leaves at the end of a meeting do not count. */
  readonly movesPerChange: number;
  /** Share of moves that return to the earlier city within five minutes. */
  readonly undoneShare: number;
  readonly ingressOver10MsShare: number;
  readonly relayedShare: number;
  readonly maxOverMeanLoad: number;
  readonly overLimitHosts: number;
}

const UNDER_MS = 150;
const INGRESS_OVER_MS = 10;
const HOUR_MS = 3_600_000;

export function metricsOf(run: StrategyRun, world: World): StrategyMetrics {
  const delays = delaysOf(run);
  const weight = sumOf(delays, (one) => one.weight);
  const rooms = run.rooms.length;
  const moves = sumOf(run.rooms, ({ tally }) => tally.moves);
  const traffic = trafficOf(streamsAtLast(run), (from, to) => run.running.via(from, to));
  const people = run.rooms.flatMap(({ room, firstHosts }) =>
    room.people.flatMap((person, at) => (firstHosts[at] === -1 ? [] : [{ person, host: firstHosts[at] ?? -1 }])),
  );
  const overLimit = people.filter(({ person, host }) => isOver(person, world.hosts[host]?.city ?? -1));
  return {
    onewayMsMean: sumOf(delays, (one) => one.ms * one.weight) / weight,
    onewayMsP95: weightedPercentile(delays, 0.95),
    shareUnder150Ms: sumOf(delays, ({ ms, weight: w }) => (ms < UNDER_MS ? w : 0)) / weight,
    nodesPerRoom: mean(run.rooms.map((row) => new Set(placedOf(row)).size)),
    movesPerRoom: moves / rooms,
    movesPerPersonHour: moves / (sumOf(run.rooms, ({ tally }) => tally.personMs) / HOUR_MS),
    movesPerChange: moves / sumOf(run.rooms, ({ tally }) => tally.changes),
    undoneShare: moves === 0 ? 0 : sumOf(run.rooms, ({ tally }) => tally.undone) / moves,
    ingressOver10MsShare: overLimit.length / people.length,
    relayedShare: traffic.between > 0 ? traffic.relayed / traffic.between : 0,
    maxOverMeanLoad: maxOverMean([...world.hosts.keys()].map((host) => run.fleet.utilisation(host))),
    overLimitHosts: run.peakUtilisation.filter((share) => share > 1).length,
  };
}

/** Returns the weighted delays of pairs: at the end if all come and leave together, otherwise over time. */
function delaysOf({ rooms, isTogether }: StrategyRun): Weighted[] {
  return rooms.flatMap(({ endMs, tally }) => (isTogether ? endMs.map((ms) => ({ ms, weight: 1 })) : tally.delays));
}

const placedOf = ({ hosts, firstHosts }: RoomRun): number[] => hosts.filter((_, at) => firstHosts[at] !== -1);

export function isOver(person: Person, city: number): boolean {
  return (person.trueRttMs[city] ?? Number.POSITIVE_INFINITY) - Math.min(...person.trueRttMs) > INGRESS_OVER_MS;
}

/**
 * Returns the share of people whose first host is a bad one after so many sessions of others of their prefix; undefined
 * if the strategy does not learn.
 */
export function ingressOverShareAfter(run: StrategyRun, world: World, sessions: number): number | undefined {
  const hosts = run.running.firstHostsAfter?.(sessions);
  if (hosts === undefined) return undefined;
  const flat = hosts.flat();
  const people = run.rooms.flatMap(({ room }) => room.people);
  const late = people.filter((person, at) => isOver(person, world.hosts[flat[at] ?? -1]?.city ?? -1));
  return late.length / people.length;
}

/** Returns the streams between the last hosts of all people who joined. */
export const streamsAtLast = ({ rooms }: Pick<StrategyRun, 'rooms'>): Streams => streamsOf(rooms.map(placedOf));

export function violationsOf(run: StrategyRun): string[] {
  const unknown = roomsWithoutDelay(run);
  if (unknown.length === 0) return [];
  return [
    `${unknown.length} rooms have no finite delay, first room ${unknown[0]}: a person is on no host, or nowhere near one`,
  ];
}

function roomsWithoutDelay({ rooms }: StrategyRun): number[] {
  return [...rooms.entries()].flatMap(([index, { tally }]) => (Number.isFinite(tally.delayMs2) ? [] : [index]));
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Returns the least value that covers this share of the weight; NaN for an empty list. */
function weightedPercentile(values: readonly Weighted[], share: number): number {
  const sorted = [...values].sort((a, b) => a.ms - b.ms);
  const all = sumOf(sorted, ({ weight }) => weight);
  let sum = 0;
  for (const { ms, weight } of sorted) {
    sum += weight;
    if (sum >= share * all) return ms;
  }
  return sorted.at(-1)?.ms ?? Number.NaN;
}

function sumOf<T>(rows: readonly T[], rowValue: (row: T) => number): number {
  let sum = 0;
  for (const row of rows) sum += rowValue(row);
  return sum;
}

const maxOverMean = (values: readonly number[]): number => Math.max(...values) / mean(values);
