// Rates the routes in use over an hour, by comparison with the best paths by the world's exact delays.
import { costVia, type PathInput, PathTable, RELAY_HOP_MS } from '@meridian/scheduler/core';
import { SimRoutes } from './strategies/routes.ts';
import { type Links, linkMs, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const SAMPLE_MS = 60_000;

export interface RouteFigures {
  /** Delay (one-way) of the path in use minus that of the best path. */
  readonly excessMsMean: number;
  /** Delay of the cheapest path by exact figures minus that of the best path: what the cost pays for less jitter. */
  readonly excessByJitterMsMean: number;
  /** Cost of the path in use minus that of the cheapest path: the loss by noise and by reluctance to change. */
  readonly excessCostMsMean: number;
  readonly relayedPairsShare: number;
  /** Path changes, of which some are missing, since `SimRoutes` sees only a part of the batches. */
  readonly flipsPerPairHour: number;
}

const cachedFigures = new WeakMap<Links, RouteFigures>();

/** Returns means over all ordered pairs of hosts and the first hour after the warm-up, cached for equal links. */
export function routeFigures(world: World): RouteFigures {
  const figures = cachedFigures.get(world.links) ?? figuresOf(world);
  cachedFigures.set(world.links, figures);
  return figures;
}

function figuresOf(world: World): RouteFigures {
  const exactInputs = exactInput(world);
  const routes = new SimRoutes(world, { mayRelay: true, rng: world.links.rng });
  routes.warmUp();
  const costs = routes.exactCosts();
  const [best, cheapest] = [tableOf(exactInputs), tableOf(costs)];
  const pairs = exactInputs.hosts * (exactInputs.hosts - 1);
  let [excessMs, jitterMs, costMs, relayed, flips] = [0, 0, 0, 0, 0];
  for (let nowMs = SAMPLE_MS; nowMs <= HOUR_MS; nowMs += SAMPLE_MS) {
    flips += routes.changesUntil(nowMs);
    for (let from = 0, at = 0; from < exactInputs.hosts; from += 1) {
      for (let to = 0; to < exactInputs.hosts; to += 1, at += 1) {
        if (from === to) continue;
        const via = routes.via(from, to);
        excessMs += costVia(exactInputs, at, via) - (best.bestMs[at] as number);
        jitterMs += costVia(exactInputs, at, cheapest.bestVia[at] as number) - (best.bestMs[at] as number);
        costMs += costVia(costs, at, via) - (cheapest.bestMs[at] as number);
        if (via >= 0) relayed += 1;
      }
    }
  }
  const samples = HOUR_MS / SAMPLE_MS;
  return {
    excessMsMean: excessMs / (pairs * samples),
    excessByJitterMsMean: jitterMs / (pairs * samples),
    excessCostMsMean: costMs / (pairs * samples),
    relayedPairsShare: relayed / (pairs * samples),
    flipsPerPairHour: flips / pairs,
  };
}

function tableOf(input: PathInput): PathTable {
  const table = new PathTable(input.hosts);
  table.replan(input);
  return table;
}

/** Returns the planner's input with exact delays and without jitter, as the judge counts delays. */
function exactInput(world: World): PathInput {
  const hosts = world.hosts.length;
  return {
    hosts,
    linkMs: Float64Array.from({ length: hosts * hosts }, (_, at) => linkMs(world, Math.floor(at / hosts), at % hosts)),
    relayMs: new Float64Array(hosts).fill(RELAY_HOP_MS),
    siteOf: Int32Array.from(world.hosts, ({ city }) => city),
  };
}
