// Runs our strategy under a relay budget, which is the share of the bytes between hosts that may be relayed.
import { seededRng } from '@meridian/runtime';
import {
  admitRelays,
  costVia,
  DIRECT,
  NO_PATH,
  type PairTraffic,
  type PathInput,
  type PathTable,
} from '@meridian/scheduler/core';
import type { Meeting } from './arrivals.ts';
import { streamsAtLast } from './judge.ts';
import { oursWithin } from './strategies/ours.ts';
import { warmRoutes } from './strategies/routes.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';
import { pairsOf, type Streams } from './traffic.ts';
import type { World } from './world.ts';

const BUDGET_PERIODS = 4;

/**
 * Returns the run after the admitted relays have settled. As in the centre, each period chooses the relays from the
 * traffic of the period before, and places the rooms again. `share`: share of the bytes between hosts that may be
 * relayed.
 */
export function withinBudget(
  first: StrategyRun,
  { world, meetings }: { readonly world: World; readonly meetings: readonly Meeting[] },
  { share, seed }: { readonly share: number; readonly seed: string },
): StrategyRun {
  const { input, table } = warmRoutes(world, true);
  let run = first;
  for (let period = 0; period < BUDGET_PERIODS; period += 1) {
    const { admitted } = admitRelays(trafficOfPairs(streamsAtLast(run), input, table), share);
    run = runStrategy(oursWithin(admitted), { world, meetings, rng: seededRng(`${seed} ${period}`) });
  }
  return run;
}

export function trafficOfPairs(streams: Streams, input: PathInput, table: PathTable): PairTraffic[] {
  const bytes = new Float64Array(input.hosts ** 2);
  for (const [from, to, weight] of pairsOf(streams)) bytes[from * input.hosts + to] = weight;
  return [...bytes].map((count, pair): PairTraffic => {
    const bestVia = table.bestVia[pair] ?? NO_PATH;
    const relayVia = bestVia === DIRECT ? (table.secondVia[pair] ?? NO_PATH) : bestVia;
    const directMs = costVia(input, pair, DIRECT);
    return { pair, directMs, relayedMs: costVia(input, pair, relayVia), bytes: count };
  });
}
