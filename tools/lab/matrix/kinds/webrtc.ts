// A browser with our SDK.
import type { Kind } from '../kind.ts';

export const webrtc: Kind = {
  name: 'webrtc',
  publish: async ({ pages }, { room, region }) => {
    const page = await pages.source(region);
    await page.publish(room);
    return { stop: () => page.reset() };
  },
  play: async ({ pages }, { room, region }) => {
    const page = await pages.player(region);
    const startedMs = await page.play(room);
    return { startedMs, sight: () => page.sight(), said: () => '', stop: () => page.reset() };
  },
};
