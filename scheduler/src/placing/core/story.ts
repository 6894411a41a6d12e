// Decision story for the console: the node, the single reason for it, and the nearest alternative. Made of the stored
// inputs alone, as explain.ts.

import type { DecisionRecord } from './decision-log.ts';
import { explain, type ScorePart, type ScoreRow } from './explain.ts';
import { utilisation, withOwnSeatsFree, youngOn } from './filters/capacity.ts';
import { isNear } from './near.ts';
import { contextOf, likelyNode, totalOf } from './place.ts';
import type { Policy } from './policy.ts';
import type { Candidate, Rejection, ScoreContext } from './rules.ts';
import { candidatesOf, leastUsed } from './shortlist.ts';
import { singleHost } from './single.ts';
import { type Approach, type ClusterView, type NodeView, onewayToMembersMs } from './view.ts';

export interface StoryCandidate {
  readonly hostId: string;
  /** The host's node that was chosen, or would have been; for a refused host its node that refused first. */
  readonly nodeId: string;
  readonly site: string;
  /** Believed round trip from the client; `isTimed`: measured. */
  readonly rttMs: number;
  readonly isTimed: boolean;
  /** Used share of the node's capacity, 0 … 1. */
  readonly load: number;
  readonly holdsRoom: boolean;
  readonly toMembersMs: number | undefined;
  /** Points and their parts; undefined and empty for a refused host. */
  readonly total: number | undefined;
  readonly parts: readonly ScorePart[];
  /** Filter that refused the host; '': the host was a candidate, or there were enough other candidates. */
  readonly refusedBy: string;
  readonly refusalReason: string;
}

export interface DecisionStory {
  readonly decisionId: string;
  readonly madeAtWallMs: number;
  readonly sessionId: string;
  readonly mode: string;
  readonly degraded: string;
  readonly moveFromNodeId: string;
  readonly moveReason: string;
  readonly place: string;
  readonly placeSource: string;
  readonly radiusKm: number;
  /** The chosen host; undefined: the session was refused. */
  readonly chosen: StoryCandidate | undefined;
  /** The nearest host by round trip, refused or not; undefined: no host was proposed. */
  readonly nearest: StoryCandidate | undefined;
  readonly candidates: number;
  readonly refused: number;
  /**
   * nearest; nearest_refused; near_equal: drawn among equals; opener: beside the node that opened the session; single:
   * the room stays on one host; otherwise the name of the score that made the difference. '': no host was proposed.
   */
  readonly why: string;
  readonly lines: readonly string[];
  /** Error code of a refusal; '': a node was chosen. */
  readonly code: string;
}

/** Returns the story of a decision; `lines` say the same at length. */
export function decisionStory(record: DecisionRecord, policy: Policy): DecisionStory {
  const { view, want, decision, location } = record;
  const { lines, rejections, scores } = explain(record, policy);
  const { candidates } = candidatesOf(view, want, policy);
  const storyInputs: StoryInputs = {
    record,
    policy,
    candidates,
    rejections,
    scores,
    context: contextOf(view, want, candidates),
  };
  const nearest = nearestApproach(record);
  return {
    decisionId: record.decisionId,
    madeAtWallMs: record.madeAtWallMs,
    sessionId: want.sessionId,
    mode: decision.mode,
    degraded: decision.degraded,
    moveFromNodeId: want.move?.fromNodeId ?? '',
    moveReason: want.move?.reason ?? '',
    place: location.label,
    placeSource: location.source,
    radiusKm: location.radiusKm,
    chosen: decision.ok ? candidateOf(storyInputs, view.approaches.find(isOnHost(decision.hostId))) : undefined,
    nearest: candidateOf(storyInputs, nearest),
    candidates: candidates.length,
    refused: rejections.length,
    why: nearest === undefined ? '' : whyOf(storyInputs, nearest),
    lines,
    code: decision.ok ? '' : decision.code,
  };
}

interface StoryInputs {
  readonly record: DecisionRecord;
  readonly policy: Policy;
  readonly candidates: readonly Candidate[];
  readonly rejections: readonly Rejection[];
  readonly scores: readonly ScoreRow[];
  readonly context: ScoreContext;
}

const isOnHost =
  (hostId: string) =>
  ({ host }: Approach): boolean =>
    host.hostId === hostId;
const candidateOn = (candidates: readonly Candidate[], hostId: string): Candidate | undefined =>
  candidates.find(({ approach }) => isOnHost(hostId)(approach));

