// Pages that publish and play the clock, kept for all cells, so that no cell waits for a browser.
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { makeBursts } from './burst.ts';
import { H5Site } from './h5-site.ts';
import type { Sight } from './measure.ts';
import {
  addElement,
  makeSenses,
  playRoom,
  publishSource,
  reset,
  showSource,
  showSourceItself,
  startEars,
  startEyes,
  startSource,
  tapSpeaker,
} from './page-clock.ts';
import { black, makeTimeCode, white } from './time-code.ts';

export type Region = 'frankfurt' | 'singapore';

const source = { width: 640, height: 360, picturesPerSecond: 25 } as const;
/** As the cameras that such browsers ask for; the publisher takes 15 pictures a second of them. */
const h5Source = { width: 640, height: 480, picturesPerSecond: 30 } as const;
const connectedMsMax = 60_000;
const playerId = 'clock-player';
const lobby = 'matrix-lobby';

/** Makes `window.clock`; `more` are its further fields, as source. */
export const setUpClock = (more: string): string => `
  const [timeCode, bursts] = [(${makeTimeCode.toString()})(${JSON.stringify({ black, white })}), (${makeBursts.toString()})()];
  window.clock = { timeCode, bursts, senses: (${makeSenses.toString()})(), pictures: [], heard: [], ${more} };`;

/** One page that makes the clock, or reads it. */
export class ClockPage {
  protected readonly page: Page;
  readonly #loaded = new Set<string>();

  protected constructor(page: Page) {
    this.page = page;
  }

  /** An element for a player, whose pictures are read. Resolves with its id. */
  async see(tag: 'video' | 'canvas' = 'video'): Promise<string> {
    await this.page.evaluate(addElement, { elementId: playerId, tag });
    await this.page.evaluate(startEyes, playerId);
    return playerId;
  }

  /** Listens to the video element; it has to have its stream or source. */
  async hear(): Promise<void> {
    await this.page.evaluate(startEars, playerId);
  }

  /** Loads a script file into the page, once. */
  async load(file: string): Promise<void> {
    if (this.#loaded.has(file)) return;
    await this.page.addScriptTag({ path: file });
    this.#loaded.add(file);
  }

  /** Runs code in the page; the body sees `arg`. */
  async run(body: string, arg: unknown): Promise<unknown> {
    return await this.page.evaluate(`(async (arg) => { ${body} })(${JSON.stringify(arg)})`);
  }

  sight(): Promise<Sight> {
    return this.page.evaluate(() => ({ pictures: window.clock.pictures, bursts: window.clock.heard }));
  }

  /** Ends what it plays and publishes by WebRTC; the clock goes on. */
  async reset(): Promise<void> {
    await this.page.evaluate(reset);
  }
}

/** The meeting page with its SDK, as a person in a region has it open. */
export class MeetingPage extends ClockPage {
  readonly #cloud: TestCloud;
  readonly #region: Region;
  /** A second session of one identity would end the first. */
  static #names = 0;

  private constructor(page: Page, cloud: TestCloud, region: Region) {
    super(page);
    this.#cloud = cloud;
    this.#region = region;
  }

  /** Out of any room. `isSource`: it makes the clock, from now on. */
  static async open(
    browser: Browser,
    cloud: TestCloud,
    o: { region: Region; isSource: boolean },
  ): Promise<MeetingPage> {
    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 960, height: 640 } });
    const page = await context.newPage();
    const { region } = o;
    const query = { room: lobby, name: region, from: region, join: '1', camera: '0', mic: '0' };
    await page.goto(`${cloud.pageUrl}/?${new URLSearchParams(query).toString()}`, { timeout: connectedMsMax });
    const isJoined = `window.meridian?.room?.state === 'connected'`;
    await page.waitForFunction(isJoined, undefined, { timeout: connectedMsMax });
    await page.evaluate(`(async () => {
      const { room } = window.meridian;
      ${setUpClock('Room: room.constructor, rooms: []')}
      await room.disconnect();
    })()`);
    if (o.isSource) await page.evaluate(startSource, source);
    return new MeetingPage(page, cloud, region);
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

  /** Shows its own source, without the product: what this reader and source measure by themselves. */
  async loopBack(): Promise<void> {
    await this.see();
    await this.page.evaluate(showSource, playerId);
    await this.hear();
  }

  async #joining(room: string): Promise<{ entry: string; token: string; from: string }> {
    MeetingPage.#names += 1;
    const token = await this.#cloud.token(room, `page-${this.#region}-${MeetingPage.#names}`);
    return { entry: this.#cloud.entryUrl(this.#region), token, from: this.#region };
  }
}

