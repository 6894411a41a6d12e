// Refuses tenants whose fence excludes this node's region, since nodes of several regions may share a store.
import type { Tokens } from '@meridian/node-shell';
import { isInFence, MeridianError } from '@meridian/protocol';

/** `signed` rejects with FENCED_OUT for API keys whose regions exclude this one. */
export function insideFence(tokens: Pick<Tokens, 'signed'>, region: string): Pick<Tokens, 'signed'> {
  return {
    async signed(token) {
      const opened = await tokens.signed(token);
      if (!isInFence(opened.fence, region))
        throw new MeridianError('FENCED_OUT', 'the node is outside the regions of the API key');
      return opened;
    },
  };
}
