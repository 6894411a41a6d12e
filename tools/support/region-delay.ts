// How far apart the two regions of a cloud are.
import type { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';

/** One way, in ms, as the edge probes measure it; waits until they have. */
export const delayBetweenRegions = (cloud: TestCloud): Promise<number> =>
  until('the delay between the regions', async () => {
    const { links } = await cloud.links();
    const link = links.find(({ from, to, source }) => from === 'host-fra' && to === 'host-sgp' && source !== 'guessed');
    return link?.onewayMs ?? undefined;
  });
