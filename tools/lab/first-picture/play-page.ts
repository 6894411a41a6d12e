// The page for players, as a person opens it: what it shows is read by the clock's eyes.
import type { Browser, Page } from 'playwright-core';
import type { Sight } from '../../support/clock/measure.ts';
import { eyesOn, setUpClock } from '../../support/clock/pages.ts';

export interface Played {
  readonly room: string;
  /** The city that the page pretends. */
  readonly region: string;
  /** Globals that the browser lacks. */
  readonly missing: readonly string[];
  /** The one protocol that is used; absent: the best. */
  readonly way?: string;
}

export class PlayPage {
  readonly #page: Page;

  /** Settles when the page has been asked for. */
  static async open(browser: Browser, pageUrl: string, { room, region, missing, way }: Played): Promise<PlayPage> {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 960, height: 640 } });
    await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name];`);
    await context.addInitScript(`{ ${setUpClock('rooms: []')} ${eyesOn('[data-testid="play"] :is(video, canvas)')} }`);
    const page = await context.newPage();
    const query = new URLSearchParams({ from: region, ...(way !== undefined && { way }) });
    await page.goto(`${pageUrl}/play/${encodeURIComponent(room)}?${query.toString()}`, { waitUntil: 'commit' });
    return new PlayPage(page);
  }

  private constructor(page: Page) {
    this.#page = page;
  }

  sight(): Promise<Sight> {
    return this.#page.evaluate(() => ({ pictures: window.clock.pictures, bursts: window.clock.heard }));
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }
}
