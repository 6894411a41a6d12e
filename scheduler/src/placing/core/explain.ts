// Explains a decision in words. Only its inputs are stored: `place` runs again on the stored view with the stored seed,
// and the explanation says whether the result was the same.

import { drawsOf } from '../../base/core/draws.ts';
import type { DecisionRecord } from './decision-log.ts';
import { contextOf, type Decision, likelyNode, place, totalOf } from './place.ts';
import type { Policy } from './policy.ts';
import type { Candidate, Rejection, ScoreContext } from './rules.ts';
import { candidatesOf, rejectionsOf } from './shortlist.ts';
import type { ClusterView, PlaceRequest } from './view.ts';

export interface ScorePart {
  readonly name: string;
  readonly score: number;
  readonly weight: number;
  readonly reason: string;
}
export interface ScoreRow {
  readonly hostId: string;
  readonly nodeId: string; // the node that was, or first would have been, chosen on this host
  readonly total: number;
  readonly parts: readonly ScorePart[];
}

export interface Explanation {
  readonly lines: readonly string[];
  readonly scores: readonly ScoreRow[];
  readonly rejections: readonly Rejection[];
  /** Whether the same inputs gave the same decision again; false would be a broken invariant. */
  readonly isReproduced: boolean;
}

export function explain(record: DecisionRecord, policy: Policy): Explanation {
  const { view, want, seed, decision } = record;
  const repeated = place(view, want, policy, drawsOf(seed));
  const scores = scoresOf(record, policy);
  const rejections = rejectionsOf(view, want, policy);
  const lines = [...whoAndWhere(record), ...outcome(repeated, want, scores, policy), ...rejections.map(rejectionLine)];
  return { lines, scores, rejections, isReproduced: JSON.stringify(decision) === JSON.stringify(repeated) };
}

/** Returns the candidates with their points, the best first; at most `rowsMax`, the chosen host among them. */
export function scoresOf(
  { view, want, decision }: Pick<DecisionRecord, 'view' | 'want' | 'decision'>,
  policy: Policy,
  rowsMax = Number.POSITIVE_INFINITY,
): ScoreRow[] {
  if (!decision.ok) return [];
  const { candidates } = candidatesOf(view, want, policy);
  const context = contextOf(view, want, candidates);
  const ranked = candidates
    .map((candidate) => ({ candidate, total: totalOf(context, candidate, policy) }))
    .sort((a, b) => b.total - a.total || compareText(hostOf(a.candidate), hostOf(b.candidate)));
  const chosen = ranked.filter(({ candidate }) => hostOf(candidate) === decision.hostId);
  const others = ranked.filter(({ candidate }) => hostOf(candidate) !== decision.hostId).slice(0, rowsMax - 1);
  const shownRows = ranked.filter((row) => chosen.includes(row) || others.includes(row));
  return shownRows.map(({ candidate, total }) => {
    const nodeId = hostOf(candidate) === decision.hostId ? decision.nodeId : likelyNode(candidate, view).nodeId;
    return { hostId: hostOf(candidate), nodeId, total: round(total), parts: partsOf(context, candidate, policy) };
  });
}

const hostOf = ({ approach }: Candidate): string => approach.host.hostId;

function partsOf(context: ScoreContext, candidate: Candidate, policy: Policy): ScorePart[] {
  return policy.scores.map(({ rule, weight }) => ({
    name: rule.name,
    score: round(rule.score(context, candidate)),
    weight,
    reason: rule.reason(context, candidate),
  }));
}

/** Rows of an answer to a client: the chosen host and two others. */
const SCORES_SHOWN_MAX = 3;
/** Limit of rejected hosts in an answer; a client is shown two. */
const REJECTIONS_SHOWN_MAX = 8;

export interface SessionExplanation {
  readonly scores: readonly ScoreRow[];
  readonly rejections: readonly Rejection[];
  readonly reasons: readonly string[];
}

/** Returns all that a placed client may know of its decision, on its request: this runs the rules again. */
export function sessionExplanationOf(record: DecisionRecord, policy: Policy): SessionExplanation {
  const { decision, view, want } = record;
  const scores = scoresOf(record, policy, SCORES_SHOWN_MAX);
  const rejections = rejectionsOf(view, want, policy).slice(0, REJECTIONS_SHOWN_MAX);
  const chosen = decision.ok ? scores.find((row) => row.hostId === decision.hostId) : undefined;
  return { scores, rejections, reasons: reasonsOf(record, chosen, rejections) };
}

