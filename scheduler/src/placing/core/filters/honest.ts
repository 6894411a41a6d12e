// Refuses a node whose own figures contradict each other, or the centre's, until they agree again.
import type { Filter } from '../rules.ts';

export const honest = {
  name: 'honest',
  looksAt: 'node',
  reject(_view, _want, node) {
    return node.distrust === undefined ? undefined : { reason: node.distrust, retryable: true };
  },
} satisfies Filter;
