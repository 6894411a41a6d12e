// Command line of `npm run sim`. It refuses unusable options with a reason, and ignores none.
import { HOSTS_MAX } from '@meridian/scheduler/core';
import { Command, InvalidArgumentError, Option } from 'commander';
import { countOption } from '../support/case.ts';
import { ARRIVAL_DEFAULTS, type ArrivalOptions } from './arrivals.ts';
import { ownSuites } from './faults/suites.ts';
import { RTT_COLUMNS, SITE_COLUMNS } from './geography.ts';

export interface SimOptions extends ArrivalOptions {
  readonly rtt?: string;
  readonly nodes: number;
  readonly cities?: number;
  readonly rooms: number;
  /** Seats as a share of the capacity; undefined for much spare capacity. */
  readonly utilisation?: number;
  readonly seed: string;
  readonly suite?: 'table';
  readonly json: boolean;
  readonly record: boolean;
}

/** Refusal of input, with a message that says what is allowed. The exit code is 2. */
export class UsageError extends Error {
  readonly code = 'SIM_USAGE';
}

const ROOMS_MAX = 100_000;

export function simCommand(): Command {
  return new Command('sim')
    .description('delay of rooms on a simulated world, placed by the code that ships')
    .allowExcessArguments(false)
    .option('--rtt <dir>', 'folder with sites.csv and rtt.csv (below); without it great circle × stretch')
    .option('--nodes <n>', `media hosts, at most ${HOSTS_MAX}`, countOption, 120)
    .option(
      '--cities <n>',
      'cities of the hosts, at most --nodes (default: 40, or all sites if there are fewer)',
      countOption,
    )
    .option('--rooms <n>', 'rooms that are live at once', countOption, 400)
    .option('--seed <text>', 'makes everything random repeatable', '1')
    .addOption(new Option('--suite <name>', 'table: judge the table of aims; more suites below').argParser(suiteOption))
    .option('--json', 'print one JSON object as the last line of stdout')
    .option('--record', 'write the results into docs/measured.md')
    .option(
      '--faults <list>',
      'another simulation: the scheduling centre under faults; its options (--seeds, --large, …): --faults all --help',
    )
    .addHelpText(
      'after',
      `
Arrivals are assumed, since no data of this kind is public. Rooms of five begin within ten minutes, on one clock. A
meeting's length is lognormal (median 30 minutes, sigma 0.8, 3 minutes to 4 hours); the second person comes within 30 s
of the first; 80 % of the others come after up to 30 s and an exponential wait (mean 180 s), the rest at any time. A
fifth leaves early. Each person is absent every two hours (lognormal, median 60 s, sigma 1) and returns in a new
session. Also assumed: a move takes 1.5 s, timings of sites 2 s, the timing of the own node 1 s.

Figures over time, from the second join on, for all pairs, on the paths in use:
  movesPerPersonHour  moves begun (also failed ones) per hour of people who are not alone
  movesPerChange      moves per join or leave, without the leaves at a meeting's end
  undoneShare         share of moves back to the previous city within five minutes

Other figures, with each person on the last host:
  nodesPerRoom        hosts of a room
  movesPerRoom        moves begun (also failed ones) per room
  relayedShare        share of the bytes between hosts that go over a relay
  maxOverMeanLoad     utilisation of the fullest host divided by the mean
  overLimitHosts      hosts that had more than their capacity at some time

Of --suite table:
  routes.*            an hour of paths in use, all pairs of hosts: delay above the best path (excessMsMean), the part of
  it that buys less jitter (excessByJitterMsMean), cost above the cheapest path
                      (excessCostMsMean), pairs over a relay (relayedPairsShare), changes of path (flipsPerPairHour)

Files of --rtt begin with a line of column names; other columns are ignored:
  sites.csv  ${SITE_COLUMNS.join(',')}   site: its id; degrees; people who live there, 0 when unknown
  rtt.csv    ${RTT_COLUMNS.join(',')}                     ids of two sites; round trips in ms, one direction is enough

Suites with options of their own (--suite <name> --help):
${ownSuites.map(({ name, says }) => `  ${name.padEnd(10)} ${says}`).join('\n')}`,
    );
}

function suiteOption(text: string): 'table' {
  if (text === 'table') return text;
  throw new InvalidArgumentError(`one of: ${['table', ...ownSuites.map(({ name }) => name)].join(', ')}`);
}

/** Checks the parsed options as a whole. Throws UsageError. */
export function checkedOptions(raw: Readonly<Record<string, unknown>>): SimOptions {
  const isSet = { json: raw['json'] === true, record: raw['record'] === true };
  const options = { ...ARRIVAL_DEFAULTS, ...raw, ...isSet } as unknown as SimOptions;
  const { nodes, cities, rooms } = options;
  const refuse = (message: string): never => {
    throw new UsageError(message);
  };
  if (nodes > HOSTS_MAX) refuse(`--nodes is at most ${HOSTS_MAX}`);
  if (cities !== undefined && cities > nodes) refuse('--cities is at most --nodes: every city has a host');
  if (rooms > ROOMS_MAX) refuse(`--rooms is at most ${ROOMS_MAX}`);
  return options;
}
