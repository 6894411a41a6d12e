// `--suite curve`: what experience costs. The three modes and what lies between them are one optimiser: from one host a
// room, by the nearest hosts without relays, to relays for every pair that gains by one; the relay budget is the weight
// between. One row a point, the fewest relays first.

import { seededRng } from '@meridian/runtime';
import type { LabResult, Metrics } from '../support/case.ts';
import { withinBudget } from './budget.ts';
import { metricsOf, regretsOf } from './judge.ts';
import type { SimOptions } from './options.ts';
import type { SimRun } from './run.ts';
import { ours } from './strategies/ours.ts';
import { runStrategy, type StrategyRun } from './timeline.ts';

/** Of the bytes between hosts, the share that may be relayed. */
const BUDGETS = [0.05, 0.1, 0.2, 0.4] as const;

/** Points of the curve from a finished run (the world and, with `--oracle`, its answers). */
export function costCurve({ world, meetings, best, result }: SimRun, { seed }: Pick<SimOptions, 'seed'>): LabResult {
  const rng = seededRng(`${seed} curve`);
  const points: Record<string, StrategyRun> = {};
  for (const mode of ['single', 'direct'] as const)
    points[mode] = runStrategy(ours, { world, meetings, rng: rng.fork(mode), mode, best });
  const relay = runStrategy(ours, { world, meetings, rng: rng.fork('relay'), mode: 'relay', best });
  for (const share of BUDGETS)
    points[`relay${share * 100}`] = withinBudget(
      relay,
      { world, meetings, best },
      { share, seed: `${seed} curve ${share}` },
    );
  points['relay'] = relay;
  const metrics: Record<string, Metrics[string]> = {};
  for (const [name, run] of Object.entries(points)) {
    const { costPerUserHour, onewayMsMean, onewayMsP95, shareUnder150Ms, nodesPerRoom, relayedShare } = metricsOf(
      run,
      world,
    );
    const regret = best === undefined ? {} : { regretMean: regretsOf(run).regretMean };
    metrics[name] = {
      costPerUserHour,
      onewayMsMean,
      onewayMsP95,
      shareUnder150Ms,
      nodesPerRoom,
      relayedShare,
      ...regret,
    };
  }
  return { params: { ...result.params, suite: 'curve' }, metrics: { curve: metrics }, missed: result.missed };
}
