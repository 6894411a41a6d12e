import type { Filter } from '../rules.ts';

export const notDraining = {
  name: 'not-draining',
  looksAt: 'node',
  reject(_view, _want, node) {
    if (node.drainReason !== undefined) return { reason: `draining: ${node.drainReason}`, retryable: true };
    if (node.cordonReason !== undefined) return { reason: `cordoned: ${node.cordonReason}`, retryable: true };
    if (node.state === 'draining') return { reason: 'draining: the node says so', retryable: true };
    return undefined;
  },
} satisfies Filter;
