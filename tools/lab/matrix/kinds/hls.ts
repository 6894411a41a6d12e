// A browser that plays HLS by hls.js: whole segments, or parts of them as the page for players does.
import type { Kind } from '../kind.ts';
import { type PagePlayer, playInPage } from './in-page.ts';

const player = (lowLatencyMode: boolean): PagePlayer => ({
  library: import.meta.resolve('hls.js/dist/hls.js'),
  url: ({ play }) => play?.hls,
  script: `
    const { Hls } = window;
    const player = new Hls({ lowLatencyMode: ${lowLatencyMode} });
    const element = document.getElementById(arg.elementId);
    player.on(Hls.Events.ERROR, (_event, { fatal, details }) => { if (fatal) window.clockError = details; });
    player.loadSource(arg.url);
    player.attachMedia(element);
    element.play().catch((error) => { window.clockError = String(error); });
    window.clockPlayer = player;`,
});

export const hls: Kind = {
  name: 'hls',
  reader: 'browser',
  play: (stage, spot) => playInPage(stage, spot, player(false)),
};

export const llHls: Kind = {
  name: 'll-hls',
  reader: 'browser',
  play: (stage, spot) => playInPage(stage, spot, player(true)),
};
