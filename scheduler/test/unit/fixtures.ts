// Small frozen values for tables: a healthy node, a request from Frankfurt, a view of the given nodes.

import { distanceKm, estimatedRttMs, type Point, routerConstant } from '@meridian/protocol';
import type { Capacity, Load, ReportedLoad } from '../../src/fleet/core/node.ts';
import { type NodeDescription, type NodeReport, noLoad, type RoomHeld } from '../../src/fleet/core/node.ts';
import { utilisation } from '../../src/placing/core/filters/capacity.ts';
import type { Candidate, Filter, ScoreContext } from '../../src/placing/core/rules.ts';
import type { Approach, ClusterView, NodeView, PlaceRequest, RoomMembers } from '../../src/placing/core/view.ts';

export const frankfurt = { latitude: 50.11, longitude: 8.68 };
export const singapore = { latitude: 1.35, longitude: 103.82 };
export { noLoad };

export type NodeOverrides = Partial<Omit<NodeView, 'load' | 'capacity'>> & {
  load?: Partial<Load>;
  capacity?: Partial<Capacity>;
};

export function node(overrides: NodeOverrides = {}): NodeView {
  const { load, capacity, ...rest } = overrides;
  const nodeId = overrides.nodeId ?? 'n1';
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
    routerVersion: routerConstant.version,
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

export function want(overrides: Partial<PlaceRequest> = {}): PlaceRequest {
  return Object.freeze({
    roomKey: 't/room',
    sessionId: 'PA_0000000000000000',
    location: frankfurt,
    avoidNodeIds: [],
    regionPin: '',
    protocolVersion: 1,
    routerVersion: routerConstant.version,
    mode: 'relay' as const,
    ...overrides,
  });
}

export interface ViewOptions {
  readonly holders?: readonly string[];
  readonly freshShare?: number;
  readonly nowMs?: number;
  /** Place of the client; default: Frankfurt. */
  readonly from?: Point;
  readonly members?: readonly RoomMembers[];
  readonly timed?: Readonly<Record<string, number>>;
}

/** A view of these nodes, with every host proposed in the order of the index. */
export function view(nodes: readonly NodeView[], o: ViewOptions = {}): ClusterView {
  const { holders = [], members = [] } = o;
  const hosts = new Map<string, NodeView[]>();
  for (const one of nodes) hosts.set(one.hostId, [...(hosts.get(one.hostId) ?? []), one]);
  const approaches = [...hosts.values()].map((ofHost) => approach(ofHost, o));
  approaches.sort((a, b) => Number(b.isTimed) - Number(a.isTimed) || a.rttMs - b.rttMs);
  const routerVersion = nodes.find(({ nodeId }) => holders.includes(nodeId))?.routerVersion;
  const room = { holders, routerVersion, members };
  return Object.freeze({ version: 1, nowMs: o.nowMs ?? 0, freshShare: o.freshShare ?? 1, approaches, room });
}

function approach(nodes: readonly NodeView[], { from = frankfurt, members = [], timed = {} }: ViewOptions): Approach {
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

/** Returns the filter's reason, or 'passes'. */
export function verdict(
  filter: Filter,
  subject: NodeView,
  o: { want?: PlaceRequest; view?: ClusterView } = {},
): string {
  return filter.reject(o.view ?? view([subject]), o.want ?? want(), subject)?.reason ?? 'passes';
}

export function candidate(nodes: readonly [NodeView, ...NodeView[]], overrides: Partial<Approach> = {}): Candidate {
  const made = { ...approach(nodes, {}), rttMs: 20, ...overrides };
  const used = Math.min(...nodes.map((one) => utilisation(one, 0)));
  return { approach: made, nodes, utilisation: used, feltMs: made.rttMs / 2 };
}

export function context(o: ViewOptions & Partial<Omit<ScoreContext, 'view' | 'want'>> = {}): ScoreContext {
  const { hasTimed = false, nearestRttMs = 20, leastFeltMs = 10 } = o;
  return { view: view([], o), want: want(), hasTimed, nearestRttMs, leastFeltMs };
}

/** Returns a random source that gives these numbers in turn, then the last one for ever. */
export function rolls(...values: number[]): () => number {
  let at = 0;
  return () => values[Math.min(at++, values.length - 1)] ?? 0;
}

export function description(overrides: Partial<NodeDescription> = {}): NodeDescription {
  const nodeId = overrides.nodeId ?? 'n1';
  return {
    nodeId,
    kind: 'sfu',
    region: 'eu',
    city: 'frankfurt',
    hostId: `host-${nodeId}`,
    ...frankfurt,
    addresses: [],
    capacity: { sessions: 100, consumers: 0, bandwidthBps: 0, cpuCores: 1 },
    versions: { software: 'test', protocol: 1, router: routerConstant.version },
    incarnation: 'i1',
    publicUrl: '',
    ...overrides,
  };
}

export function room(roomKey: string, sessionIds: readonly string[] = [], overrides: Partial<RoomHeld> = {}): RoomHeld {
  return { roomKey, epoch: 1, ownerId: 'sig', sessionIds, decisionIds: [], ...overrides };
}

export function report(
  overrides: Partial<Omit<NodeReport, 'load'>> & { load?: Partial<ReportedLoad> } = {},
): NodeReport {
  const { load, ...rest } = overrides;
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
