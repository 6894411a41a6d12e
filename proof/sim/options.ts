// The command line of `npm run sim`. Whatever cannot be honoured is refused with its reason; nothing is accepted and
// ignored.
import { HOSTS_MAX } from '@meridian/scheduler/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { countOption } from '../support/case.ts';
import { ARRIVAL_DEFAULTS, ARRIVALS, type ArrivalOptions } from './arrivals.ts';
import { ownSuites } from './faults/suites.ts';
import { RTT_COLUMNS, SITE_COLUMNS } from './geography.ts';
import type { Mode } from './strategies/strategy.ts';
import { ROOM_KINDS, type RoomKind } from './world.ts';

export interface SimOptions extends ArrivalOptions {
  readonly rtt?: string;
  readonly nodes: number;
  readonly cities?: number;
  readonly rooms: number;
  readonly size: number;
  readonly users?: number;
  readonly mix: ReadonlyMap<RoomKind, number>;
  readonly mode: Mode;
  readonly geoErrors: boolean;
  /** Seats by capacity; undefined: with much to spare. */
  readonly utilisation?: number;
  readonly seed: string;
  readonly suite?: 'table';
  readonly json: boolean;
  readonly record: boolean;
}

/** Refused input: the message says what is allowed. Exit code 2. */
export class UsageError extends Error {
  readonly code = 'SIM_USAGE';
}

/** Shares of room kinds when all are wanted (an assumption; each kind is reported for itself too). */
const MIX_WEIGHTS: Readonly<Record<RoomKind, number>> = { domestic: 70, regional: 20, global: 10 };
/** People there are for every seat, unless said: enough that a neighbourhood is never used up by its rooms. */
export const USERS_PER_SEAT = 10;
const USERS_MAX = 10_000_000;
const SIZE_MAX = 50;
const ROOMS_MAX = 100_000;

/** Adds the options; `read` turns what commander parsed into checked options. */
export function simCommand(): Command {
  return new Command('sim')
    .description('delay of rooms on a simulated world, placed by the code that ships')
    .allowExcessArguments(false)
    .option('--rtt <dir>', 'folder with sites.csv and rtt.csv (below); without it great circle × stretch')
    .option('--nodes <n>', `media hosts, at most ${HOSTS_MAX}`, countOption, 120)
    .option(
      '--cities <n>',
      'cities they stand in, at most --nodes (40, or all sites when there are fewer)',
      countOption,
    )
    .option('--rooms <n>', 'rooms that are live at once', countOption, 400)
    .option('--size <n>', `participants of a room, 2 to ${SIZE_MAX}`, countOption, 5)
    .option('--users <n>', `people there are (${USERS_PER_SEAT} for every seat)`, countOption)
    .option(
      '--mix <list>',
      'kinds of rooms with commas: domestic,regional,global (their weights: 70, 20, 10), or domestic:3,global:1 (default: global)',
      mixOption,
    )
    .addOption(
      new Option('--mode <mode>', 'how our rooms are routed').choices(['single', 'direct', 'relay']).default('relay'),
    )
    .addOption(
      new Option('--arrivals <kind>', 'which people are there when: see below')
        .choices(ARRIVALS)
        .default(ARRIVAL_DEFAULTS.arrivals),
    )
    .option('--arrival-mean-s <s>', 'trickle: mean of how late most people are', numberOption(0, 3600), 180)
    .option('--meeting-median-min <min>', 'median length of a meeting', numberOption(3, 240), 30)
    .option('--absences-per-hour <n>', 'trickle: of each person, after which they rejoin', numberOption(0, 60), 0.5)
    .option('--leave-early <share>', 'trickle: people who leave before the end', numberOption(0, 1), 0.2)
    .option('--utilisation <share>', 'seats by capacity of the fleet (much to spare)', numberOption(0.1, 0.95))
    .addOption(new Option('--geo-errors <on|off>', "the IP database's errors").choices(['on', 'off']).default('on'))
    .option('--seed <text>', 'makes everything random repeatable', '1')
    .addOption(new Option('--suite <name>', 'table: the rows of the table of aims; more below').argParser(suiteOption))
    .option('--json', 'one JSON object as the last line of stdout')
    .option('--record', 'write its table in docs/measured.md')
    .option(
      '--faults <list>',
      'another simulation: the scheduling centre under faults; its options (--seeds, --large, …): --faults all --help',
    )
    .addHelpText(
      'after',
      `
Arrivals, all of it assumed (no data of this kind is public):
  together   everybody at the beginning, for a whole meeting of the median length
  trickle    a meeting's length is lognormal (sigma 0.8, 3 minutes to 4 hours); the second person comes within 30 s of
             the first, of the others 80 % within 30 s and an exponential wait, the rest at any time; some leave early;
             absences are lognormal (median 60 s, sigma 1), and who comes back is a new session of the same person
  Rooms begin within ten minutes, on one clock. A move takes 1.5 s, timings 2 s, the own node's 1 s: assumed too.

Figures over time count from the second Join on, all pairs, on the paths in use:
  movesPerPersonHour  moves begun, failed ones too, by hours of people who are not alone
  movesPerChange      by joins and leaves, but for those at a meeting's end
  undoneShare         moves back to the city before within five minutes

Other figures; who is where: as each was last:
  nodesPerRoom        hosts that a room is on
  movesPerRoom        moves begun, failed ones too, by rooms
  relayedShare        of the bytes between hosts, those that go over a relay
  costPerUserHour     US dollars for hosts and traffic, by assumed prices (proof/sim/judge.ts)
  maxOverMeanLoad     utilisation of the fullest host by that of the mean one
  overLimitHosts      hosts that had more than their capacity at some time

Of --suite table:
  routes.*            an hour of paths in use, all pairs of hosts: delay above the best path (excessMsMean), of this what
                      the cost gives for less jitter (excessByJitterMsMean), cost above the cheapest path
                      (excessCostMsMean), pairs over a relay (relayedPairsShare), changes of path (flipsPerPairHour)

Files of --rtt, with a line of column names; other columns are passed over:
  sites.csv  ${SITE_COLUMNS.join(',')}   site: its id; degrees; people who live there, 0 when unknown
  rtt.csv    ${RTT_COLUMNS.join(',')}                     ids of two sites; round trips in ms, one direction is enough

Suites with options of their own (--suite <name> --help):
${ownSuites.map(({ name, says }) => `  ${name.padEnd(10)} ${says}`).join('\n')}`,
    );
}

