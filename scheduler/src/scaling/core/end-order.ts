// Order in which machines can end: a StatefulSet ends its highest ordinal first.
import type { Machine, ScaleNode } from './types.ts';

interface HasNodeId {
  readonly nodeId: string;
}

/** Returns wanted machines that can end: one that must end before is chosen too, is ending (`isEnding`) or gone. */
export function endable<T extends HasNodeId>(
  wanted: readonly T[],
  machines: readonly Machine[],
  isEnding: (machine: Machine) => boolean,
  count = Number.POSITIVE_INFINITY,
): T[] {
  const byId = new Map(machines.map((machine) => [machine.nodeId, machine]));
  const chosenById = new Map<string, T>();
  const canEnd = ({ nodeId }: T): boolean => {
    const predecessor = byId.get(byId.get(nodeId)?.endsAfter ?? '');
    return predecessor === undefined || chosenById.has(predecessor.nodeId) || isEnding(predecessor);
  };
  while (chosenById.size < count) {
    const next = wanted.find((one) => !chosenById.has(one.nodeId) && canEnd(one));
    if (next === undefined) break;
    chosenById.set(next.nodeId, next);
  }
  return [...chosenById.values()];
}

/** Returns drained nodes to take back, at most `count`: only those for whose end no drained node waits. */
export function returnable(drained: readonly ScaleNode[], machines: readonly Machine[], count: number): ScaleNode[] {
  const waiting = new Map(machines.map(({ nodeId, endsAfter }) => [endsAfter, nodeId]));
  const remainingIds = new Set(drained.map(({ nodeId }) => nodeId));
  const returnedNodes: ScaleNode[] = [];
  while (returnedNodes.length < count) {
    const next = drained.find(({ nodeId }) => remainingIds.has(nodeId) && !remainingIds.has(waiting.get(nodeId) ?? ''));
    if (next === undefined) break;
    remainingIds.delete(next.nodeId);
    returnedNodes.push(next);
  }
  return returnedNodes;
}
