import { isInFence, MeridianError } from '@meridian/protocol';

/** Throws FENCED_OUT unless media of a room with this fence may touch this region. */
export function demandInFence(fence: string, region: string): void {
  if (!isInFence(fence, region))
    throw new MeridianError('FENCED_OUT', 'this gateway is outside the regions that the room may use');
}
