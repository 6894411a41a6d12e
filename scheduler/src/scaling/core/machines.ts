// How the autoscaler takes a machine whose node reports, does not report yet, or reports no more, and when it is
// stopped. Pure. A silence that is no death yet is none: a suspect node counts on, because most come back within
// seconds. Death is no order to stop: a node that does not report to the centre may carry sessions all the same, it
// needs no centre for that. Its machine is replaced at once, and stopped only after a time that outlasts meetings. A
// new leader knows of a machine what the copy and its driver say: the fleet forgets a dead node after two minutes, its
// driver remembers that it has served (`running`). Names come back, as those of a StatefulSet's pods: a machine that
// begins under the name of one that has died is a new one, and comes; one that ends to begin anew (a pod that is
// deleted, a machine that is replaced) comes from the moment that its node drains.
import type { Machine, NodeMemory, ScaleMemory, ScaleNode, ScalePolicy, ScaleView } from './types.ts';

/**
 * How a machine that is not ending counts: its node is in the fleet and heard; it comes; it has served and is not
 * heard.
 */
export function standingOf(
  state: Machine['state'],
  node: ScaleNode | undefined,
  memory: NodeMemory | undefined,
  nowMs: number,
  policy: ScalePolicy,
): 'heard' | 'starting' | 'silent' {
  if (isThere(node)) return isComingBack(state, node) ? 'starting' : 'heard';
  if (memory?.isNew === true) return 'starting';
  if (node !== undefined || memory?.hasServed === true) return 'silent';
  // The driver says that it has served, and we have never seen it: of another leader's time, and perhaps on its way
  // back.
  return state === 'running' && isOver(memory?.absentSinceMs, policy.startLimitMs, nowMs) ? 'silent' : 'starting';
}

/** Undefined: it stays. */
export function whyStopped(
  state: Machine['state'],
  { node, memory }: { node: ScaleNode | undefined; memory: NodeMemory | undefined },
  nowMs: number,
  policy: ScalePolicy,
): string | undefined {
  const isHeard = isThere(node) && !node.isLate;
  // The driver judges machines from outside and may be wrong about one that is heard and carries sessions.
  if (state === 'failed') return isHeard && node.sessions > 0 ? undefined : 'it has failed';
  if (memory === undefined) return undefined;
  if (node === undefined || (memory.isNew && !isThere(node))) {
    const hasServed = memory.hasServed || state === 'running';
    const limitMs = hasServed ? policy.silentLimitMs : policy.startLimitMs;
    if (!isOver(memory.absentSinceMs, limitMs, nowMs)) return undefined;
    const seconds = Math.round(limitMs / 1000);
    return hasServed ? `it has not reported for ${seconds} s` : `it does not serve after ${seconds} s`;
  }
  if (node.isReplaced) return undefined;
  return isOver(memory.emptySinceMs, policy.emptyHoldMs, nowMs) ? 'drained and empty' : undefined;
}

/** When each machine's node began to be missed, to drain, to be empty; forgotten with the machine. */
export function nodeMemories(
  { nowMs, nodes, machines }: ScaleView,
  memory: ScaleMemory,
): ReadonlyMap<string, NodeMemory> {
  const fleet = new Map(nodes.map((node) => [node.nodeId, node]));
  // At a term's first look nothing is known of what was there before.
  const isFirstLook = memory.regions.size === 0;
  return new Map(
    machines.map(({ nodeId, state }) => {
      const before = memory.nodes.get(nodeId);
      const node = fleet.get(nodeId);
      const isEnding = before !== undefined && (before.isLeaving || before.state !== 'starting');
      const isLeaving = state === 'starting' && isThere(node) && (isEnding || node.state === 'draining');
      const hasBegun = before === undefined ? !isFirstLook : before.isNew || isEnding;
      // A new leader has not seen the drain begin: its reason names the replacement.
      const isReplaced = node?.isReplaced === true;
      const isNew = state === 'starting' && !isThere(node) && (hasBegun || isReplaced);
      const isAbsent = node === undefined || isNew;
      // What is new is not missed since its predecessor.
      const absentBeforeMs = isNew && before?.isNew !== true ? undefined : before?.absentSinceMs;
      const isDraining = node?.state === 'draining';
      const isEmpty = isDraining && !node.isLate && node.isDrainOurs && node.sessions === 0;
      const next: NodeMemory = {
        state,
        isNew,
        isLeaving,
        hasServed: !isNew && (node !== undefined || before?.hasServed === true),
        absentSinceMs: isAbsent ? (absentBeforeMs ?? nowMs) : undefined,
        drainingSinceMs: isDraining ? (before?.drainingSinceMs ?? nowMs) : undefined,
        emptySinceMs: isEmpty ? (before?.emptySinceMs ?? nowMs) : undefined,
      };
      return [nodeId, next];
    }),
  );
}

/** It drains to be made anew: ordered by the autoscaler, or its machine is ending although it is wanted. */
function isComingBack(state: Machine['state'], node: ScaleNode): boolean {
  return node.state === 'draining' && (node.isReplaced || (state === 'starting' && !node.isDrainOurs));
}

/** In the fleet, and to be relied on. */
export const isThere = (node: ScaleNode | undefined): node is ScaleNode => node !== undefined && node.state !== 'away';

export function isOver(sinceMs: number | undefined, limitMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs >= limitMs;
}
