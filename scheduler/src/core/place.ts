// Which media node serves a session: filter -> score -> pick.
// 1. Of the hosts that the index proposes (propose.ts), those with a node that passes every filter are candidates, at most 8. Is there none,
//    hosts in their slow start take all they can; is there still none because the fleet is full, the soft limits move up for who joins a
//    living room (mode `degraded`, said with its reason).
// 2. Candidates are scored; those within `nearEqualPoints` of the best are near-equals.
// 3. Power of two choices: two near-equals are drawn, the one with less charged load wins (Mitzenmacher; never "the least loaded" on
//    figures that are a second old). The same once more among the nodes of the chosen host.
// In mode `single` a room is one host: who comes later goes where the room is, a new room is put by bounded-load hashing (single.ts).
// The result depends on the arguments alone; run again on the stored view with the same draws, it is the same.
import { assert } from '@meridian/protocol';
import { isPanic } from './filters/alive.ts';
import { utilisation } from './filters/capacity.ts';
import { isBusy, isNear, NEARLY_AS_NEAR_MS } from './near.ts';
import type { Policy } from './policy.ts';
import { feltMs } from './rehome.ts';
import type { Candidate, Filter, Rejection, ScoreContext } from './rules.ts';
import { singleHost } from './single.ts';
import type { Approach, ClusterView, NodeView, PlaceWish } from './view.ts';

export type Mode = 'normal' | 'panic' | 'degraded';
export type Decision =
  | {
      readonly ok: true;
      readonly nodeId: string;
      readonly hostId: string;
      readonly mode: Mode;
      readonly degraded: string;
    }
  | { readonly ok: false; readonly code: 'NO_NODE' | 'NO_CAPACITY'; readonly mode: Mode; readonly degraded: string };

/** Decides. `rand` gives numbers in [0, 1); at most four are drawn. `degraded`: why the mode is not normal, in words; '' when it is. */
export function place(view: ClusterView, want: PlaceWish, policy: Policy, rand: () => number): Decision {
  const { candidates, mode, degraded } = candidatesOf(view, want, policy);
  if (candidates.length === 0) return { ok: false, code: refusalCode(view, want, policy), mode, degraded };
  const host = pickHost(contextOf(view, want, candidates), candidates, policy, rand);
  const node = pickNode(host, view, rand);
  return { ok: true, nodeId: node.nodeId, hostId: node.hostId, mode, degraded };
}

export interface Shortlist {
  readonly candidates: readonly Candidate[];
  readonly mode: Mode;
  readonly degraded: string;
}

/** The proposed hosts that may take the session, at most `shortlistMax`, and in which mode they may. */
export function candidatesOf(view: ClusterView, want: PlaceWish, policy: Policy): Shortlist {
  const panic = isPanic(view) ? PANIC : '';
  const usual = fitting(view, want, policy.filters, policy.shortlistMax);
  const candidates = usual.length > 0 ? usual : fitting(view, want, policy.lastFilters, policy.shortlistMax);
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

const PANIC = 'less than half of the media nodes were heard in time, so silence alone was no reason';
const FULL = 'no host is below its soft limits of CPU and bandwidth, so they were raised for who joins a living room';

/** A room of mode `single` whose host takes nobody gets a second one: said, because it costs what the mode is to save. */
function splitOf(
  { room: { holders } }: ClusterView,
  want: PlaceWish,
  candidates: readonly Candidate[],
): string | undefined {
  if (want.mode !== 'single' || holders.length === 0) return undefined;
  if (candidates.some(({ nodes }) => nodes.some((node) => holders.includes(node.nodeId)))) return undefined;
  return 'the node of this room takes nobody, so the room, which is to be one host, has two';
}

/** People are sent farther because the near hosts are full. */
function spillOf(
  view: ClusterView,
  want: PlaceWish,
  candidates: readonly Candidate[],
  policy: Policy,
): string | undefined {
  const [first] = view.approaches;
  if (first === candidates[0]?.approach) return undefined;
  const { nearestRttMs } = contextOf(view, want, candidates);
  let fullMs = nearestRttMs;
  for (const { host, rttMs } of view.approaches) {
    if (rttMs >= fullMs) continue;
    const isFull = host.nodes.some(
      (node) => firstRejection(view, want, node, policy.lastFilters)?.filter === 'capacity',
    );
    if (isFull) fullMs = rttMs;
  }
  const fartherMs = nearestRttMs - fullMs;
  if (fartherMs <= NEARLY_AS_NEAR_MS) return undefined;
  return `hosts that are ${Math.round(fartherMs)} ms nearer take nobody: they are full`;
}

/** Why proposed nodes may not take the session, in the order of the proposal. */
export function rejectionsOf(view: ClusterView, want: PlaceWish, policy: Policy): Rejection[] {
  const rows: Rejection[] = [];
  for (const { host } of view.approaches) {
    for (const node of host.nodes) {
      const no = firstRejection(view, want, node, policy.filters);
      if (no !== undefined) rows.push({ hostId: node.hostId, nodeId: node.nodeId, ...no });
    }
  }
  return rows;
}

/** What the scores of these candidates are measured against. */
export function contextOf(view: ClusterView, want: PlaceWish, candidates: readonly Candidate[]): ScoreContext {
  let hasTimed = false;
  for (const { approach } of candidates) if (approach.isTimed) hasTimed = true;
  let nearestRttMs = Number.POSITIVE_INFINITY;
  for (const { approach } of candidates) {
    if (approach.isTimed || !hasTimed) nearestRttMs = Math.min(nearestRttMs, approach.rttMs);
  }
  let leastFree = Number.POSITIVE_INFINITY;
  let leastNear = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (!isNear({ hasTimed, nearestRttMs }, candidate)) continue;
    leastNear = Math.min(leastNear, candidate.feltMs);
    if (!isBusy(candidate)) leastFree = Math.min(leastFree, candidate.feltMs);
  }
  return {
    view,
    want,
    hasTimed,
    nearestRttMs,
    leastFeltMs: leastFree < Number.POSITIVE_INFINITY ? leastFree : leastNear,
  };
}

