// The three modes and what lies between them are one optimiser: from one host a room, by the nearest hosts without
// relays, to relays for every pair that gains by one; the relay budget is the weight between.
import { seededRng } from '@meridian/runtime';
import type { Meeting } from './arrivals.ts';
import { type StreamsOf, withinBudget } from './budget.ts';
import { ours } from './strategies/ours.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';
import type { World } from './world.ts';

/** Of the bytes between hosts, the share that may be relayed. */
const BUDGETS = [0.05, 0.1, 0.2, 0.4] as const;

export interface PointsOptions {
  readonly world: World;
  readonly meetings: readonly Meeting[];
  readonly seed: string;
  /** By which the budget is kept. */
  readonly streamsOf: StreamsOf;
  /** The first run of each that keeps its budget is the answer: less work, where a run is long. */
  readonly stopsWhenKept?: boolean;
  readonly progress?: (point: string) => void;
}

/** A run of each, from cost first to experience first. The same options give the same runs. */
export function runPoints(o: PointsOptions): [string, StrategyRun][] {
  const { world, meetings, seed, streamsOf, stopsWhenKept, progress } = o;
  const rng = seededRng(seed);
  const points: [string, StrategyRun][] = [];
  const done = (name: string, run: StrategyRun): void => {
    points.push([name, run]);
    progress?.(name);
  };
  for (const mode of ['single', 'direct'] as const)
    done(mode, runStrategy(ours, { world, meetings, rng: rng.fork(mode), mode }));
  const relay = runStrategy(ours, { world, meetings, rng: rng.fork('relay'), mode: 'relay' });
  for (const share of BUDGETS) {
    const own = { share, seed: `${seed} ${share}`, streamsOf, stopsWhenKept };
    done(`relay${share * 100}`, withinBudget(relay, { world, meetings }, own));
  }
  done('relay', relay);
  return points;
}
