// The runs beside the main one that the table of aims judges: other arrivals, other rooms, a full fleet.
import type { Say } from '../support/case.ts';
import { mixOption, type SimOptions } from './options.ts';
import { runStrategies, type StrategyRuns } from './run.ts';
import { ours } from './strategies/ours.ts';
import type { World } from './world.ts';

/** What differs from the main run: trickling global rooms of five. With rivals: the best strategy is judged too. */
export const TABLE_RUNS = {
  together: { o: { arrivals: 'together' }, hasRivals: true },
  regional: { o: { mix: mixOption('regional') }, hasRivals: true },
  domestic: { o: { mix: mixOption('domestic') }, hasRivals: true },
  size2: { o: { size: 2 }, hasRivals: true },
  size3: { o: { size: 3 }, hasRivals: true },
  size8: { o: { size: 8 }, hasRivals: true },
  arrivals60: { o: { arrivalMeanS: 60 }, hasRivals: false },
  arrivals600: { o: { arrivalMeanS: 600 }, hasRivals: false },
  meetings8: { o: { meetingMedianMin: 8 }, hasRivals: false },
  absences4: { o: { absencesPerHour: 4 }, hasRivals: false },
  full: { o: { arrivals: 'together', utilisation: 0.9 }, hasRivals: false },
} as const satisfies Record<string, { o: Partial<SimOptions>; hasRivals: boolean }>;

export type TableRunName = keyof typeof TABLE_RUNS;
export type TableRuns = Readonly<Record<TableRunName, StrategyRuns>>;

/** Rooms of each, at most: figures of more are the same to the second digit. */
const ROOMS_MAX = 200;

/** Runs them one after the other, on the routes of the main run's `world`; progress goes to `say`. */
export function runsBeside(options: SimOptions, world: World, say: Say): TableRuns {
  const runs: Partial<Record<TableRunName, StrategyRuns>> = {};
  for (const [name, { o, hasRivals }] of Object.entries(TABLE_RUNS)) {
    const strategies = hasRivals ? options.strategies : [ours];
    const count = Math.min(options.rooms, ROOMS_MAX);
    const own = { ...options, rooms: count, strategies, ...o };
    runs[name as TableRunName] = runStrategies(own, () => undefined, world);
    say(`${name}: done`);
  }
  return runs as TableRuns;
}
