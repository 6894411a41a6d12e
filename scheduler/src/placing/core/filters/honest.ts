// A node whose own figures contradict one another, or what the centre knows, gets no sessions until they agree again.
import type { Filter } from '../rules.ts';

export const honest = {
  name: 'honest',
  looksAt: 'node',
  reject(_view, _want, node) {
    return node.distrust === undefined ? undefined : { reason: node.distrust, retryable: true };
  },
} satisfies Filter;
