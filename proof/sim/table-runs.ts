// Additional runs for the table of aims, with other arrivals and with a full fleet.
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

/** Most rooms of an additional run; more rooms change the figures only from the third digit on. */
const ROOMS_MAX = 200;

/** Runs the additional runs in sequence, on the routes of the main run's `world`. */
export function additionalRuns(options: SimOptions, world: World, say: Say): TableRuns {
  const rooms = Math.min(options.rooms, ROOMS_MAX);
  const runs = Object.entries(TABLE_RUNS).map(([name, o]) => {
    const run = runPlacement({ ...options, rooms, ...o }, () => undefined, world);
    say(`${name}: done`);
    return [name, run] as const;
  });
  return Object.fromEntries(runs) as unknown as TableRuns;
}
