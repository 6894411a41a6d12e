// One of the crowd with the show's page open, as people have it: the clock is read from the video that the page shows.
import type { Browser, Page } from 'playwright-core';
import { until } from '../../../test/support/poll.ts';
import type { Sight } from '../../support/clock/measure.ts';
import { eyesOn, type Region, setUpClock } from '../../support/clock/pages.ts';
import type { Said, Way } from './delays.ts';

const READY_MS = 60_000;

/** Notes what the player of the page says of itself, as `window.said`. */
const listen = `{
  const { store } = window.meridian.player;
  window.said = [];
  const note = () => {
    const { at, isStalled } = store.get();
    const last = window.said.at(-1);
    if (last?.at !== at || last.isStalled !== isStalled) window.said.push({ atMs: Date.now(), at, isStalled });
  };
  store.subscribe(note);
  note();
}`;

export interface Coming {
  readonly room: string;
  readonly way: Way;
  readonly region: Region;
}

export class ShowViewer {
  readonly way: Way;
  readonly region: Region;
  readonly #page: Page;
  readonly #console: string[];

  /** Opens the page, which plays by this way alone; settles when it plays. Rejects with what the page says. */
  static async open(browser: Browser, pageUrl: string, coming: Coming): Promise<ShowViewer> {
    const { room, way, region } = coming;
    const context = await browser.newContext({ viewport: { width: 960, height: 640 } });
    await context.addInitScript(`{ ${setUpClock('rooms: []')} ${eyesOn('[data-testid="show-screen"] video')} }`);
    const page = await context.newPage();
    const viewer = new ShowViewer(page, coming);
    const query = { room, way, from: region, name: `${way} ${region}`, show: '1', join: '1', lang: 'en' };
    try {
      await page.goto(`${pageUrl}/?${new URLSearchParams(query).toString()}`, { timeout: READY_MS });
      const hasPlayer = (): Promise<boolean> => page.evaluate<boolean>('window.meridian?.player !== undefined');
      await until('the page has its player', hasPlayer, READY_MS);
      await page.evaluate(listen);
      await page.locator('[data-testid=show-screen][data-at=playing]').waitFor({ timeout: READY_MS });
    } catch (error) {
      throw new Error(`the page does not play by ${way}: ${String(error)}\n${viewer.#console.join('\n')}`, {
        cause: error,
      });
    }
    return viewer;
  }

  private constructor(page: Page, { way, region }: Coming) {
    this.#page = page;
    this.way = way;
    this.region = region;
    this.#console = [];
    page.on('console', (message) => {
      this.#console.push(message.text());
      if (this.#console.length > 20) this.#console.shift();
    });
  }

  /** Settles when its page has shown so many pictures of the clock. */
  async seen(pictures: number): Promise<void> {
    const count = (): Promise<number> => this.#page.evaluate(() => window.clock.pictures.length);
    await until(`${pictures} pictures by ${this.way}`, async () => (await count()) >= pictures);
  }

  /** What its page has shown and said so far. */
  async notes(): Promise<{ sight: Sight; said: readonly Said[] }> {
    const sight = await this.#page.evaluate(() => ({ pictures: window.clock.pictures, bursts: window.clock.heard }));
    return { sight, said: await this.#page.evaluate<Said[]>('window.said') };
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }
}
