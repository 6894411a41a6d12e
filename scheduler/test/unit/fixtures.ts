// Small frozen values for tables: a healthy node, a wish from Frankfurt, a view of the given nodes.

import { distanceKm, estimatedRttMs, type Point } from '@meridian/protocol';
import { utilisation } from '../../src/core/filters/capacity.ts';
import { type NodeDescription, type NodeReport, noLoad, type RoomHeld } from '../../src/core/node.ts';
import type { Candidate, Filter, ScoreContext } from '../../src/core/rules.ts';
import type { Approach, Capacity, ClusterView, Load, NodeView, PlaceWish, RoomMembers } from '../../src/core/view.ts';

export const frankfurt = { latitude: 50.11, longitude: 8.68 };
export const singapore = { latitude: 1.35, longitude: 103.82 };
export { noLoad };

export type NodeWish = Partial<Omit<NodeView, 'load' | 'capacity'>> & {
  load?: Partial<Load>;
  capacity?: Partial<Capacity>;
};

export function node(wish: NodeWish = {}): NodeView {
  const { load, capacity, ...rest } = wish;
  const nodeId = wish.nodeId ?? 'n1';
  return Object.freeze({
    nodeId,
    hostId: `host-${nodeId}`,
    region: 'eu',
    city: 'frankfurt',
    ...frankfurt,
    incarnation: 'i',
    liveness: 'alive' as const,
    isLinked: true,
    state: 'serving',
    drainReason: undefined,
    cordonReason: undefined,
    distrust: undefined,
    protocolVersion: 1,
    routerVersion: 1,
    sessionsSeen: 0,
    sessionsAssumed: 0,
    sessionsExpected: 0,
    sessionsReserved: 0,
    freshSinceMs: undefined,
    ...rest,
    capacity: { sessions: 100, consumers: 0, bandwidthBps: 0, cpuCores: 1, ...capacity },
    load: { ...noLoad, ...load },
  });
}

export function want(wish: Partial<PlaceWish> = {}): PlaceWish {
  return Object.freeze({
    roomKey: 't/room',
    sessionId: 'PA_0000000000000000',
    location: frankfurt,
    avoidNodeIds: [],
    regionPin: '',
    protocolVersion: 1,
    routerVersion: 1,
    mode: 'relay' as const,
    ...wish,
  });
}

export interface ViewWish {
  readonly holders?: readonly string[];
  readonly freshShare?: number;
  readonly nowMs?: number;
  /** Where the client is taken to be; frankfurt. */
  readonly from?: Point;
  readonly members?: readonly RoomMembers[];
  /** Round trips that were timed, by city. */
  readonly timed?: Readonly<Record<string, number>>;
}

/** A view of these nodes, every host proposed, in the order in which the index would. */
export function view(nodes: readonly NodeView[], o: ViewWish = {}): ClusterView {
  const { holders = [], members = [] } = o;
  const hosts = new Map<string, NodeView[]>();
  for (const one of nodes) hosts.set(one.hostId, [...(hosts.get(one.hostId) ?? []), one]);
  const approaches = [...hosts.values()].map((ofHost) => approach(ofHost, o));
  approaches.sort((a, b) => Number(b.isTimed) - Number(a.isTimed) || a.rttMs - b.rttMs);
  const routerVersion = nodes.find(({ nodeId }) => holders.includes(nodeId))?.routerVersion;
  const room = { holders, routerVersion, members };
  return Object.freeze({ version: 1, nowMs: o.nowMs ?? 0, freshShare: o.freshShare ?? 1, approaches, room });
}

function approach(nodes: readonly NodeView[], { from = frankfurt, members = [], timed = {} }: ViewWish): Approach {
  const [first = node()] = nodes;
  const timedMs = timed[first.city];
  return {
    host: { hostId: first.hostId, siteKey: `${first.region}/${first.city}`, nodes },
    rttMs: timedMs ?? estimatedRttMs(distanceKm(from, first)),
    sdMs: timedMs === undefined ? 8 : 1,
    isTimed: timedMs !== undefined,
    toMembersMs: members.map(({ hostId }) => (hostId === first.hostId ? 1 : 30)),
  };
}

/** The filter's reason, or 'passes'. */
export function verdict(filter: Filter, subject: NodeView, o: { want?: PlaceWish; view?: ClusterView } = {}): string {
  return filter.reject(o.view ?? view([subject]), o.want ?? want(), subject)?.reason ?? 'passes';
}

export function candidate(nodes: readonly [NodeView, ...NodeView[]], wish: Partial<Approach> = {}): Candidate {
  const made = { ...approach(nodes, {}), rttMs: 20, ...wish };
  const used = Math.min(...nodes.map((one) => utilisation(one, 0)));
  return { approach: made, nodes, utilisation: used, feltMs: made.rttMs / 2 };
}

export function context(o: ViewWish & Partial<Omit<ScoreContext, 'view' | 'want'>> = {}): ScoreContext {
  const { hasTimed = false, nearestRttMs = 20, leastFeltMs = 10 } = o;
  return { view: view([], o), want: want(), hasTimed, nearestRttMs, leastFeltMs };
}

/** A random source that gives these numbers in turn, then the last one for ever. */
export function rolls(...values: number[]): () => number {
  let at = 0;
  return () => values[Math.min(at++, values.length - 1)] ?? 0;
}

export function description(wish: Partial<NodeDescription> = {}): NodeDescription {
  const nodeId = wish.nodeId ?? 'n1';
  return {
    nodeId,
    kind: 'sfu',
    region: 'eu',
    city: 'frankfurt',
    hostId: `host-${nodeId}`,
    ...frankfurt,
    addresses: [],
    capacity: { sessions: 100, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
    versions: { software: 'test', protocol: 1, router: 1 },
    incarnation: 'i1',
    publicUrl: '',
    ...wish,
  };
}

export function room(roomKey: string, sessionIds: readonly string[] = [], wish: Partial<RoomHeld> = {}): RoomHeld {
  return { roomKey, epoch: 1, ownerId: 'door', sessionIds, decisionIds: [], ...wish };
}

export function report(wish: Partial<Omit<NodeReport, 'load'>> & { load?: Partial<Load> } = {}): NodeReport {
  const { load, ...rest } = wish;
  return {
    incarnation: 'i1',
    sessionCount: 0,
    sessionHash: 0, // of no ids
    roomsChanged: [],
    roomsGone: [],
    state: 'serving',
    ...rest,
    load: { ...noLoad, ...load },
  };
}
