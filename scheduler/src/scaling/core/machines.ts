// Standing of a machine whose node reports, does not report yet, or no longer reports, and when the machine is stopped.
// A suspect node still counts, because most come back within seconds. Death is no order to stop: a node that the centre
// does not hear may still carry sessions, because it needs no centre for that. Its machine is replaced at once, and
// stopped only after a time that outlasts meetings. A new leader knows a machine from the copy and its driver: the
// fleet forgets a dead node after two minutes, but its driver remembers that it has served (`running`). Names are
// reused, as those of a StatefulSet's pods: a machine that begins under the name of a dead one is new and counts as
// starting; a machine that ends to begin anew (a deleted pod, a replaced machine) counts as starting from the moment
// that its node drains.
import type { Machine, NodeMemory, ScaleMemory, ScaleNode, ScalePolicy, ScaleView } from './types.ts';

/** Returns `heard` for a node that is in the fleet and reports, `silent` for one that has served and does not. */
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
  // The driver reports that it has served, but this leader has never seen it: it served under an earlier leader, and
  // may be on its way back.
  return state === 'running' && hasLasted(memory?.absentSinceMs, policy.startLimitMs, nowMs) ? 'silent' : 'starting';
}

export function whyStopped(
  state: Machine['state'],
  { node, memory }: { node: ScaleNode | undefined; memory: NodeMemory | undefined },
  nowMs: number,
  policy: ScalePolicy,
): string | undefined {
  const isHeard = isThere(node) && !node.isLate;
  // The driver judges machines from outside and may be wrong about a machine that reports and carries sessions.
  if (state === 'failed') return isHeard && node.sessions > 0 ? undefined : 'it has failed';
  if (memory === undefined) return undefined;
  if (node === undefined || (memory.isNew && !isThere(node))) {
    const hasServed = memory.hasServed || state === 'running';
    const limitMs = hasServed ? policy.silentLimitMs : policy.startLimitMs;
    if (!hasLasted(memory.absentSinceMs, limitMs, nowMs)) return undefined;
    const seconds = Math.round(limitMs / 1000);
    return hasServed ? `it has not reported for ${seconds} s` : `it does not serve after ${seconds} s`;
  }
  if (node.isReplaced) return undefined;
  return hasLasted(memory.emptySinceMs, policy.emptyHoldMs, nowMs) ? 'drained and empty' : undefined;
}

/** Returns since when each machine's node is missing, draining or empty; a machine's memory goes with it. */
export function nodeMemories(
  { nowMs, nodes, machines }: ScaleView,
  memory: ScaleMemory,
): ReadonlyMap<string, NodeMemory> {
  const fleet = new Map(nodes.map((node) => [node.nodeId, node]));
  // At a term's first look nothing is known of earlier machines.
  const isFirstLook = memory.regions.size === 0;
  return new Map(
    machines.map(({ nodeId, state }) => {
      const memoryBefore = memory.nodes.get(nodeId);
      const node = fleet.get(nodeId);
      const isEnding = memoryBefore !== undefined && (memoryBefore.isLeaving || memoryBefore.state !== 'starting');
      const isLeaving = state === 'starting' && isThere(node) && (isEnding || node.state === 'draining');
      const hasBegun = memoryBefore === undefined ? !isFirstLook : memoryBefore.isNew || isEnding;
      // A new leader has not seen the drain begin: its reason names the replacement.
      const isReplaced = node?.isReplaced === true;
      const isNew = state === 'starting' && !isThere(node) && (hasBegun || isReplaced);
      const isAbsent = node === undefined || isNew;
      // A new machine does not inherit the absence of its predecessor.
      const absentBeforeMs = isNew && memoryBefore?.isNew !== true ? undefined : memoryBefore?.absentSinceMs;
      const isDraining = node?.state === 'draining';
      const isEmpty = isDraining && !node.isLate && node.isDrainOurs && node.sessions === 0;
      const memoryAfter: NodeMemory = {
        state,
        isNew,
        isLeaving,
        hasServed: !isNew && (node !== undefined || memoryBefore?.hasServed === true),
        absentSinceMs: isAbsent ? (absentBeforeMs ?? nowMs) : undefined,
        drainingSinceMs: isDraining ? (memoryBefore?.drainingSinceMs ?? nowMs) : undefined,
        emptySinceMs: isEmpty ? (memoryBefore?.emptySinceMs ?? nowMs) : undefined,
      };
      return [nodeId, memoryAfter];
    }),
  );
}

/** Whether it drains to be made anew: by order of the autoscaler, or because its machine ends although it is wanted. */
function isComingBack(state: Machine['state'], node: ScaleNode): boolean {
  return node.state === 'draining' && (node.isReplaced || (state === 'starting' && !node.isDrainOurs));
}

/** Whether it is in the fleet and can be relied on. */
export const isThere = (node: ScaleNode | undefined): node is ScaleNode => node !== undefined && node.state !== 'away';

export function hasLasted(sinceMs: number | undefined, limitMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && nowMs - sinceMs >= limitMs;
}
