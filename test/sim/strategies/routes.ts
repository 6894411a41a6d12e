// The production routing core on the simulated world: link costs as probes would report them, best path with at most
// one relay.
import {
  costVia,
  DIRECT,
  linkCostMs,
  type PathInput,
  PathTable,
  type RoomPaths,
  RouteChoice,
  roomPaths,
} from '@meridian/scheduler/core';
import { linkMs, type World } from '../world.ts';

/** What passing through a relay adds (the model's 1 ms per relay). */
export const RELAY_MS = 1;

export interface Routes {
  readonly input: PathInput;
  readonly table: PathTable;
  /** What the time brings; whether any path in use has changed. */
  advance(nowMs: number): boolean;
  readonly paths: RoomPaths;
  via(from: number, to: number): number;
}

/**
 * Routes of the whole fleet; the model has neither jitter nor loss nor load on links, so delay is their whole cost.
 * `admitted`: pairs within the relay budget.
 */
export function planRoutes(world: World, mayRelay: boolean, admitted?: ReadonlySet<number>): Routes {
  const hosts = world.hosts.length;
  const link = new Float64Array(hosts * hosts);
  for (let a = 0; a < hosts; a += 1) {
    for (let b = 0; b < hosts; b += 1) {
      link[a * hosts + b] = linkCostMs({
        onewayMs: linkMs(world, a, b),
        jitterMs: 0,
        loss: 0,
        utilisation: 0,
        usdPerGb: 0,
      });
    }
  }
  const relayMs = new Float64Array(hosts).fill(mayRelay ? RELAY_MS : Number.POSITIVE_INFINITY);
  const input: PathInput = { hosts, linkMs: link, relayMs, siteOf: Int32Array.from(world.hosts, (host) => host.city) };
  const table = new PathTable(hosts);
  table.replan(input);
  const choice = new RouteChoice(hosts);
  const mayRelayPair = admitted === undefined ? undefined : (pair: number): boolean => admitted.has(pair);
  choice.settle(table, input, 0, { mayRelay: mayRelayPair });
  const pathMs = new Float64Array(hosts * hosts);
  for (let at = 0; at < pathMs.length; at += 1) pathMs[at] = costVia(input, at, choice.primaryVia[at] ?? DIRECT);
  return {
    input,
    table,
    advance: () => false, // links keep their delay
    paths: roomPaths(hosts, pathMs),
    via: (from, to) => choice.primaryVia[from * hosts + to] ?? DIRECT,
  };
}
