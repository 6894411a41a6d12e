// `--suite curve`: what experience costs, one row a point, the fewest relays first.
import type { LabResult, Metrics } from '../support/case.ts';
import { metricsOf, regretsOf, streamsAtLast } from './judge.ts';
import type { SimOptions } from './options.ts';
import { runPoints } from './points.ts';
import type { SimRun } from './run.ts';

/** Points of the curve from a finished run (the world and, with `--oracle`, its answers). */
export function costCurve({ world, meetings, best, result }: SimRun, { seed }: Pick<SimOptions, 'seed'>): LabResult {
  const metrics: Record<string, Metrics[string]> = {};
  for (const [name, run] of runPoints({
    world,
    meetings,
    best,
    seed: `${seed} curve`,
    streamsOf: streamsAtLast,
  })) {
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
