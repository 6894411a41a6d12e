// Additional runs that the table of aims judges: other arrivals, a full fleet.
import type { Say } from '../support/case.ts';
import type { SimOptions } from './options.ts';
import { type PlacedRun, runPlacement } from './run.ts';
import type { World } from './world.ts';

const TABLE_RUNS = {
  together: { arrivals: 'together' },
  arrivals60: { arrivalMeanS: 60 },
  arrivals600: { arrivalMeanS: 600 },
  meetings8: { meetingMedianMin: 8 },
  absences4: { absencesPerHour: 4 },
  full: { arrivals: 'together', utilisation: 0.9 },
} as const satisfies Record<string, Partial<SimOptions>>;

export type TableRuns = Readonly<Record<keyof typeof TABLE_RUNS, PlacedRun>>;

/** Most rooms of an additional run: figures of more rooms agree to the second digit. */
const ROOMS_MAX = 200;

/** Runs them in sequence, on the routes of the main run's `world`; progress goes to `say`. */
export function runsBeside(options: SimOptions, world: World, say: Say): TableRuns {
  const rooms = Math.min(options.rooms, ROOMS_MAX);
  const runs = Object.entries(TABLE_RUNS).map(([name, o]) => {
    const run = runPlacement({ ...options, rooms, ...o }, () => undefined, world);
    say(`${name}: done`);
    return [name, run] as const;
  });
  return Object.fromEntries(runs) as unknown as TableRuns;
}
