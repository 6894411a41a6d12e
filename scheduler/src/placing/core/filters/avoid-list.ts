// Refuses nodes that the asking side has just failed to reach, or wants to leave.
import type { Filter } from '../rules.ts';

export const avoidList = {
  name: 'avoid-list',
  looksAt: { request: ['avoidNodeIds'] },
  reject(_view, want, node) {
    return want.avoidNodeIds.includes(node.nodeId)
      ? { reason: 'the asking side avoids it', retryable: false }
      : undefined;
  },
} satisfies Filter;
