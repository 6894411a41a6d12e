// A move with named targets goes nowhere else.
import type { Filter } from '../rules.ts';

export const moveTarget = {
  name: 'move-target',
  looksAt: { request: ['move'] },
  reject(_view, { move }, node) {
    if (move === undefined) return undefined;
    if (move.toNodeIds.length > 0 && !move.toNodeIds.includes(node.nodeId)) {
      return { reason: `the move goes to ${move.toNodeIds.slice(0, NAMED_MAX).join(', ')}`, retryable: false };
    }
    return undefined;
  },
} satisfies Filter;

const NAMED_MAX = 3;
