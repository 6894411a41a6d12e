// Tokens of tenants that let this node's region in. With a store that nodes of several regions share, any of them could
// read the file of a link, whatever node the link names.
import type { Tokens } from '@meridian/node-shell';
import { isInFence, MeridianError } from '@meridian/protocol';

/** The same tokens; `signed` rejects with FENCED_OUT those of API keys whose regions leave this one out. */
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
