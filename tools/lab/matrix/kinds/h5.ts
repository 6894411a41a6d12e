// A browser without WebRTC, Media Source Extensions and codecs of its own: the SDK's publisher and player of MPEG-1.
import { until } from '../../../../test/support/poll.ts';
import { waysOf } from '../../../../test/support/ways.ts';
import type { Kind } from '../kind.ts';

/** In the page: `arg` is the URL of the WebSocket. */
const publish = `
  const { picture, sound } = window.clock.source;
  window.h5Ended = '';
  const onState = (state, code) => { if (state === 'ended') window.h5Ended = 'ended ' + code; };
  window.h5Publisher = new window.h5.H5Publisher({ url: arg, stream: new MediaStream([picture, sound]), onState });
  window.h5Publisher.start();`;
const isSending = `
  const { keyPicturesSent, soundFramesSent } = window.h5Publisher.stats;
  if (window.h5Ended !== '') throw new Error(window.h5Ended);
  return keyPicturesSent > 0 && soundFramesSent > 0;`;
/** In the page: `arg` is the canvas's id and the URL of the WebSocket. */
const play = `
  window.h5Ended = '';
  const canvas = document.getElementById(arg.elementId);
  const onState = (state, code) => { if (state === 'ended') window.h5Ended = 'ended ' + code; };
  window.h5Player = new window.h5.H5Player({ url: arg.url, canvas, onState });
  window.h5Player.start();`;

export const h5: Kind = {
  name: 'h5',
  publish: async ({ cloud, pages }, { room, region }) => {
    const page = await pages.h5Source();
    const ways = await waysOf(cloud, region, { room, identity: 'h5' }, { client: 'h5' });
    await page.run(publish, ways.publish?.h5);
    const stop = async (): Promise<void> => void (await page.run('window.h5Publisher.close();', null));
    try {
      await until('the H5 publisher sends', async () => (await page.run(isSending, null)) === true);
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  },
  play: async ({ cloud, pages }, { room, region }) => {
    const page = await pages.h5Player();
    const ways = await waysOf(cloud, region, { room, identity: 'viewer' }, { client: 'h5' });
    const elementId = await page.see('canvas');
    const startedMs = Date.now();
    await page.run(play, { elementId, url: ways.play?.h5 });
    return {
      startedMs,
      sight: () => page.sight(),
      said: async () => String(await page.run('return window.h5Ended;', null)),
      stop: async () => {
        await page.run('window.h5Player.close();', null);
        await page.reset();
      },
    };
  },
};
