// A room may be bound to regions (data residency: its fence, base/protocol/src/fence.ts); nodes outside them are
// refused.
import { isInFence } from '@meridian/protocol';
import type { Filter } from '../rules.ts';

export const regionPin = {
  name: 'region-pin',
  looksAt: { request: ['regionPin'] },
  reject(_view, want, node) {
    if (isInFence(want.regionPin, node.region)) return undefined;
    return { reason: `is in ${node.region}, pinned to ${want.regionPin.replaceAll(',', ', ')}`, retryable: false };
  },
} satisfies Filter;
