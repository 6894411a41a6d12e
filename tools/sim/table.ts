// `--suite table`: the rows of the centre's table of aims that simulation can show, each with its aim. A missed aim is
// named, with its figure, and makes the exit code 1. Rows about time come from `time-rows.ts`; what needs sockets or a
// quiet machine is named as not shown.

import { costVia, PathTable } from '@meridian/scheduler/core';
import type { LabResult, Metrics } from '../support/case.ts';
import { trafficOfPairs, withinBudget } from './budget.ts';
import { isAhead, metricsOf, regretsOf, streamsAtLast } from './judge.ts';
import { atLeast, atMost, missedOf, type Row, verdictsOf } from './row.ts';
import { learntOf, type SimRun, type StrategyRuns } from './run.ts';
import { warmRoutes } from './strategies/routes.ts';
import type { TableRuns } from './table-runs.ts';
import type { TimeRows } from './time-rows.ts';
import type { StrategyRun } from './timeline.ts';
import type { World } from './world.ts';

const AIMS = {
  regretMeanMost: 0.02,
  /** Of nearest + relay's regret, and of the same with our moves. */
  regretShareMost: 0.25,
  regretShareOfMovesMost: 1,
  regretFirstMinuteMost: 0.07,
  movesPerPersonHourMost: 1.25,
  /** However people arrive. */
  movesPerChangeMost: 0.35,
  undoneMost: 0.15,
  regretTogetherMost: 0.015,
  /** Of other kinds and sizes of rooms. */
  regretOtherRoomsMost: 0.025,
  /** Strategies that do better than ours beyond chance, in any of these runs. */
  rivalsAheadMost: 0,
  regretFullMost: 0.05,
  overLimitFullMost: 0,
  maxOverMeanFullMost: 1.2,
  ingressOverMost: 0.05,
  ingressOverAfter3Most: 0.02,
  relayedShareMost: 0.2,
  relayGainKeptLeast: 0.8,
} as const;

const OTHER_ROOMS = ['regional', 'domestic', 'size2', 'size3', 'size8'] as const;
const OTHER_ARRIVALS = ['together', 'arrivals60', 'arrivals600', 'meetings8', 'absences4'] as const;

const REPLANS = 21;
/** Held back for traffic that moves between two periods. */
const BUDGET_MARGIN = 0.01;

/** Rows that need processes or benchmarks; named in the result, so that their absence is not taken for a pass. */
const ROWS_NOT_SHOWN = ['decisions per second and latency', 'path cut', 'fault seeds'] as const;
const TIME_ROWS = ['joins with stale reports', 'node death', '+100/-100 hosts', 'false flips'] as const;

/**
 * The aims in words, each with its figure and whether it is met. The time of a re-plan is shown and not judged:
 * `bench -- routes` does.
 */
export interface Verdicts {
  readonly verdicts?: readonly string[];
}

/**
 * The table from a finished run with all strategies and the oracle, and the runs beside it. `nowMs` times the full
 * re-plan; `time`: the rows about time, if they were asked for.
 */
export function tableOfAims(
  run: SimRun,
  beside: TableRuns,
  nowMs: () => number,
  time?: TimeRows,
): LabResult & Verdicts {
  const { result } = run;
  const figures = placementFigures(run, beside, nowMs);
  const rows = [...aimsOf(figures), ...(time?.rows ?? [])];
  const table: Record<string, number> = { ...figures };
  for (const { name, figure } of time?.rows ?? []) table[name] = figure;
  const notShown = [...ROWS_NOT_SHOWN, ...(time?.notShown ?? TIME_ROWS)].join('; ');
  const metrics: Metrics = { ...result.metrics, ...time?.metrics, table };
  return {
    params: { ...result.params, suite: 'table', rowsNotShown: notShown },
    metrics,
    missed: [
      ...result.missed,
      ...Object.entries(beside).flatMap(violationsIn),
      ...missedOf(rows),
      ...(time?.missed ?? []),
    ],
    verdicts: [...verdictsOf(rows), `not shown here: ${notShown}`],
  };
}

const violationsIn = ([name, { violations }]: [string, StrategyRuns]): string[] =>
  violations.map((text) => `${name}: ${text}`);

