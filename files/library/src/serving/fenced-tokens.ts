// Restricts tokens to tenants whose fence includes this node's region. With a store that nodes of several regions
// share, any of them could read the file of a link, whatever node the link names.
import type { Tokens } from '@meridian/node-shell';
import { isInFence, MeridianError } from '@meridian/protocol';

/** Returns the tokens; `signed` rejects with FENCED_OUT for API keys whose regions exclude this one. */
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