/** Points of a candidate, 0 … 100. */
export function totalOf(context: ScoreContext, candidate: Candidate, policy: Policy): number {
  let total = 0;
  for (const { rule, weight } of policy.scores) {
    const score = rule.score(context, candidate);
    assert(score >= 0 && score <= 100, `score ${rule.name} is ${score}, not within 0..100`);
    total += weight * score;
  }
  return total;
}

/** The node of a candidate that was, or would be, taken when nothing is drawn. */
export function likelyNode({ nodes }: Candidate, view: ClusterView): NodeView {
  const holders = view.room.holders;
  const held = nodes.find((node) => holders.includes(node.nodeId) && utilisation(node, view.nowMs) < 1);
  return held ?? leastUsed(nodes, view.nowMs);
}

function fitting(view: ClusterView, want: PlaceWish, filters: readonly Filter[], most: number): Candidate[] {
  const found: Candidate[] = [];
  for (const approach of view.approaches) {
    if (found.length >= most) break;
    const fit: NodeView[] = [];
    for (const node of approach.host.nodes) if (firstRejection(view, want, node, filters) === undefined) fit.push(node);
    const [first, ...rest] = fit;
    if (first === undefined) continue;
    const nodes: Candidate['nodes'] = [first, ...rest];
    const used = utilisation(leastUsed(nodes, view.nowMs), view.nowMs);
    found.push({ approach, nodes, utilisation: used, feltMs: feltToMembers(view, approach) });
  }
  return found;
}

function firstRejection(view: ClusterView, want: PlaceWish, node: NodeView, filters: readonly Filter[]) {
  for (const filter of filters) {
    const no = filter.reject(view, want, node);
    if (no !== undefined) return { filter: filter.name, ...no };
  }
  return undefined;
}

function feltToMembers({ room: { members } }: ClusterView, { rttMs, toMembersMs }: Approach): number {
  if (members.length === 0) return rttMs / 2;
  let total = 0;
  for (const [index, { sessions, accessRttMs }] of members.entries()) {
    total += sessions * feltMs((rttMs + accessRttMs) / 2 + (toMembersMs[index] ?? 0));
  }
  return total;
}

function pickHost(
  context: ScoreContext,
  candidates: readonly Candidate[],
  policy: Policy,
  rand: () => number,
): Candidate {
  const { view, want } = context;
  if (want.mode === 'single') {
    const near = candidates.filter((candidate) => isNear(context, candidate));
    const chosen = singleHost(view, want, candidates, near);
    if (chosen !== undefined) return chosen;
  }
  let best = Number.NEGATIVE_INFINITY;
  const totals = candidates.map((candidate) => totalOf(context, candidate, policy));
  for (const total of totals) best = Math.max(best, total);
  const near = candidates.filter((_, index) => (totals[index] ?? 0) >= best - policy.nearEqualPoints);
  return powerOfTwo(near, (candidate) => candidate.utilisation, rand);
}

function pickNode({ nodes }: Candidate, view: ClusterView, rand: () => number): NodeView {
  if (nodes.length === 1) return nodes[0];
  const holders = view.room.holders;
  const held = nodes.filter((node) => holders.includes(node.nodeId) && utilisation(node, view.nowMs) < 0.9);
  return powerOfTwo(held.length > 0 ? held : nodes, (node) => utilisation(node, view.nowMs), rand);
}

/** Two drawn at random, the less used one wins; with one or two to draw from this is the least used of them. */
function powerOfTwo<T>(rows: readonly T[], used: (row: T) => number, rand: () => number): T {
  const first = Math.floor(rand() * rows.length);
  const offset = rows.length > 1 ? 1 + Math.floor(rand() * (rows.length - 1)) : 0;
  const a = rows[first];
  const b = rows[(first + offset) % rows.length];
  assert(a !== undefined && b !== undefined, 'rand() is within [0, 1)');
  return used(b) < used(a) ? b : a;
}

function leastUsed(nodes: Candidate['nodes'], nowMs: number): NodeView {
  if (nodes.length === 1) return nodes[0];
  return nodes.reduce((least, node) => (utilisation(node, nowMs) < utilisation(least, nowMs) ? node : least));
}

function refusalCode(view: ClusterView, want: PlaceWish, policy: Policy): 'NO_NODE' | 'NO_CAPACITY' {
  return rejectionsOf(view, want, policy).some(({ filter }) => filter === 'capacity') ? 'NO_CAPACITY' : 'NO_NODE';
}
