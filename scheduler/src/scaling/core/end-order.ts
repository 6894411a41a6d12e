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
  const taken = new Map<string, T>();
  const canEnd = ({ nodeId }: T): boolean => {
    const before = byId.get(byId.get(nodeId)?.endsAfter ?? '');
    return before === undefined || taken.has(before.nodeId) || isEnding(before);
  };
  while (taken.size < count) {
    const next = wanted.find((one) => !taken.has(one.nodeId) && canEnd(one));
    if (next === undefined) break;
    taken.set(next.nodeId, next);
  }
  return [...taken.values()];
}

/** Returns drained nodes to take back, at most `count`: only those for whose end no drained node waits. */
export function returnable(drained: readonly ScaleNode[], machines: readonly Machine[], count: number): ScaleNode[] {
  const waiting = new Map(machines.map(({ nodeId, endsAfter }) => [endsAfter, nodeId]));
  const left = new Set(drained.map(({ nodeId }) => nodeId));
  const taken: ScaleNode[] = [];
  while (taken.length < count) {
    const next = drained.find(({ nodeId }) => left.has(nodeId) && !left.has(waiting.get(nodeId) ?? ''));
    if (next === undefined) break;
    left.delete(next.nodeId);
    taken.push(next);
  }
  return taken;
}
