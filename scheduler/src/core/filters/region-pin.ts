// A room may be bound to a region (data residency); nothing outside it is looked at.
import type { Filter } from '../rules.ts';

export const regionPin = {
  name: 'region-pin',
  looksAt: 'wish',
  reject(_view, want, node) {
    if (want.regionPin === '' || node.region === want.regionPin) return undefined;
    return { reason: `is in ${node.region}, pinned to ${want.regionPin}`, retryable: false };
  },
} satisfies Filter;
