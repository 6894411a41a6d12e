// The command line of `npm run sim`. Whatever cannot be honoured is refused with its reason; nothing is accepted and
// ignored.
import { HOSTS_MAX } from '@meridian/scheduler/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { countOption } from '../support/case.ts';
import { ARRIVAL_DEFAULTS, ARRIVALS, type ArrivalOptions } from './arrivals.ts';
import { ownSuites } from './faults/suites.ts';
import { RTT_COLUMNS, SITE_COLUMNS } from './geography.ts';
import { strategies } from './strategies/index.ts';
import type { Mode, Strategy } from './strategies/strategy.ts';
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
  readonly strategies: readonly Strategy[];
  readonly oracle: boolean;
  readonly crossCheck: number;
  readonly suite?: 'table' | 'curve';
  /** Of the table: its rows about time are left out. */
  readonly placementOnly: boolean;
  readonly nodeDays: number;
  readonly worlds: number;
  readonly linkDays: number;
  readonly more: number;
  readonly html?: string;
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
/** Sizes of the table's rows about time: the whole table then takes a minute or two. */
const TABLE_SIZES = { nodeDays: 200, worlds: 100, linkDays: 2, more: 100 } as const;
const USERS_MAX = 10_000_000;
const SIZE_MAX = 50;
const ROOMS_MAX = 100_000;

/** Adds the options; `read` turns what commander parsed into checked options. */
export function simCommand(): Command {
  return new Command('sim')
    .description('delay of rooms on a simulated world: our scheduler, rivals, and the best there is')
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
    .option('--strategies <list>', 'which of the strategies below, with commas (default: all)', strategiesOption)
    .option('--seed <text>', 'makes everything random repeatable', '1')
    .option(
      '--oracle',
      'solve every room and state the regret (how much more delay than the best there is, over all pairs: 0.01 is one per cent); fails when a strategy beats it',
    )
    .option('--cross-check <n>', 'solve this many rooms by integer programming as well', countOption)
    .addOption(
      new Option(
        '--suite <name>',
        'table: the rows of the table of aims; curve: cost and experience from mode single to relay; more below',
      ).argParser(suiteOption),
    )
    .option('--placement-only', 'table: without the rows about time (joins, deaths, growth, flips)')
    .option('--node-days <n>', `table: days of reports of a living node (${TABLE_SIZES.nodeDays})`, countOption)
    .option('--worlds <n>', `table: small worlds in which nodes die (${TABLE_SIZES.worlds})`, countOption)
    .option('--link-days <n>', `table: days of each kind of loss (${TABLE_SIZES.linkDays})`, countOption)
    .option('--more <n>', `table: hosts that come beside --nodes and are drained (${TABLE_SIZES.more})`, countOption)
    .option('--html <file>', 'draw the world')
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
  regretMean          delay × time over that of the oracle for whoever is present, less 1. The oracle may move everybody
                      at every change, which nobody could: it bounds the mean, and only that is held against it
  regretFirstMinute   the same within a minute of the second arrival
  regretAfterChange   the same within a minute of any join or leave
  regretP95Rooms      the same of the 95th of 100 rooms
  movesPerPersonHour  moves begun, failed ones too, by hours of people who are not alone
  movesPerChange      by joins and leaves, but for those at a meeting's end
  undoneShare         moves back to the city before within five minutes

Other figures of a strategy; who is where: as each was last:
  nodesPerRoom        hosts that a room is on
  movesPerRoom        moves begun, failed ones too, by rooms
  relayedShare        of the bytes between hosts, those that go over a relay
  costPerUserHour     US dollars for hosts and traffic, by assumed prices (tools/sim/judge.ts)
  maxOverMeanLoad     utilisation of the fullest host by that of the mean one
  overLimitHosts      hosts that had more than their capacity at some time

With --oracle:
  oracle.fullRooms.*  the best there is while everybody of a room is present; figures of strategies are over time, with
                      whoever is present, so compare these with --arrivals together only
  routes.*            an hour of paths in use, all pairs of hosts: delay above the best path (excessMsMean), of this what
                      the cost gives for less jitter (excessByJitterMsMean), cost above the cheapest path
                      (excessCostMsMean), pairs over a relay (relayedPairsShare), changes of path (flipsPerPairHour)

Strategies:
${strategies.map(({ name, says }) => `  ${name.padEnd(20)} ${says}`).join('\n')}

Files of --rtt, with a line of column names; other columns are passed over:
  sites.csv  ${SITE_COLUMNS.join(',')}   site: its id; degrees; people who live there, 0 when unknown
  rtt.csv    ${RTT_COLUMNS.join(',')}                     ids of two sites; round trips in ms, one direction is enough

Suites with options of their own (--suite <name> --help):
${ownSuites.map(({ name, says }) => `  ${name.padEnd(10)} ${says}`).join('\n')}`,
    );
}

/** Suites that have options of their own are commands of their own, and do not come here. */
function suiteOption(text: string): 'table' | 'curve' {
  if (text === 'table' || text === 'curve') return text;
  throw new InvalidArgumentError(`one of: ${['table', 'curve', ...ownSuites.map(({ name }) => name)].join(', ')}`);
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
export function mixOption(text: string): ReadonlyMap<RoomKind, number> {
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

export function strategiesOption(text: string): readonly Strategy[] {
  const names = text.split(',').map((name) => name.trim());
  const chosen = strategies.filter(({ name }) => names.includes(name));
  if (new Set(names).size !== names.length || chosen.length !== names.length) {
    throw new InvalidArgumentError(`each once: ${strategies.map(({ name }) => name).join(', ')}`);
  }
  return chosen;
}

/** What commander parsed, checked as a whole. Throws UsageError. */
export function checkedOptions(raw: Readonly<Record<string, unknown>>): SimOptions {
  const o = {
    ...raw,
    geoErrors: raw['geoErrors'] !== 'off',
    oracle: raw['oracle'] === true,
    json: raw['json'] === true,
    record: raw['record'] === true,
    placementOnly: raw['placementOnly'] === true,
  };
  const options = {
    ...TABLE_SIZES,
    ...ARRIVAL_DEFAULTS,
    crossCheck: 0,
    mix: mixOption('global'),
    strategies,
    ...o,
  } as unknown as SimOptions;
  const { nodes, cities, rooms, size, users, crossCheck, suite } = options;
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
  if (crossCheck > rooms) refuse('--cross-check is at most --rooms');
  if (crossCheck > 0 && size > 6) refuse('--cross-check is for rooms of at most 6, which the oracle solves exactly');
  if (suite === 'table') checkSuite(options, refuse);
  const ofTable = ['placementOnly', ...Object.keys(TABLE_SIZES)].filter((name) => raw[name] !== undefined);
  if (suite !== 'table' && ofTable.length > 0) refuse(`only --suite table takes ${ofTable.map(flagOf).join(', ')}`);
  if (o.placementOnly && ofTable.length > 1)
    refuse('--placement-only leaves out what the sizes of rows about time are for');
  return options;
}

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The table says what it is made of; what would change that is refused. */
function checkSuite(
  { mode, size, mix, strategies: chosen, geoErrors, arrivals, utilisation, ...o }: SimOptions,
  refuse: (message: string) => never,
): void {
  if (mode !== 'relay' || size !== 5) refuse('--suite table is about rooms of 5 in mode relay');
  if (mix.size !== 1 || !mix.has('global')) refuse('--suite table is about global rooms');
  if (chosen.length !== strategies.length) refuse('--suite table compares all strategies');
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
