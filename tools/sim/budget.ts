// Our strategy under a relay budget: the share of bytes between hosts that may go by a relay.
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
import { oursWithin } from './strategies/ours.ts';
import { warmRoutes } from './strategies/routes.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';
import { pairsOf, type Streams, trafficOf } from './traffic.ts';
import type { World } from './world.ts';

/** Of a run: how many there are between which hosts. */
export type StreamsOf = (run: StrategyRun) => Streams;

export interface BudgetOptions {
  /** Of the bytes between hosts, those that may be relayed. */
  readonly share: number;
  readonly seed: string;
  readonly streamsOf: StreamsOf;
  /** The first run that keeps the budget is the answer. */
  readonly stopsWhenKept?: boolean | undefined;
}

/** Until the traffic has settled under the budget. */
const BUDGET_PERIODS = 4;

/**
 * The run after the budget has settled. It is computed from the traffic of the period before, as the centre does, so
 * the rooms are placed again under it, some times over; the last period is the answer.
 */
export function withinBudget(
  first: StrategyRun,
  { world, meetings }: { readonly world: World; readonly meetings: readonly Meeting[] },
  { share, seed, streamsOf, stopsWhenKept = false }: BudgetOptions,
): StrategyRun {
  const { input, table } = warmRoutes(world, true);
  let run = first;
  for (let period = 0; period < BUDGET_PERIODS; period += 1) {
    const { admitted } = admitRelays(trafficOfPairs(streamsOf(run), input, table), share);
    run = runStrategy(oursWithin(admitted), {
      world,
      meetings,
      rng: seededRng(`${seed} ${period}`),
      mode: 'relay',
    });
    if (stopsWhenKept && isKept(run, share, streamsOf)) break;
  }
  return run;
}

function isKept(run: StrategyRun, share: number, streamsOf: StreamsOf): boolean {
  const { between, relayed } = trafficOf(streamsOf(run), (from, to) => run.running.via(from, to));
  return relayed <= share * between;
}

/** Streams of every ordered pair of hosts, with what relaying the pair would gain. */
export function trafficOfPairs({ between }: Streams, input: PathInput, table: PathTable): PairTraffic[] {
  const bytes = new Float64Array(input.hosts ** 2);
  for (const [from, to, weight] of pairsOf(between)) bytes[from * input.hosts + to] = weight;
  return [...bytes].map((count, pair): PairTraffic => {
    const bestVia = table.bestVia[pair] ?? NO_PATH;
    const relayVia = bestVia === DIRECT ? (table.secondVia[pair] ?? NO_PATH) : bestVia;
    const directMs = costVia(input, pair, DIRECT);
    return { pair, directMs, relayedMs: costVia(input, pair, relayVia), bytes: count };
  });
}
