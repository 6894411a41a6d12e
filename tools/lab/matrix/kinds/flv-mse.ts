// A browser that plays FLV through Media Source Extensions, by mpegts.js.
import type { Kind } from '../kind.ts';
import { type PagePlayer, playInPage } from './in-page.ts';

/** What a page says to mpegts.js to be near to the present. */
const script = `
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
const library = import.meta.resolve('mpegts.js/dist/mpegts.js');
const player: PagePlayer = { library, url: ({ play }) => play?.flv, script };

export const flvMse: Kind = {
  name: 'flv-mse',
  reader: 'browser',
  play: (stage, spot) => playInPage(stage, spot, player),
};