/** What browsers have that can do more than H5. */
const missing = [
  ...['RTCPeerConnection', 'webkitRTCPeerConnection', 'MediaSource', 'WebKitMediaSource', 'ManagedMediaSource'],
  ...['VideoEncoder', 'VideoDecoder', 'AudioEncoder', 'AudioDecoder', 'MediaRecorder'],
];

/** A page with the SDK's H5 player and publisher, as `window.h5`, in a browser that has nothing better. */
export class H5Page extends ClockPage {
  /** `isSource`: it makes the clock, from now on; else it listens to all that it sounds. */
  static async open(browser: Browser, site: H5Site, o: { isSource: boolean }): Promise<H5Page> {
    const context = await browser.newContext({ viewport: { width: 960, height: 640 } });
    await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name];`);
    const page = await context.newPage();
    await page.goto(site.url);
    await until('the H5 bundle is loaded', () => page.evaluate<boolean>('window.h5 !== undefined'));
    const left = await page.evaluate<string[]>(`${JSON.stringify(missing)}.filter((name) => name in window)`);
    if (left.length > 0) throw new Error(`this browser keeps ${left.join(', ')}`);
    await page.evaluate(`{ ${setUpClock('rooms: []')} }`);
    if (o.isSource) await page.evaluate(startSource, h5Source);
    else await page.evaluate(tapSpeaker);
    return new H5Page(page);
  }

  /** Reads its own source, without the product: what this reader and source measure by themselves. */
  async loopBack(): Promise<void> {
    await this.page.evaluate(showSourceItself, playerId);
    await this.page.evaluate(startEyes, playerId);
  }
}

/** The pages of all kinds, opened when they are first asked for. */
export class ClockPages {
  readonly #browser: Browser;
  readonly #cloud: TestCloud;
  #site: Promise<H5Site> | undefined;
  #source: Promise<MeetingPage> | undefined;
  #player: Promise<MeetingPage> | undefined;
  #h5Source: Promise<H5Page> | undefined;
  #h5Player: Promise<H5Page> | undefined;

  static async launch(cloud: TestCloud): Promise<ClockPages> {
    return new ClockPages(await launchChromium(), cloud);
  }

  private constructor(browser: Browser, cloud: TestCloud) {
    this.#browser = browser;
    this.#cloud = cloud;
  }

  /** The page that makes the clock. */
  source(region: Region): Promise<MeetingPage> {
    this.#source ??= MeetingPage.open(this.#browser, this.#cloud, { region, isSource: true });
    return this.#source;
  }

  /** The page that only plays. */
  player(region: Region): Promise<MeetingPage> {
    this.#player ??= MeetingPage.open(this.#browser, this.#cloud, { region, isSource: false });
    return this.#player;
  }

  /** The same for H5; where they are is said by the gateway that they are given. */
  h5Source(): Promise<H5Page> {
    this.#h5Source ??= this.#openH5(true);
    return this.#h5Source;
  }
  h5Player(): Promise<H5Page> {
    this.#h5Player ??= this.#openH5(false);
    return this.#h5Player;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    (await this.#site)?.close();
  }

  async #openH5(isSource: boolean): Promise<H5Page> {
    this.#site ??= H5Site.start();
    return H5Page.open(this.#browser, await this.#site, { isSource });
  }
}
