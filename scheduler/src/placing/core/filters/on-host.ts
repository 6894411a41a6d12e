// Unencrypted media stays on the host of the gateway or recorder that opens the session.
import type { Filter } from '../rules.ts';

export const onHost = {
  name: 'on-host',
  looksAt: { request: ['opener'] },
  reject(_view, { opener }, node) {
    if (opener?.onHost !== true || node.hostId === opener.hostId) return undefined;
    const { nodeId, hostId } = opener;
    return {
      reason: `is on ${node.hostId}, and ${nodeId} needs a media node of its own host ${hostId}`,
      retryable: false,
    };
  },
} satisfies Filter;
