// The page for players, as a person opens it: what it shows is read by the clock's eyes.
import type { Browser, Page } from 'playwright-core';
import type { Sight } from '../matrix/measure.ts';
import { startEyes } from '../matrix/page-clock.ts';
import { setUpClock } from '../matrix/pages.ts';

export interface Played {
  readonly room: string;
  /** The city that the page pretends. */
  readonly region: string;
  /** Globals that the browser lacks. */
  readonly missing: readonly string[];
  /** The one protocol that is used; absent: the best. */
  readonly way?: string;
}

/**
 * Looks at each element that plays, from when it is there. What a browser loads by itself from a gateway can be read if
 * it was asked for so.
 */
const openEyes = `
  const make = document.createElement.bind(document);
  document.createElement = (name, options) => {
    const element = make(name, options);
    if (name === 'video') element.crossOrigin = 'anonymous';
    return element;
  };
  let eyes = 0;
  setInterval(() => {
    for (const element of document.querySelectorAll('[data-testid="play"] :is(video, canvas)')) {
      if (element.dataset.eyes !== undefined) continue;
      eyes += 1;
      element.dataset.eyes = '';
      element.id ||= 'eyes-' + eyes;
      (${startEyes.toString()})(element.id);
    }
  }, 10);`;

export class PlayPage {
  readonly #page: Page;

  /** Settles when the page has been asked for. */
  static async open(browser: Browser, pageUrl: string, { room, region, missing, way }: Played): Promise<PlayPage> {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 960, height: 640 } });
    await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name];`);
    await context.addInitScript(`{ ${setUpClock('rooms: []')} ${openEyes} }`);
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