/**
 * Returns the nearest proposed host; of equals, the chosen host. Guesses do not count when any site was timed, because
 * the best of many guesses is an overestimate.
 */
function nearestApproach({ view: { approaches }, decision }: DecisionRecord): Approach | undefined {
  const hasTimed = approaches.some(({ isTimed }) => isTimed);
  const chosenId = decision.ok ? decision.hostId : '';
  let nearest: Approach | undefined;
  for (const approach of approaches) {
    if (hasTimed && !approach.isTimed) continue;
    const isNearer = nearest === undefined || approach.rttMs < nearest.rttMs;
    if (isNearer || (approach.rttMs === nearest?.rttMs && approach.host.hostId === chosenId)) nearest = approach;
  }
  return nearest;
}

function whyOf({ record, policy, candidates, context }: StoryInputs, { host }: Approach): string {
  const { decision, want, view } = record;
  if (!decision.ok) return 'nearest_refused';
  const isSingle = want.mode === 'single';
  if (decision.hostId === want.opener?.hostId && !(isSingle && view.room.holders.length > 0)) return 'opener';
  if (decision.hostId === host.hostId) return 'nearest';
  const nearest = candidateOn(candidates, host.hostId);
  const chosen = candidateOn(candidates, decision.hostId);
  if (nearest === undefined || chosen === undefined) return 'nearest_refused';
  const nearCandidates = candidates.filter((candidate) => isNear(context, candidate));
  if (isSingle && singleHost(view, want, candidates, nearCandidates) === chosen) return 'single';
  const total = (candidate: Candidate): number => totalOf(context, candidate, policy);
  const best = Math.max(...candidates.map(total));
  if (total(nearest) >= best - policy.nearEqualPoints) return 'near_equal';
  return gainingScore(context, { chosen, nearest }, policy);
}

/** Returns the score in which the chosen host leads the nearest by most weighted points. */
function gainingScore(
  context: ScoreContext,
  { chosen, nearest }: { readonly chosen: Candidate; readonly nearest: Candidate },
  policy: Policy,
): string {
  let best = { name: '', gain: Number.NEGATIVE_INFINITY };
  for (const { rule, weight } of policy.scores) {
    const gain = weight * (rule.score(context, chosen) - rule.score(context, nearest));
    if (gain > best.gain) best = { name: rule.name, gain };
  }
  return best.name;
}

function candidateOf(storyInputs: StoryInputs, approach: Approach | undefined): StoryCandidate | undefined {
  if (approach === undefined) return undefined;
  const { record, candidates, rejections, scores } = storyInputs;
  const { view } = record;
  const { hostId, siteKey, nodes } = approach.host;
  const candidate = candidateOn(candidates, hostId);
  const refusal = candidate === undefined ? rejections.find((rejection) => rejection.hostId === hostId) : undefined;
  const row = candidate && scores.find((one) => one.hostId === hostId);
  const likelyNodeId = candidate && likelyNode(candidate, view).nodeId;
  const nodeId = row?.nodeId ?? likelyNodeId ?? refusal?.nodeId ?? nodes[0]?.nodeId ?? '';
  return {
    hostId,
    nodeId,
    site: siteKey,
    rttMs: approach.rttMs,
    isTimed: approach.isTimed,
    load: candidate?.utilisation ?? loadOf(view, nodes),
    holdsRoom: nodes.some((node) => view.room.holders.includes(node.nodeId)),
    toMembersMs: meanOnewayMs(view, approach),
    total: row?.total,
    parts: row?.parts ?? [],
    refusedBy: refusal?.filter ?? '',
    refusalReason: refusal?.reason ?? '',
  };
}

/** Returns the load of the least used node, as candidates are measured. */
function loadOf(view: ClusterView, [first, ...others]: readonly NodeView[]): number {
  if (first === undefined) return 0;
  const least = leastUsed([first, ...others], view.nowMs);
  return utilisation(withOwnSeatsFree(view, least), view.nowMs, -youngOn(least));
}

function meanOnewayMs({ room: { members } }: ClusterView, approach: Approach): number | undefined {
  const sessions = members.reduce((sum, some) => sum + some.sessions, 0);
  if (sessions === 0) return undefined;
  return members.reduce((sum, some, at) => sum + some.sessions * onewayToMembersMs(approach, some, at), 0) / sessions;
}
