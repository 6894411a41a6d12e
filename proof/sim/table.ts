// `--suite table`: the rows of the centre's table of aims that simulation can show, each with its aim. A missed aim is
// named, with its figure, and makes the exit code 1. What needs sockets or a quiet machine is named as not shown.

import { costVia, PathTable } from '@meridian/scheduler/core';
import type { LabResult, Metrics } from '../support/case.ts';
import { trafficOfPairs, withinBudget } from './budget.ts';
import { metricsOf, streamsAtLast } from './judge.ts';
import { routeFigures } from './route-figures.ts';
import { atLeast, atMost, missedOf, type Row, verdictsOf } from './row.ts';
import { learntOf, type PlacedRun, type SimRun } from './run.ts';
import { warmRoutes } from './strategies/routes.ts';
import type { TableRuns } from './table-runs.ts';
import type { StrategyRun } from './timeline.ts';
import type { World } from './world.ts';

const AIMS = {
  movesPerPersonHourMost: 1.25,
  /** However people arrive. */
  movesPerChangeMost: 0.35,
  undoneMost: 0.15,
  overLimitFullMost: 0,
  maxOverMeanFullMost: 1.2,
  ingressOverMost: 0.05,
  ingressOverAfter3Most: 0.02,
  relayedShareMost: 0.2,
  relayGainKeptLeast: 0.8,
} as const;

const OTHER_ARRIVALS = ['together', 'arrivals60', 'arrivals600', 'meetings8', 'absences4'] as const;

const REPLANS = 21;
/** Held back for traffic that moves between two periods. */
const BUDGET_MARGIN = 0.01;

/** Rows that need processes or benchmarks; named in the result, so that their absence is not taken for a pass. */
const ROWS_NOT_SHOWN = 'decisions per second and latency; path cut; node death; +100/-100 hosts; fault seeds';

/** The aims in words, each with its figure and whether it is met. The time of a re-plan is shown and not judged. */
export interface Verdicts {
  readonly verdicts?: readonly string[];
}

/** The table from a finished run and the runs beside it. `nowMs` times the full re-plan. */
export function tableOfAims(run: SimRun, beside: TableRuns, nowMs: () => number): LabResult & Verdicts {
  const { result } = run;
  const figures = placementFigures(run, beside, nowMs);
  const rows = aimsOf(figures);
  const metrics: Metrics = { ...result.metrics, routes: { ...routeFigures(run.world) }, table: { ...figures } };
  return {
    params: { ...result.params, suite: 'table', rowsNotShown: ROWS_NOT_SHOWN },
    metrics,
    missed: [...result.missed, ...Object.entries(beside).flatMap(violationsIn), ...missedOf(rows)],
    verdicts: [...verdictsOf(rows), `not shown here: ${ROWS_NOT_SHOWN}`],
  };
}

const violationsIn = ([name, { violations }]: [string, PlacedRun]): string[] =>
  violations.map((text) => `${name}: ${text}`);

/** Figures of placement, moves and routes. */
function placementFigures(main: SimRun, beside: TableRuns, nowMs: () => number) {
  const { together, full } = beside;
  const trickling = metricsOf(main.run, main.world);
  const filled = metricsOf(full.run, full.world);
  const budget = relayBudget(together.run, together, String(main.result.params['seed']));
  const firstPicks = learntOf(together.run, together.world);
  const learnt = (name: string): number => Number(firstPicks[name] ?? Number.NaN);
  const perChange = [main, ...OTHER_ARRIVALS.map((name) => beside[name])].map(
    (one) => metricsOf(one.run, one.world).movesPerChange,
  );
  return {
    // No aim: it depends on where people and hosts are.
    onewayMsMean: trickling.onewayMsMean,
    movesPerPersonHour: trickling.movesPerPersonHour,
    movesPerChangeMost: Math.max(...perChange),
    undoneShare: trickling.undoneShare,
    overLimitHostsFull: filled.overLimitHosts,
    maxOverMeanLoadFull: filled.maxOverMeanLoad,
    ingressOver10MsShare: metricsOf(together.run, together.world).ingressOver10MsShare,
    // No aim: a page that joins at once has timed nothing yet; moves put it right.
    ingressOver10MsShareUntimed: learnt('ingressOver10MsShareUntimed'),
    ingressOver10MsShareAfter3: learnt('ingressOver10MsShareAfter3'),
    ingressOver10MsShareAfter40: learnt('ingressOver10MsShareAfter40'),
    relayedShareInBudget: budget.relayedShare,
    relayGainKeptShare: budget.gainKeptShare,
    replanMs: replanMs(main.world, nowMs),
  };
}

export type PlacementFigures = ReturnType<typeof placementFigures>;

/** The figures that have an aim, each with it. */
export function aimsOf(figures: PlacementFigures): Row[] {
  const most = (name: keyof PlacementFigures, limit: number): Row => atMost(name, figures[name], limit);
  return [
    most('movesPerPersonHour', AIMS.movesPerPersonHourMost),
    most('movesPerChangeMost', AIMS.movesPerChangeMost),
    most('undoneShare', AIMS.undoneMost),
    most('overLimitHostsFull', AIMS.overLimitFullMost),
    most('maxOverMeanLoadFull', AIMS.maxOverMeanFullMost),
    most('ingressOver10MsShare', AIMS.ingressOverMost),
    most('ingressOver10MsShareAfter3', AIMS.ingressOverAfter3Most),
    most('relayedShareInBudget', AIMS.relayedShareMost),
    atLeast('relayGainKeptShare', figures.relayGainKeptShare, AIMS.relayGainKeptLeast),
  ];
}

/**
 * What the relay budget keeps of the gain: relayed share, and Σ bytes × (direct − used) / Σ bytes × (direct − best).
 */
function relayBudget(
  first: StrategyRun,
  { world, meetings }: Pick<PlacedRun, 'world' | 'meetings'>,
  seed: string,
): { relayedShare: number; gainKeptShare: number } {
  const { input, table } = warmRoutes(world, true);
  const run = withinBudget(
    first,
    { world, meetings },
    { share: AIMS.relayedShareMost - BUDGET_MARGIN, seed: `${seed} budget` },
  );
  let [bytes, relayed, kept, whole] = [0, 0, 0, 0];
  for (const pair of trafficOfPairs(streamsAtLast(run), input, table)) {
    if (pair.bytes === 0) continue; // nothing times an endless gain is no number
    const via = run.running.via(Math.floor(pair.pair / input.hosts), pair.pair % input.hosts);
    const used = costVia(input, pair.pair, via);
    bytes += pair.bytes;
    relayed += via >= 0 ? pair.bytes : 0;
    kept += pair.bytes * (pair.directMs - used);
    whole += pair.bytes * Math.max(0, pair.directMs - pair.relayedMs);
  }
  return { relayedShare: bytes > 0 ? relayed / bytes : 0, gainKeptShare: whole > 0 ? kept / whole : 1 };
}

/** Time of a full re-plan of the fleet: the least of some, because others share the machine. */
function replanMs(world: World, nowMs: () => number): number {
  const { input } = warmRoutes(world, true);
  const table = new PathTable(input.hosts);
  const times = Array.from({ length: REPLANS }, () => {
    const startedMs = nowMs();
    table.replan(input);
    return nowMs() - startedMs;
  });
  return Math.min(...times);
}
