// Chooses the media node of a session: filter -> score -> pick.
// - Among the hosts that the index proposes (propose.ts), those with a node that passes every filter are candidates, at
//   most 8. Without any, hosts in their slow start take their full capacity; and if the fleet is full even so, the soft
//   limits move up for joins into a living room (mode `degraded`, with its reason). See shortlist.ts.
// - Candidates are scored; those within `nearEqualPoints` of the best are near-equals.
// - Power of two choices: two near-equals are drawn, and the lower charged load wins (Mitzenmacher; never "the least
//   loaded" on figures that are a second old). The same repeats among the nodes of the chosen host. A session that a
//   gateway or recorder opens goes to the opener's host where possible: media then crosses no network between the two.
//   In mode `single` a room is on one host: later sessions go where the room is, a new room is put by bounded-load
//   hashing (single.ts). The result depends on the arguments alone; the stored view with the same draws gives the same
//   result.
import { assert } from '@meridian/protocol';
import { utilisation, withOwnSeatsFree, youngOn } from './filters/capacity.ts';
import { isBusy, isNear, nearestOf } from './near.ts';
import type { Policy } from './policy.ts';
import type { Candidate, ScoreContext } from './rules.ts';
import { candidatesOf, isFullBy, leastUsed, type Mode, rejectionsOf } from './shortlist.ts';
import { singleHost } from './single.ts';
import type { ClusterView, NodeView, PlaceRequest } from './view.ts';
import { SESSIONS_EXPECTED } from './young-rooms.ts';

export type Decision =
  | {
      readonly ok: true;
      readonly nodeId: string;
      readonly hostId: string;
      readonly mode: Mode;
      readonly degraded: string;
    }
  | { readonly ok: false; readonly code: 'NO_NODE' | 'NO_CAPACITY'; readonly mode: Mode; readonly degraded: string };

/** `rand` gives numbers in [0, 1); at most four are drawn. `degraded`: reason of an unusual mode, otherwise ''. */
export function place(view: ClusterView, want: PlaceRequest, policy: Policy, rand: () => number): Decision {
  const { candidates, mode, degraded } = candidatesOf(view, want, policy);
  if (candidates.length === 0) return { ok: false, code: refusalCode(view, want, policy), mode, degraded };
  const host = pickHost(contextOf(view, want, candidates), candidates, policy, rand);
  const node = pickNode(host, view, want, rand);
  return { ok: true, nodeId: node.nodeId, hostId: node.hostId, mode, degraded };
}

