// The nodes as the centre sees them, again and again, with what can be done to them.
import { useMemo, useRef, useState } from 'react';
import { useAsked } from '../../admin/ui/asked.ts';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { ConsoleNode } from '../types.ts';
import type { Question } from './parts.tsx';

/** As often as the api asks the centre: a drain of a few sessions is over in seconds. */
const EVERY_MS = 2000;

export function useFleet(ports: ConsolePorts) {
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const most = useRef(new Map<string, number>());
  const { value, problem, reload } = useAsked(
    ['nodes'],
    async () => {
      const { nodes } = await api.get<{ nodes: readonly ConsoleNode[] }>('/console/nodes');
      keepMost(most.current, nodes);
      return nodes.toSorted((a, b) => a.nodeId.localeCompare(b.nodeId, 'en', { numeric: true }));
    },
    EVERY_MS,
  );
  const [question, ask] = useState<Question>();
  /** A node that has not heard what was done last. */
  const [deaf, setDeaf] = useState<string>();
  return {
    api,
    nodes: value,
    problem,
    reload,
    question,
    ask,
    deaf,
    done: (nodeId: string, isHeard: boolean): void => {
      setDeaf(isHeard ? undefined : nodeId);
      reload();
    },
    mostToMove: (nodeId: string): number => most.current.get(nodeId) ?? 0,
  };
}
export type Fleet = ReturnType<typeof useFleet>;

/** Of drains that go on; a drain that is over begins anew. */
function keepMost(most: Map<string, number>, nodes: readonly ConsoleNode[]): void {
  const known = new Map(most);
  most.clear();
  for (const { nodeId, isDraining, sessionsToMove = 0 } of nodes)
    if (isDraining) most.set(nodeId, Math.max(known.get(nodeId) ?? 0, sessionsToMove));
}
