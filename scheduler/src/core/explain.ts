// A decision in words. Nothing is remembered for it but the inputs: `place` runs again on the stored view with the stored seed, and the
// explanation says whether it came out the same.
import type { DecisionRecord } from './decision-log.ts';
import { type Decision, place, type ScoreRow } from './place.ts';
import type { Policy } from './policy.ts';
import type { Rejection } from './rules.ts';

export interface Explanation {
  readonly lines: readonly string[];
  /** Whether the same inputs gave the same decision again; false would be a broken invariant. */
  readonly isReproduced: boolean;
}

export function explain(record: DecisionRecord, policy: Policy, rand: () => number): Explanation {
  const again = place(record.view, record.want, policy, rand);
  const lines = [...whoAndWhere(record), ...outcome(again, policy), ...again.rejections.map(rejectionLine)];
  return { lines, isReproduced: isSame(record.decision, again) };
}

/** Short reasons for the asking side: where the location is from, and why this node. */
export function reasonsOf(record: DecisionRecord): string[] {
  const { decision } = record;
  const waited = record.waited === '' ? [] : [record.waited];
  if (!decision.ok) return [record.locationReason, ...decision.rejections.slice(0, 8).map(rejectionLine), ...waited];
  const chosen = decision.scores.find((row) => row.hostId === decision.hostId);
  return [record.locationReason, ...(chosen?.parts.map((part) => `${part.name}: ${part.reason}`) ?? []), ...waited];
}

function whoAndWhere(record: DecisionRecord): string[] {
  const { want, location, view } = record;
  const radius = location.radiusKm > 0 ? `, within ${Math.round(location.radiusKm)} km` : '';
  return [
    `Session ${want.sessionId} of room ${want.roomKey}, asked by ${record.signalingId}.`,
    `Client: ${location.label} (${location.latitude}, ${location.longitude}${radius}), source ${location.source}: ${record.locationReason}.`,
    `View ${view.version}; room held by ${view.rooms.get(want.roomKey)?.join(', ') || 'no node'}; seed ${record.seed}.`,
    ...(record.waited === '' ? [] : [`Before deciding, the centre ${record.waited}.`]),
  ];
}

function outcome(decision: Decision, policy: Policy): string[] {
  const panic =
    decision.mode === 'panic'
      ? ['Panic: less than half of the media nodes were heard in time, so silence alone was no reason.']
      : [];
  if (!decision.ok) return [...panic, `Refused: ${decision.code}.`];
  const best = decision.scores[0]?.total ?? 0;
  const near = decision.scores.filter((row) => row.total >= best - policy.nearEqualPoints);
  const how =
    near.length > 1
      ? `drawn from ${near.length} near-equals (within ${policy.nearEqualPoints} of ${best}): the less loaded of two`
      : 'the only host near the best score';
  return [
    ...panic,
    `Chosen: ${decision.nodeId} on host ${decision.hostId}, ${how}.`,
    ...decision.scores.map((row) => scoreLine(row, row.hostId === decision.hostId)),
  ];
}

function scoreLine(row: ScoreRow, isChosen: boolean): string {
  const parts = row.parts.map((part) => `${part.name} ${part.score} × ${part.weight} (${part.reason})`);
  return `${isChosen ? '→' : ' '} ${row.hostId} ${row.total} = ${parts.join(' + ')}`;
}

function rejectionLine(rejection: Rejection): string {
  return `✗ ${rejection.nodeId} on ${rejection.hostId}: ${rejection.filter}: ${rejection.reason}`;
}

function isSame(a: Decision, b: Decision): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
