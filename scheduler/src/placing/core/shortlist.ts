// Chooses candidates among the proposed hosts, and the mode: runs the filters over the nodes of each host, nearest
// first, at most `shortlistMax`. For the modes see place.ts.

import { feltMs } from './felt-delay.ts';
import { isPanic } from './filters/alive.ts';
import { utilisation, withOwnSeatsFree, youngOn } from './filters/capacity.ts';
import { NEARLY_AS_NEAR_MS, nearestOf } from './near.ts';
import type { Policy } from './policy.ts';
import type { Candidate, Filter, Rejection } from './rules.ts';
import { filtersFor, type Sieve, sieveOf } from './sieve.ts';
import {
  type Approach,
  type ClusterView,
  type NodeView,
  onewayToMembersMs,
  type PlaceRequest,
  type RoomMembers,
} from './view.ts';

export type Mode = 'normal' | 'panic' | 'degraded';

export interface Shortlist {
  readonly candidates: readonly Candidate[];
  readonly mode: Mode;
  readonly degraded: string;
}

/** Returns the proposed hosts that may take the session, at most `shortlistMax`, and the mode. */
export function candidatesOf(view: ClusterView, want: PlaceRequest, policy: Policy): Shortlist {
  const panic = isPanic(view) ? PANIC : '';
  const normalCandidates = fitting(view, want, policy.filters, policy.shortlistMax);
  const candidates =
    normalCandidates.length > 0 ? normalCandidates : fitting(view, want, policy.lastFilters, policy.shortlistMax);
  if (candidates.length > 0) {
    if (panic !== '') return { candidates, mode: 'panic', degraded: panic };
    const degraded = splitOf(view, want, candidates) ?? spillOf(view, want, candidates, policy) ?? '';
    return { candidates, mode: degraded === '' ? 'normal' : 'degraded', degraded };
  }
  const isLive = view.room.members.length > 0;
  const relaxed = isLive ? fitting(view, want, policy.degradedFilters, policy.shortlistMax) : [];
  if (relaxed.length > 0) return { candidates: relaxed, mode: 'degraded', degraded: FULL };
  return { candidates: [], mode: panic === '' ? 'normal' : 'panic', degraded: panic };
}

const PANIC = 'less than half of the media nodes reported in time, so silence alone was no reason';
const FULL = 'no host is below its soft limits of CPU and bandwidth, so they were raised for joins into a running room';

/** A full `single` room gets a second host; clients see why, because it costs the savings of the mode. */
function splitOf(
  { room: { holders } }: ClusterView,
  want: PlaceRequest,
  candidates: readonly Candidate[],
): string | undefined {
  if (want.mode !== 'single' || holders.length === 0) return undefined;
  if (candidates.some(({ nodes }) => nodes.some((node) => holders.includes(node.nodeId)))) return undefined;
  return 'the node of this room takes no more sessions, so the room, which is to be one host, has two';
}

/** Returns the words when people are sent farther because the near hosts are full. */
function spillOf(
  view: ClusterView,
  want: PlaceRequest,
  candidates: readonly Candidate[],
  policy: Policy,
): string | undefined {
  const [first] = view.approaches;
  if (first === candidates[0]?.approach) return undefined;
  const { nearestRttMs } = nearestOf(candidates);
  let fullMs = nearestRttMs;
  for (const { host, rttMs } of view.approaches) {
    if (rttMs >= fullMs) continue;
    const isFull = host.nodes.some((node) =>
      isFullBy(firstRejection(view, want, node, policy.lastFilters)?.filter, policy),
    );
    if (isFull) fullMs = rttMs;
  }
  const fartherMs = nearestRttMs - fullMs;
  if (fartherMs <= NEARLY_AS_NEAR_MS) return undefined;
  return `hosts that are ${Math.round(fartherMs)} ms nearer take no more sessions: they are full`;
}

export function rejectionsOf(view: ClusterView, want: PlaceRequest, policy: Policy): Rejection[] {
  const rows: Rejection[] = [];
  const sieve = sieveOf(policy.filters, want);
  for (const { host } of view.approaches) {
    for (const node of host.nodes) {
      if (passes(view, want, node, sieve)) continue;
      const rejection = firstRejection(view, want, node, policy.filters);
      if (rejection !== undefined) rows.push({ hostId: node.hostId, nodeId: node.nodeId, ...rejection });
    }
  }
  return rows;
}

function fitting(
  view: ClusterView,
  want: PlaceRequest,
  filters: readonly Filter[],
  candidatesMax: number,
): Candidate[] {
  const found: Candidate[] = [];
  const sieve = sieveOf(filters, want);
  const { approaches } = view;
  for (let index = 0; index < approaches.length && found.length < candidatesMax; index += 1) {
    const approach = approaches[index] as Approach;
    const nodes = openNodes(view, want, approach.host.nodes, sieve);
    if (!isSome(nodes)) continue;
    const least = leastUsed(nodes, view.nowMs);
    const used = utilisation(withOwnSeatsFree(view, least), view.nowMs, -youngOn(least));
    found.push({ approach, nodes, utilisation: used, feltMs: feltToMembers(view, approach) });
  }
  return found;
}

/** Returns the nodes that pass; usually all do, and the same list is returned. */
function openNodes(
  view: ClusterView,
  want: PlaceRequest,
  nodes: readonly NodeView[],
  sieve: Sieve,
): readonly NodeView[] {
  let passingCount = 0;
  for (let index = 0; index < nodes.length; index += 1) {
    if (passes(view, want, nodes[index] as NodeView, sieve)) passingCount += 1;
  }
  if (passingCount === nodes.length) return nodes;
  return passingCount === 0 ? NONE : nodes.filter((node) => passes(view, want, node, sieve));
}

const NONE: readonly NodeView[] = [];
const isSome = (nodes: readonly NodeView[]): nodes is Candidate['nodes'] => nodes.length > 0;

export function passes(view: ClusterView, want: PlaceRequest, node: NodeView, sieve: Sieve): boolean {
  const filters = filtersFor(sieve, node);
  for (let index = 0; index < filters.length; index += 1) {
    if ((filters[index] as Filter).reject(view, want, node) !== undefined) return false;
  }
  return true;
}

function firstRejection(view: ClusterView, want: PlaceRequest, node: NodeView, filters: readonly Filter[]) {
  for (const filter of filters) {
    const rejection = filter.reject(view, want, node);
    if (rejection !== undefined) return { filter: filter.name, ...rejection };
  }
  return undefined;
}

function feltToMembers({ room: { members } }: ClusterView, approach: Approach): number {
  if (members.length === 0) return approach.rttMs / 2;
  let total = 0;
  for (let index = 0; index < members.length; index += 1) {
    const some = members[index] as RoomMembers;
    total += some.sessions * feltMs(onewayToMembersMs(approach, some, index));
  }
  return total;
}

export function isFullBy(filter: string | undefined, { lastFilters }: Policy): boolean {
  return lastFilters.some(({ name, meansFull }) => meansFull === true && name === filter);
}

export function leastUsed(nodes: Candidate['nodes'], nowMs: number): NodeView {
  if (nodes.length === 1) return nodes[0];
  return nodes.reduce((least, node) => (utilisation(node, nowMs) < utilisation(least, nowMs) ? node : least));
}