/** Figures of placement, moves and routes. */
function placementFigures(run: SimRun, beside: TableRuns, nowMs: () => number) {
  const { together, full } = beside;
  const regret = (of: StrategyRuns, name = 'ours'): number => regretsOf(strategyOf(of, name)).regretMean;
  const trickling = metricsOf(strategyOf(run, 'ours'), run.world);
  const whole = metricsOf(strategyOf(together, 'ours'), together.world);
  const filled = metricsOf(strategyOf(full, 'ours'), full.world);
  const budget = relayBudget(strategyOf(together, 'ours'), together, String(run.result.params['seed']));
  const firstPicks = learntOf(strategyOf(together, 'ours'), together.world);
  const learnt = (name: string): number => Number(firstPicks[name] ?? Number.NaN);
  const perChange = [run, ...OTHER_ARRIVALS.map((name) => beside[name])].map(
    (one) => metricsOf(strategyOf(one, 'ours'), one.world).movesPerChange,
  );
  return {
    regretMean: regret(run),
    regretNearestRelay: regret(run, 'nearest-relay'),
    regretNearestRelayMoves: regret(run, 'nearest-relay-moves'),
    regretNeverMove: regret(run, 'never-move'),
    regretShareOfNearestRelay: regret(run) / regret(run, 'nearest-relay'),
    regretShareOfMoves: regret(run) / regret(run, 'nearest-relay-moves'),
    regretFirstMinute: regretsOf(strategyOf(run, 'ours')).regretFirstMinute,
    movesPerPersonHour: trickling.movesPerPersonHour,
    movesPerChangeMost: Math.max(...perChange),
    undoneShare: trickling.undoneShare,
    regretTogether: regret(together),
    regretRegional: regret(beside.regional),
    regretDomestic: regret(beside.domestic),
    regretSize2: regret(beside.size2),
    regretSize3: regret(beside.size3),
    regretSize8: regret(beside.size8),
    rivalsAhead: [run, together, ...OTHER_ROOMS.map((name) => beside[name])].flatMap(rivalsAhead).length,
    regretFull: regret(full),
    overLimitHostsFull: filled.overLimitHosts,
    maxOverMeanLoadFull: filled.maxOverMeanLoad,
    ingressOver10MsShare: whole.ingressOver10MsShare,
    // No aim: a page that joins at once has timed nothing yet; moves put it right.
    ingressOver10MsShareUntimed: learnt('ingressOver10MsShareUntimed'),
    ingressOver10MsShareAfter3: learnt('ingressOver10MsShareAfter3'),
    ingressOver10MsShareAfter40: learnt('ingressOver10MsShareAfter40'),
    relayedShareInBudget: budget.relayedShare,
    relayGainKeptShare: budget.gainKeptShare,
    replanMs: replanMs(run.world, nowMs),
  };
}

export type PlacementFigures = ReturnType<typeof placementFigures>;

/** The figures that have an aim, each with it. */
export function aimsOf(figures: PlacementFigures): Row[] {
  const most = (name: keyof PlacementFigures, limit: number): Row => atMost(name, figures[name], limit);
  return [
    most('regretMean', AIMS.regretMeanMost),
    most('regretShareOfNearestRelay', AIMS.regretShareMost),
    most('regretShareOfMoves', AIMS.regretShareOfMovesMost),
    most('regretFirstMinute', AIMS.regretFirstMinuteMost),
    most('movesPerPersonHour', AIMS.movesPerPersonHourMost),
    most('movesPerChangeMost', AIMS.movesPerChangeMost),
    most('undoneShare', AIMS.undoneMost),
    most('regretTogether', AIMS.regretTogetherMost),
    most('regretRegional', AIMS.regretOtherRoomsMost),
    most('regretDomestic', AIMS.regretOtherRoomsMost),
    most('regretSize2', AIMS.regretOtherRoomsMost),
    most('regretSize3', AIMS.regretOtherRoomsMost),
    most('regretSize8', AIMS.regretOtherRoomsMost),
    most('rivalsAhead', AIMS.rivalsAheadMost),
    most('regretFull', AIMS.regretFullMost),
    most('overLimitHostsFull', AIMS.overLimitFullMost),
    most('maxOverMeanLoadFull', AIMS.maxOverMeanFullMost),
    most('ingressOver10MsShare', AIMS.ingressOverMost),
    most('ingressOver10MsShareAfter3', AIMS.ingressOverAfter3Most),
    most('relayedShareInBudget', AIMS.relayedShareMost),
    atLeast('relayGainKeptShare', figures.relayGainKeptShare, AIMS.relayGainKeptLeast),
  ];
}

function strategyOf({ runs, best }: StrategyRuns, name: string): StrategyRun {
  const found = runs.find((one) => one.strategy.name === name);
  if (found === undefined || best === undefined) throw new Error(`the table needs ${name} and the oracle`);
  return found;
}

/** Strategies that had less regret than ours. */
function rivalsAhead(run: StrategyRuns): string[] {
  const ours = strategyOf(run, 'ours');
  return run.runs
    .filter((one) => one !== ours)
    .filter((one) => isAhead(one, ours))
    .map(({ strategy }) => strategy.name);
}

/**
 * What the relay budget keeps of the gain: relayed share, and Σ bytes × (direct − used) / Σ bytes × (direct − best).
 */
export function relayBudget(
  first: StrategyRun,
  { world, meetings }: Pick<StrategyRuns, 'world' | 'meetings'>,
  seed: string,
): { relayedShare: number; gainKeptShare: number } {
  const { input, table } = warmRoutes(world, true);
  const run = withinBudget(
    first,
    { world, meetings },
    { share: AIMS.relayedShareMost - BUDGET_MARGIN, seed: `${seed} budget`, streamsOf: streamsAtLast },
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
