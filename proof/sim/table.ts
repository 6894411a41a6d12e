// `--suite table` judges the rows of the centre's table of aims that a simulation can show. A missed aim makes the exit
// code 1. The output names the rows that are not shown, since they need sockets or a quiet machine.

import { costVia, PathTable } from '@meridian/scheduler/core';
import type { LabResult, Metrics } from '../support/case.ts';
import { trafficOfPairs, withinBudget } from './budget.ts';
import { metricsOf, streamsAtLast } from './judge.ts';
import { routeFigures } from './route-figures.ts';
import { atLeast, atMost, missedOf, type Row, verdictsOf } from './row.ts';
import { learningFigures, type PlacedRun, type SimRun } from './run.ts';
import { warmRoutes } from './strategies/routes.ts';
import type { TableRuns } from './table-runs.ts';
import type { StrategyRun } from './timeline.ts';
import type { World } from './world.ts';

const AIMS = {
  movesPerPersonHourMost: 1.25,
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
/** Margin of the relay budget for traffic that changes between two periods. */
const BUDGET_MARGIN = 0.01;

/** Rows that need processes or benchmarks. The result names them, so that no reader takes them for met. */
const ROWS_NOT_SHOWN = 'decisions per second and latency; path cut; node death; +100/-100 hosts; fault seeds';

/** Lines that say for each aim its figure and whether it is met. The time of a re-plan has no aim. */
export interface Verdicts {
  readonly verdicts?: readonly string[];
}

/** Returns the table of a finished run and its additional runs. `nowMs` times the full re-plan. */
export function tableOfAims(run: SimRun, extraRuns: TableRuns, nowMs: () => number): LabResult & Verdicts {
  const { result } = run;
  const figures = placementFigures(run, extraRuns, nowMs);
  const rows = aimsOf(figures);
  const metrics: Metrics = { ...result.metrics, routes: { ...routeFigures(run.world) }, table: { ...figures } };
  return {
    params: { ...result.params, suite: 'table', rowsNotShown: ROWS_NOT_SHOWN },
    metrics,
    missed: [...result.missed, ...Object.entries(extraRuns).flatMap(violationsIn), ...missedOf(rows)],
    verdicts: [...verdictsOf(rows), `not shown here: ${ROWS_NOT_SHOWN}`],
  };
}

const violationsIn = ([name, { violations }]: [string, PlacedRun]): string[] =>
  violations.map((text) => `${name}: ${text}`);

function placementFigures(main: SimRun, extraRuns: TableRuns, nowMs: () => number) {
  const { together, full } = extraRuns;
  const trickling = metricsOf(main.run, main.world);
  const filled = metricsOf(full.run, full.world);
  const budget = relayBudget(together.run, together, String(main.result.params['seed']));
  const firstPicks = learningFigures(together.run, together.world);
  const learnt = (name: string): number => Number(firstPicks[name] ?? Number.NaN);
  const perChange = [main, ...OTHER_ARRIVALS.map((name) => extraRuns[name])].map(
    (one) => metricsOf(one.run, one.world).movesPerChange,
  );
  return {
    // This figure has no aim, since it depends on the places of people and hosts.
    onewayMsMean: trickling.onewayMsMean,
    movesPerPersonHour: trickling.movesPerPersonHour,
    movesPerChangeMost: Math.max(...perChange),
    undoneShare: trickling.undoneShare,
    overLimitHostsFull: filled.overLimitHosts,
    maxOverMeanLoadFull: filled.maxOverMeanLoad,
    ingressOver10MsShare: metricsOf(together.run, together.world).ingressOver10MsShare,
    // This figure has no aim: a page that joins at once has measured nothing yet, and moves correct the pick.
    ingressOver10MsShareUntimed: learnt('ingressOver10MsShareUntimed'),
    ingressOver10MsShareAfter3: learnt('ingressOver10MsShareAfter3'),
    ingressOver10MsShareAfter40: learnt('ingressOver10MsShareAfter40'),
    relayedShareInBudget: budget.relayedShare,
    relayGainKeptShare: budget.gainKeptShare,
    replanMs: replanMs(main.world, nowMs),
  };
}

export type PlacementFigures = ReturnType<typeof placementFigures>;

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
 * Returns the relayed share, and the share of relays' gain that remains under the budget:
 * Σ bytes × (direct − used) / Σ bytes × (direct − best).
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
    if (pair.bytes === 0) continue; // avoids 0 × Infinity
    const via = run.running.via(Math.floor(pair.pair / input.hosts), pair.pair % input.hosts);
    const used = costVia(input, pair.pair, via);
    bytes += pair.bytes;
    relayed += via >= 0 ? pair.bytes : 0;
    kept += pair.bytes * (pair.directMs - used);
    whole += pair.bytes * Math.max(0, pair.directMs - pair.relayedMs);
  }
  return { relayedShare: bytes > 0 ? relayed / bytes : 0, gainKeptShare: whole > 0 ? kept / whole : 1 };
}

/** Returns the time of a full re-plan of the fleet: the least of several, since other programs use the machine. */
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