export function contextOf(view: ClusterView, want: PlaceRequest, candidates: readonly Candidate[]): ScoreContext {
  const nearest = nearestOf(candidates);
  const { hasTimed, nearestRttMs } = nearest;
  let leastFree = Number.POSITIVE_INFINITY;
  let leastNear = Number.POSITIVE_INFINITY;
  for (let index = 0; index < candidates.length; index += 1) {
    const candidate = candidates[index] as Candidate;
    if (!isNear(nearest, candidate)) continue;
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

export function totalOf(context: ScoreContext, candidate: Candidate, policy: Policy): number {
  let total = 0;
  const { scores } = policy;
  for (let index = 0; index < scores.length; index += 1) {
    const { rule, weight } = scores[index] as (typeof scores)[number];
    const score = rule.score(context, candidate);
    // The text is built only on failure, because this runs for every candidate of every decision.
    if (!(score >= 0 && score <= 100)) assert(false, `score ${rule.name} is ${score}, not within 0..100`);
    total += weight * score;
  }
  return total;
}

export function likelyNode({ nodes }: Candidate, view: ClusterView): NodeView {
  const holders = view.room.holders;
  const holder = nodes.find((node) => holders.includes(node.nodeId) && utilisation(node, view.nowMs) < 1);
  return holder ?? leastUsed(nodes, view.nowMs);
}

function pickHost(
  context: ScoreContext,
  candidates: readonly Candidate[],
  policy: Policy,
  rand: () => number,
): Candidate {
  const { view, want } = context;
  const beside = besideOpener(view, want, candidates);
  if (beside !== undefined) return beside;
  if (want.mode === 'single') {
    const nearCandidates = candidates.filter((candidate) => isNear(context, candidate));
    const chosen = singleHost(view, want, candidates, nearCandidates);
    if (chosen !== undefined) return chosen;
  }
  let best = Number.NEGATIVE_INFINITY;
  const totals: number[] = [];
  for (let index = 0; index < candidates.length; index += 1) {
    const total = totalOf(context, candidates[index] as Candidate, policy);
    totals.push(total);
    if (total > best) best = total;
  }
  const near: Candidate[] = [];
  for (let index = 0; index < candidates.length; index += 1) {
    if ((totals[index] as number) >= best - policy.nearEqualPoints) near.push(candidates[index] as Candidate);
  }
  const preferred = near.find(({ nodes }) => preferredOf(nodes, want) !== undefined);
  if (preferred !== undefined) return preferred;
  const more = sessionsToCome(view, want);
  return powerOfTwo(near, ({ nodes }) => leastWith(nodes, more, view), rand);
}

/** Returns the host of the session's opener, except for a room of mode `single`, which stays where it is. */
function besideOpener(
  { room: { holders } }: ClusterView,
  { opener, mode }: PlaceRequest,
  candidates: readonly Candidate[],
): Candidate | undefined {
  if (opener === undefined || (mode === 'single' && holders.length > 0)) return undefined;
  return candidates.find(({ approach }) => approach.host.hostId === opener.hostId);
}

/** A room that begins brings more than its first session; a booked room has its seats. */
function sessionsToCome({ room }: ClusterView, want: PlaceRequest): number {
  const begins = room.members.length === 0 && room.reserved === undefined && want.move === undefined;
  return begins ? SESSIONS_EXPECTED : 1;
}

/**
 * Returns the utilisation of a node after it takes the sessions. The present utilisation says little where shares
 * differ: a room of five is a sixth of a fresh host's share and a fortieth of an old host's, so the fresh host would
 * look emptiest until too many rooms grow on it.
 */
function usedWith(node: NodeView, more: number, view: ClusterView): number {
  return utilisation(withOwnSeatsFree(view, node), view.nowMs, more);
}

/** Returns the utilisation of the node that would then be the least used. */
function leastWith(nodes: Candidate['nodes'], more: number, view: ClusterView): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < nodes.length; index += 1)
    least = Math.min(least, usedWith(nodes[index] as NodeView, more, view));
  return least;
}

function pickNode({ nodes }: Candidate, view: ClusterView, want: PlaceRequest, rand: () => number): NodeView {
  if (nodes.length === 1) return nodes[0];
  const preferred = preferredOf(nodes, want);
  if (preferred !== undefined) return preferred;
  const holders = view.room.holders;
  const freeHolders = nodes.filter(
    (node) => holders.includes(node.nodeId) && utilisation(node, view.nowMs, -youngOn(node)) < 0.9,
  );
  const more = sessionsToCome(view, want);
  return powerOfTwo(freeHolders.length > 0 ? freeHolders : nodes, (node) => usedWith(node, more, view), rand);
}

function preferredOf(nodes: Candidate['nodes'], { preferNodeId }: PlaceRequest): NodeView | undefined {
  return preferNodeId === undefined ? undefined : nodes.find(({ nodeId }) => nodeId === preferNodeId);
}

/** Draws two rows at random and returns the less used; with one or two rows, returns the least used of them. */
function powerOfTwo<T>(rows: readonly T[], used: (row: T) => number, rand: () => number): T {
  const firstIndex = Math.floor(rand() * rows.length);
  const offset = rows.length > 1 ? 1 + Math.floor(rand() * (rows.length - 1)) : 0;
  const a = rows[firstIndex];
  const b = rows[(firstIndex + offset) % rows.length];
  assert(a !== undefined && b !== undefined, 'rand() is within [0, 1)');
  return used(b) < used(a) ? b : a;
}

function refusalCode(view: ClusterView, want: PlaceRequest, policy: Policy): 'NO_NODE' | 'NO_CAPACITY' {
  return rejectionsOf(view, want, policy).some(({ filter }) => isFullBy(filter, policy)) ? 'NO_CAPACITY' : 'NO_NODE';
}
