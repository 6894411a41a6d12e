// Polls the centre's list of nodes, and tracks an operator's act on a node.
import { useMemo, useRef, useState } from 'react';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { ConsoleNode } from '../types.ts';
import type { Question } from './parts.tsx';

/** Polling interval. The API asks the centre as often, since a drain of a few sessions ends within seconds. */
const EVERY_MS = 2000;

export function useFleet(ports: ConsolePorts) {
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const sessionMaxima = useRef(new Map<string, number>());
  const { value, problem, reload } = useApiQuery(
    ['nodes'],
    async () => {
      const { nodes } = await api.get<{ nodes: readonly ConsoleNode[] }>('/console/nodes');
      updateMaxima(sessionMaxima.current, nodes);
      return nodes.toSorted((a, b) => a.nodeId.localeCompare(b.nodeId, 'en', { numeric: true }));
    },
    EVERY_MS,
  );
  const [question, setQuestion] = useState<Question>();
  /** Node that has not confirmed the last act. */
  const [unconfirmedNode, setUnconfirmedNode] = useState<string>();
  return {
    api,
    nodes: value,
    problem,
    reload,
    question,
    ask: setQuestion,
    deaf: unconfirmedNode,
    done: (nodeId: string, isHeard: boolean): void => {
      setUnconfirmedNode(isHeard ? undefined : nodeId);
      reload();
    },
    mostToMove: (nodeId: string): number => sessionMaxima.current.get(nodeId) ?? 0,
  };
}
export type Fleet = ReturnType<typeof useFleet>;

/** Updates the maximum of sessions seen in each running drain, and forgets drains that ended. */
function updateMaxima(maxima: Map<string, number>, nodes: readonly ConsoleNode[]): void {
  const previousMaxima = new Map(maxima);
  maxima.clear();
  for (const { nodeId, isDraining, sessionsToMove = 0 } of nodes)
    if (isDraining) maxima.set(nodeId, Math.max(previousMaxima.get(nodeId) ?? 0, sessionsToMove));
}
