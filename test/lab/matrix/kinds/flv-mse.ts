// A browser that plays FLV through Media Source Extensions, by mpegts.js.
import { fileURLToPath } from 'node:url';
import { waysOf } from '../../../support/ways.ts';
import type { Kind } from '../kind.ts';

const library = fileURLToPath(import.meta.resolve('mpegts.js/dist/mpegts.js'));

/** What a page says to mpegts.js to be near to the present. In the page: `arg` is the element's id and the URL. */
const play = `
  const { mpegts } = window;
  const config = {
    isLive: true, enableStashBuffer: false, lazyLoad: false, autoCleanupSourceBuffer: true,
    liveBufferLatencyChasing: true, liveBufferLatencyMaxLatency: 0.8, liveBufferLatencyMinRemain: 0.3,
  };
  const player = mpegts.createPlayer({ type: 'flv', isLive: true, url: arg.url }, config);
  player.attachMediaElement(document.getElementById(arg.elementId));
  player.on(mpegts.Events.ERROR, (...said) => { window.clockError = said.join(' '); });
  player.load();
  player.play().catch((error) => { window.clockError = String(error); });
  window.clockPlayer = player;`;

export const flvMse: Kind = {
  name: 'flv-mse',
  reader: 'browser',
  play: async ({ cloud, pages }, { room, region }) => {
    const page = await pages.player(region);
    const url = (await waysOf(cloud, region, { room, identity: 'viewer' })).play?.flv;
    await page.load(library);
    const elementId = await page.see();
    const startedMs = Date.now();
    await page.run(play, { elementId, url });
    await page.hear();
    return {
      startedMs,
      sight: () => page.sight(),
      said: () => 'nothing was played',
      stop: async () => {
        await page.run('window.clockPlayer.destroy();', null);
        await page.reset();
      },
    };
  },
};