/** Suites that have options of their own are commands of their own, and do not come here. */
function suiteOption(text: string): 'table' {
  if (text === 'table') return text;
  throw new InvalidArgumentError(`one of: ${['table', ...ownSuites.map(({ name }) => name)].join(', ')}`);
}

/** Option parser of commander: a number within these. */
const numberOption =
  (least: number, most: number) =>
  (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a number from ${least} to ${most}`);
  };

/** `global`, `domestic,global`, `domestic:3,global:1`. */
function mixOption(text: string): ReadonlyMap<RoomKind, number> {
  const mix = new Map<RoomKind, number>();
  for (const part of text.split(',')) {
    const [name = '', weightText] = part.trim().split(':');
    const kind = ROOM_KINDS.find((known) => known === name);
    const weight = weightText === undefined ? kind && MIX_WEIGHTS[kind] : Number(weightText);
    const isWeight = weight !== undefined && Number.isFinite(weight) && weight > 0;
    if (kind === undefined || !isWeight || mix.has(kind)) {
      const example = `${ROOM_KINDS.map((one) => `${one}:${MIX_WEIGHTS[one]}`).join(',')}`;
      throw new InvalidArgumentError(`kinds, each once, each perhaps with a weight above 0, as ${example}`);
    }
    mix.set(kind, weight);
  }
  return mix;
}

/** What commander parsed, checked as a whole. Throws UsageError. */
export function checkedOptions(raw: Readonly<Record<string, unknown>>): SimOptions {
  const o = {
    ...raw,
    geoErrors: raw['geoErrors'] !== 'off',
    json: raw['json'] === true,
    record: raw['record'] === true,
  };
  const options = {
    ...ARRIVAL_DEFAULTS,
    mix: mixOption('global'),
    ...o,
  } as unknown as SimOptions;
  const { nodes, cities, rooms, size, users, suite } = options;
  const refuse = (message: string): never => {
    throw new UsageError(message);
  };
  if (nodes > HOSTS_MAX) refuse(`--nodes is at most ${HOSTS_MAX}`);
  if (cities !== undefined && cities > nodes) refuse('--cities is at most --nodes: every city has a host');
  if (size < 2 || size > SIZE_MAX) refuse(`--size is 2 to ${SIZE_MAX}`);
  if (rooms > ROOMS_MAX) refuse(`--rooms is at most ${ROOMS_MAX}`);
  if (users !== undefined && users < rooms * size)
    refuse(`--users is at least rooms × size (${rooms * size}): no person sits in two rooms`);
  if (users !== undefined && users > USERS_MAX) refuse(`--users is at most ${USERS_MAX}`);
  if (suite === 'table') checkSuite(options, refuse);
  return options;
}

/** The table says what it is made of; what would change that is refused. */
function checkSuite(
  { mode, size, mix, geoErrors, arrivals, utilisation, ...o }: SimOptions,
  refuse: (message: string) => never,
): void {
  if (mode !== 'relay' || size !== 5) refuse('--suite table is about rooms of 5 in mode relay');
  if (mix.size !== 1 || !mix.has('global')) refuse('--suite table is about global rooms');
  if (!geoErrors) refuse('--suite table is about database errors too');
  const { arrivalMeanS, meetingMedianMin, absencesPerHour, leaveEarly } = ARRIVAL_DEFAULTS;
  const isAssumed =
    o.arrivalMeanS === arrivalMeanS &&
    o.meetingMedianMin === meetingMedianMin &&
    o.absencesPerHour === absencesPerHour &&
    o.leaveEarly === leaveEarly;
  if (arrivals !== 'trickle' || utilisation !== undefined || !isAssumed)
    refuse('--suite table has its own arrivals and loads');
}
