// Pages that publish and play the clock: one for each region, kept for all cells, so that no cell waits for a browser.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../support/browser.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { makeBursts } from './burst.ts';
import type { Sight } from './measure.ts';
import {
  addElement,
  playRoom,
  publishSource,
  reset,
  showSource,
  startEars,
  startEyes,
  startSource,
} from './page-clock.ts';
import { black, makeTimeCode, white } from './time-code.ts';

export type Region = 'frankfurt' | 'singapore';

const source = { width: 640, height: 360, picturesPerSecond: 25 } as const;
const connectedMsMax = 60_000;
const playerId = 'clock-player';
const lobby = 'matrix-lobby';

/** One page with the SDK, as somebody in a region has it open. */
export class ClockPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #cloud: TestCloud;
  readonly #region: Region;
  readonly #loaded = new Set<string>();
  #names = 0;

  private constructor(o: { context: BrowserContext; page: Page; cloud: TestCloud; region: Region }) {
    this.page = o.page;
    this.#context = o.context;
    this.#cloud = o.cloud;
    this.#region = o.region;
  }

  /** The meeting page, out of any room. `isSource`: it makes the clock, from now on. */
  static async open(browser: Browser, cloud: TestCloud, o: { region: Region; isSource: boolean }): Promise<ClockPage> {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 960, height: 640 } });
    const page = await context.newPage();
    const { region } = o;
    const query = { room: lobby, name: region, from: region, join: '1', camera: '0', mic: '0' };
    await page.goto(`${cloud.pageUrl}/?${new URLSearchParams(query).toString()}`, { timeout: connectedMsMax });
    const isJoined = `window.meridian?.room?.state === 'connected'`;
    await page.waitForFunction(isJoined, undefined, { timeout: connectedMsMax });
    const levels = JSON.stringify({ black, white });
    await page.evaluate(`(async () => {
      const { room } = window.meridian;
      const [timeCode, bursts] = [(${makeTimeCode.toString()})(${levels}), (${makeBursts.toString()})()];
      window.clock = { timeCode, bursts, Room: room.constructor, rooms: [], pictures: [], heard: [] };
      await room.disconnect();
    })()`);
    if (o.isSource) await page.evaluate(startSource, source);
    return new ClockPage({ context, page, cloud, region });
  }

  /** Publishes the clock by WebRTC; settles when the room has both tracks. */
  async publish(room: string): Promise<void> {
    await this.page.evaluate(publishSource, await this.#joining(room));
  }

  /** Plays a room by WebRTC; sees and hears from then on. Resolves with when it began, since 1970. */
  async play(room: string): Promise<number> {
    const [joining] = await Promise.all([this.#joining(room), this.see()]);
    const startedMs = Date.now();
    await this.page.evaluate(playRoom, { ...joining, elementId: playerId });
    await this.hear();
    return startedMs;
  }

  /** An element for a player, whose pictures are read. */
  async see(): Promise<string> {
    await this.page.evaluate(addElement, playerId);
    await this.page.evaluate(startEyes, playerId);
    return playerId;
  }

  /** Listens to the element; it has to have its stream or source. */
  async hear(): Promise<void> {
    await this.page.evaluate(startEars, playerId);
  }

  /** Shows its own source, without the product: what this reader and source measure by themselves. */
  async loopBack(): Promise<void> {
    await this.see();
    await this.page.evaluate(showSource, playerId);
    await this.hear();
  }

  /** Loads a script file into the page, once. */
  async load(file: string): Promise<void> {
    if (this.#loaded.has(file)) return;
    await this.page.addScriptTag({ path: file });
    this.#loaded.add(file);
  }

  /** Runs code in the page; the body sees `arg`. */
  async run(body: string, arg: unknown): Promise<void> {
    await this.page.evaluate(`(async (arg) => { ${body} })(${JSON.stringify(arg)})`);
  }

  sight(): Promise<Sight> {
    return this.page.evaluate(() => ({ pictures: window.clock.pictures, bursts: window.clock.heard }));
  }

  /** Ends what it plays and publishes; the clock goes on. */
  async reset(): Promise<void> {
    await this.page.evaluate(reset);
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  async #joining(room: string): Promise<{ entry: string; token: string; from: string }> {
    this.#names += 1;
    const token = await this.#cloud.token(room, `page-${this.#region}-${this.#names}`);
    return { entry: this.#cloud.entryUrl(this.#region), token, from: this.#region };
  }
}

/** The pages of both regions, opened when they are first asked for. */
export class ClockPages {
  readonly #browser: Browser;
  readonly #cloud: TestCloud;
  readonly #source: { page?: Promise<ClockPage> } = {};
  readonly #player: { page?: Promise<ClockPage> } = {};

  static async launch(cloud: TestCloud): Promise<ClockPages> {
    return new ClockPages(await launchChromium(), cloud);
  }

  private constructor(browser: Browser, cloud: TestCloud) {
    this.#browser = browser;
    this.#cloud = cloud;
  }

  /** The page that makes the clock. */
  source(region: Region): Promise<ClockPage> {
    this.#source.page ??= ClockPage.open(this.#browser, this.#cloud, { region, isSource: true });
    return this.#source.page;
  }

  /** The page that only plays. */
  player(region: Region): Promise<ClockPage> {
    this.#player.page ??= ClockPage.open(this.#browser, this.#cloud, { region, isSource: false });
    return this.#player.page;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
