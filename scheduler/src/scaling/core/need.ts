// Number of nodes that a region needs: for the present load, the forecast, the bookings, and a spare for a loss. Agones
// keeps a buffer of ready servers for the same reason; here the buffer is the size of a loss.
import { type Forecast, forecast } from './forecast.ts';
import type { RegionInput, ScaleNode, ScalePolicy } from './types.ts';

export interface Need {
  readonly load: number;
  readonly forecast: Forecast;
  readonly booked: number;
  readonly nodes: number;
  readonly reason: string;
  readonly isAtBound: boolean;
}

/** Minutes of a day: the season of the forecast. */
const DAY_MINUTES = 1440;

/** Returns the need by region. `nodes`: the whole fleet. */
export function needs(
  inputs: readonly RegionInput[],
  nodes: readonly ScaleNode[],
  policy: ScalePolicy,
): ReadonlyMap<string, Need> {
  const loads = new Map(inputs.map((input) => [input.region, input.history.at(-1) ?? 0]));
  return new Map(inputs.map((input) => [input.region, needOf(input, loads, nodes, policy)]));
}

function needOf(
  input: RegionInput,
  loads: ReadonlyMap<string, number>,
  nodes: readonly ScaleNode[],
  policy: ScalePolicy,
): Need {
  const { region, bookedNow, bookedNext } = input;
  const load = loads.get(region) ?? 0;
  const coming = forecast(input.history.length === 0 ? [0] : input.history, policy.horizonMinutes, DAY_MINUTES);
  const inRegion = nodes.filter((node) => node.region === region);
  const host = policy.spareHost ? largestHost(inRegion) : 0;
  const lost = policy.spareRegion ? largestShareOfALoss(region, loads) : 0;
  const needs = [
    { nodes: load / policy.targetShare, reason: 'load now' },
    { nodes: (Math.max(load, bookedNow) + bookedNext) / policy.targetShare, reason: 'what is booked' },
    {
      nodes: (Math.max(coming.p95, bookedNow) + bookedNext) / policy.targetShare,
      reason: `forecast in ${policy.horizonMinutes} min and what is booked`,
    },
    // After a loss nodes may be full: better than refused joins, until others have started.
    { nodes: load + host + lost, reason: 'load now after the loss of the largest host and region' },
    { nodes: policy.nodesMin, reason: 'the fewest allowed' },
  ];
  const largestNeed = needs.reduce((best, need) => (need.nodes > best.nodes ? need : best));
  const nodesWanted = Math.ceil(largestNeed.nodes - 1e-9);
  return {
    load,
    forecast: coming,
    booked: bookedNow + bookedNext,
    nodes: Math.min(nodesWanted, policy.nodesMax),
    reason: largestNeed.reason,
    isAtBound: nodesWanted > policy.nodesMax,
  };
}

function largestHost(nodes: readonly ScaleNode[]): number {
  const counts = new Map<string, number>();
  for (const { hostId } of nodes) counts.set(hostId, (counts.get(hostId) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/** Returns the load to take over when the worst other region fails: the others share it in proportion to their own. */
function largestShareOfALoss(region: string, loads: ReadonlyMap<string, number>): number {
  const total = [...loads.values()].reduce((sum, load) => sum + load, 0);
  const ownLoad = loads.get(region) ?? 0;
  let largestShare = 0;
  for (const [other, load] of loads) {
    if (other === region) continue;
    const otherLoad = total - load;
    const share = otherLoad > 0 ? ownLoad / otherLoad : 1 / Math.max(1, loads.size - 1);
    largestShare = Math.max(largestShare, load * share);
  }
  return largestShare;
}