/** Returns reasons that need no rule. A refusal has nothing else to say, so it adds the rules that refused. */
export function briefReasonsOf(record: DecisionRecord, policy: Policy): string[] {
  const { decision, want, waited } = record;
  // Nearly every join is placed so.
  if (decision.ok && want.move === undefined && waited === '' && decision.degraded === '')
    return [record.locationReason];
  if (decision.ok) return reasonsOf(record, undefined, []);
  return reasonsOf(record, undefined, rejectionsOf(record.view, record.want, policy).slice(0, REJECTIONS_SHOWN_MAX));
}

/** Returns the reasons for the asking side: a move, the source of the location, and why this node. */
export function reasonsOf(
  record: DecisionRecord,
  chosen: ScoreRow | undefined,
  rejections: readonly Rejection[],
): string[] {
  const { decision, want } = record;
  const { move } = want;
  const moved = move === undefined ? [] : [`moved from ${move.fromNodeId}: ${move.told ?? move.reason}`];
  const waited = record.waited === '' ? [] : [record.waited];
  const mode = decision.degraded === '' ? [] : [`${decision.mode}: ${decision.degraded}`];
  if (!decision.ok) return [...moved, record.locationReason, ...mode, ...rejections.map(rejectionForClient), ...waited];
  return [
    ...moved,
    record.locationReason,
    ...(chosen?.parts.map((part) => `${part.name}: ${part.reason}`) ?? []),
    ...mode,
    ...waited,
  ];
}

function whoAndWhere(record: DecisionRecord): string[] {
  const { want, location, view } = record;
  const radius = location.radiusKm > 0 ? `, within ${Math.round(location.radiusKm)} km` : '';
  return [
    `Session ${want.sessionId} of room ${want.roomKey} (${want.mode}), asked by ${record.signalingId}.`,
    ...(want.move === undefined ? [] : [`A move from ${want.move.fromNodeId}: ${want.move.reason}.`]),
    `Client: ${location.label} (${location.latitude}, ${location.longitude}${radius}), source ${location.source}: ${record.locationReason}.`,
    `View ${view.version}; ${inRoom(view)}; seed ${record.seed}.`,
    ...(record.waited === '' ? [] : [`Before deciding, the centre ${record.waited}.`]),
  ];
}

function inRoom({ room: { holders, members } }: ClusterView): string {
  if (holders.length === 0) return 'room held by no node';
  const inRoom = members.map(
    ({ hostId, sessions, accessRttMs }) => `${sessions} at ${hostId} (round trip ${Math.round(accessRttMs)} ms)`,
  );
  return `room held by ${holders.join(', ')}${inRoom.length > 0 ? `: ${inRoom.join(', ')}` : ''}`;
}

function outcome(decision: Decision, { opener }: PlaceRequest, scores: readonly ScoreRow[], policy: Policy): string[] {
  const mode =
    decision.degraded === '' ? [] : [`${decision.mode === 'panic' ? 'Panic' : 'Degraded'}: ${decision.degraded}.`];
  if (!decision.ok) return [...mode, `Refused: ${decision.code}.`];
  const best = scores[0]?.total ?? 0;
  const nearEquals = scores.filter((row) => row.total >= best - policy.nearEqualPoints);
  const choiceText =
    nearEquals.length > 1
      ? `drawn from ${nearEquals.length} near-equals (within ${policy.nearEqualPoints} of ${best}): the less loaded of two`
      : 'the only host near the best score';
  const why = decision.hostId === opener?.hostId ? `where ${opener.nodeId} is, which opened the session` : choiceText;
  return [
    ...mode,
    `Chosen: ${decision.nodeId} on host ${decision.hostId}, ${why}.`,
    ...scores.map((row) => scoreLine(row, row.hostId === decision.hostId)),
  ];
}

function scoreLine(row: ScoreRow, isChosen: boolean): string {
  const parts = row.parts.map((part) => `${part.name} ${part.score} × ${part.weight} (${part.reason})`);
  return `${isChosen ? '→' : ' '} ${row.hostId} ${row.total} = ${parts.join(' + ')}`;
}

function rejectionLine(rejection: Rejection): string {
  return `✗ ${rejection.nodeId} on ${rejection.hostId}: ${rejection.filter}: ${rejection.reason}`;
}

/** The client gets no reason: it may be the operator's own words (why a node drains), which stay with the operator. */
function rejectionForClient({ nodeId, filter }: Rejection): string {
  return `✗ ${nodeId}: ${filter}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
