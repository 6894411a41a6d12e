// In which order machines end, when not every one can: of a StatefulSet the highest ordinal ends first. Pure.
import type { Machine, ScaleNode } from './types.ts';

interface Named {
  readonly nodeId: string;
}

/**
 * Of `wanted`, best first, at most `count`: each can end, because nothing has to end before it, or what has to is taken
 * before it or `isEnding`. What is no more among the machines has ended.
 */
export function endable<T extends Named>(
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

/**
 * Of drained nodes, best first, at most `count` to take back: each only when nothing that is drained waits for its end.
 */
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
