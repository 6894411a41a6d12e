// Players that are a library in a page, with Media Source Extensions.
import { fileURLToPath } from 'node:url';
import { type Ways, waysOf } from '../../../../test/support/ways.ts';
import type { Playing, Spot, Stage } from '../kind.ts';

export interface PagePlayer {
  /** Of the library's script. */
  readonly library: string;
  readonly url: (ways: Ways) => string | undefined;
  /** In the page: `arg` is the element's id and the URL. Sets `window.clockPlayer`; `window.clockError` if need be. */
  readonly script: string;
}

/** Plays in the page of the region, from one call of the script to `window.clockPlayer.destroy()`. */
export async function playInPage({ cloud, pages }: Stage, { room, region }: Spot, o: PagePlayer): Promise<Playing> {
  const page = await pages.player(region);
  const url = o.url(await waysOf(cloud, region, { room, identity: 'viewer' }));
  await page.load(fileURLToPath(o.library));
  const elementId = await page.see();
  const startedMs = Date.now();
  await page.run(`window.clockError = ''; ${o.script}`, { elementId, url });
  await page.hear();
  return {
    startedMs,
    sight: () => page.sight(),
    said: async () => String(await page.run('return window.clockError;', null)),
    stop: async () => {
      await page.run('window.clockPlayer.destroy();', null);
      await page.reset();
    },
  };
}
