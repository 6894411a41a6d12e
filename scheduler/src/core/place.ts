// Which media node serves a session: filter -> score -> pick.
// 1. Hosts are walked from the nearest on; a host with at least one node that passes every filter joins the shortlist (at most 8).
// 2. The shortlist is scored; hosts within `nearEqualPoints` of the best are near-equals.
// 3. Power of two choices: two near-equals are drawn, the one with less charged load wins (Mitzenmacher; never "the least loaded" on
//    figures that are a second old). The same once more among the nodes of the chosen host.
// The result depends on the arguments alone. Run again on the slice that `placeSlice` keeps, with the same random source, it is the same.
import { assert } from '@meridian/protocol';
import { isPanic } from './filters/alive.ts';
import { utilisation } from './filters/capacity.ts';
import { distanceKm, estimatedRttMs } from './geo.ts';
import type { Policy } from './policy.ts';
import type { Candidate, Rejection, ScoreContext } from './rules.ts';
import { type ClusterView, type NodeView, type PlaceWish, sliceOf } from './view.ts';

export interface ScorePart {
  readonly name: string;
  readonly score: number;
  readonly weight: number;
  readonly reason: string;
}
export interface ScoreRow {
  readonly hostId: string;
  readonly nodeId: string; // the node that was, or first would have been, taken on this host
  readonly total: number;
  readonly parts: readonly ScorePart[];
}
export type Mode = 'normal' | 'panic';
export type Decision =
  | {
      readonly ok: true;
      readonly nodeId: string;
      readonly hostId: string;
      readonly scores: readonly ScoreRow[];
      readonly rejections: readonly Rejection[];
      readonly mode: Mode;
    }
  | {
      readonly ok: false;
      readonly code: 'NO_NODE' | 'NO_CAPACITY';
      readonly rejections: readonly Rejection[];
      readonly mode: Mode;
    };

/** Decides. `rand` gives numbers in [0, 1); at most four are drawn. */
export function place(view: ClusterView, want: PlaceWish, policy: Policy, rand: () => number): Decision {
  const mode: Mode = isPanic(view) ? 'panic' : 'normal';
  const { candidates, rejections } = shortlist(view, want, policy);
  const nearest = candidates[0];
  if (nearest === undefined) return { ok: false, code: refusalCode(rejections), rejections, mode };
  const context: ScoreContext = { view, want, nearestRttMs: nearest.rttMs };
  const scored = candidates
    .map((candidate) => ({ candidate, ...total(context, candidate, policy) }))
    .sort((a, b) => b.total - a.total || compareText(a.candidate.hostId, b.candidate.hostId));
  const host = pick(nearEquals(scored, policy), rand).candidate;
  const nodes = host.nodes
    .map((node): Candidate => ({ ...host, nodes: [node] }))
    .map((candidate) => ({ candidate, ...total(context, candidate, policy) }))
    .sort((a, b) => b.total - a.total || compareText(a.candidate.nodes[0].nodeId, b.candidate.nodes[0].nodeId));
  const node = pick(nearEquals(nodes, policy), rand).candidate.nodes[0];
  const scores = scored.map(({ candidate, ...row }): ScoreRow => {
    const nodeId = candidate === host ? node.nodeId : leastLoaded(candidate).nodeId;
    return { hostId: candidate.hostId, nodeId, ...row };
  });
  return { ok: true, nodeId: node.nodeId, hostId: host.hostId, scores, rejections, mode };
}

/** A small view on which `place` decides the same: all nodes of the shortlisted hosts and of those whose rejection is on record. */
export function placeSlice(view: ClusterView, want: PlaceWish, policy: Policy): ClusterView {
  const { candidates, rejections } = shortlist(view, want, policy);
  const hostIds = new Set([...candidates, ...rejections].map((row) => row.hostId));
  // One holder of the room tells its router version, which the version filter compares with.
  const holders = view.rooms.get(want.roomKey) ?? [];
  const holder = view.nodes.find((node) => holders.includes(node.nodeId));
  if (holder !== undefined) hostIds.add(holder.hostId);
  return sliceOf(view, hostIds, want.roomKey);
}

function shortlist(view: ClusterView, want: PlaceWish, policy: Policy) {
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (const host of hostsByDistance(view, want)) {
    if (candidates.length >= policy.shortlistMax) break;
    const fit: NodeView[] = [];
    for (const node of host.nodes) {
      const rejection = firstRejection(view, want, node, policy);
      if (rejection === undefined) fit.push(node);
      else if (rejections.length < policy.rejectionsMax) rejections.push(rejection);
    }
    const [first, ...rest] = fit;
    if (first !== undefined) candidates.push({ hostId: host.hostId, rttMs: host.rttMs, nodes: [first, ...rest] });
  }
  return { candidates, rejections };
}

/** Nodes of one host are taken to be where the nearest of them says it is. */
function hostsByDistance(view: ClusterView, want: PlaceWish) {
  const hosts = new Map<string, { hostId: string; rttMs: number; nodes: NodeView[] }>();
  for (const node of view.nodes) {
    const rttMs = estimatedRttMs(distanceKm(want.location, node));
    const host = hosts.get(node.hostId);
    if (host === undefined) hosts.set(node.hostId, { hostId: node.hostId, rttMs, nodes: [node] });
    else {
      host.nodes.push(node);
      host.rttMs = Math.min(host.rttMs, rttMs);
    }
  }
  return [...hosts.values()].sort((a, b) => a.rttMs - b.rttMs || compareText(a.hostId, b.hostId));
}

function firstRejection(view: ClusterView, want: PlaceWish, node: NodeView, policy: Policy): Rejection | undefined {
  for (const filter of policy.filters) {
    const no = filter.reject(view, want, node);
    if (no !== undefined) return { hostId: node.hostId, nodeId: node.nodeId, filter: filter.name, ...no };
  }
  return undefined;
}

function total(context: ScoreContext, candidate: Candidate, policy: Policy) {
  const parts = policy.scores.map(({ rule, weight }): ScorePart => {
    const { score, reason } = rule.score(context, candidate);
    assert(score >= 0 && score <= 100, `score ${rule.name} is ${score}, not within 0..100`);
    return { name: rule.name, score: round(score), weight, reason };
  });
  return { total: round(parts.reduce((sum, part) => sum + part.score * part.weight, 0)), parts };
}

function nearEquals<T extends { total: number }>(sorted: readonly T[], policy: Policy): T[] {
  const best = sorted[0];
  assert(best !== undefined, 'there is a best candidate');
  return sorted.filter((row) => row.total >= best.total - policy.nearEqualPoints);
}

/** Power of two choices; with one or two to draw from this is the least loaded of them. */
function pick<T extends { candidate: Candidate }>(rows: readonly T[], rand: () => number): T {
  const first = Math.floor(rand() * rows.length);
  const offset = rows.length > 1 ? 1 + Math.floor(rand() * (rows.length - 1)) : 0;
  const a = rows[first];
  const b = rows[(first + offset) % rows.length];
  assert(a !== undefined && b !== undefined, 'rand() is within [0, 1)');
  return utilisation(leastLoaded(b.candidate)) < utilisation(leastLoaded(a.candidate)) ? b : a;
}

function leastLoaded(candidate: Candidate): NodeView {
  return candidate.nodes.reduce((least, node) => (utilisation(node) < utilisation(least) ? node : least));
}

function refusalCode(rejections: readonly Rejection[]): 'NO_NODE' | 'NO_CAPACITY' {
  return rejections.some((rejection) => rejection.filter === 'capacity') ? 'NO_CAPACITY' : 'NO_NODE';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
