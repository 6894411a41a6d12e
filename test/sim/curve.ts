// `--suite curve`: what experience costs. The three modes and what lies between them are one optimiser: from one host a
// room, by the nearest hosts without relays, to relays for every pair that gains by one; the relay budget is the weight
// between. One row a point, cheapest first.

import { seededRng } from '@meridian/runtime';
import type { LabResult, Metrics } from '../support/case.ts';
import { withinBudget } from './budget.ts';
import { metricsOf, regretOf, runStrategy, type StrategyRun } from './judge.ts';
import type { SimOptions } from './options.ts';
import type { SimRun } from './run.ts';
import { ours } from './strategies/ours.ts';

/** Of the bytes between hosts, the share that may be relayed. */
const BUDGETS = [0.05, 0.1, 0.2, 0.4] as const;

/** Points of the curve from a finished run (the world and, with `--oracle`, its answers). */
export function costCurve({ world, answers, result }: SimRun, { seed }: Pick<SimOptions, 'seed'>): LabResult {
  const rng = seededRng(`${seed} curve`);
  const points: Record<string, StrategyRun> = {};
  for (const mode of ['single', 'direct'] as const) points[mode] = runStrategy(ours, world, rng.fork(mode), mode);
  const relay = runStrategy(ours, world, rng.fork('relay'), 'relay');
  for (const share of BUDGETS)
    points[`relay${share * 100}`] = withinBudget(relay, world, { share, seed: `${seed} curve ${share}` });
  points['relay'] = relay;
  const metrics: Record<string, Metrics[string]> = {};
  for (const [name, run] of Object.entries(points)) {
    const { costPerUserHour, onewayMsMean, onewayMsP95, shareUnder150Ms, nodesPerRoom, relayedShare } = metricsOf(
      run,
      world,
    );
    const regret = answers === undefined ? {} : { regretMean: regretOf(run, answers) };
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
