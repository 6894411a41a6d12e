// Pages that make the clock, and pages that play it.
import type { Browser, Page } from 'playwright-core';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { makeBursts } from './burst.ts';
import type { Sight } from './measure.ts';
import {
  addElement,
  makeSenses,
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

/** What a page with the SDK draws. */
export const clockPicture = { width: 640, height: 360, picturesPerSecond: 25 } as const;
const connectedMsMax = 60_000;
/** Of the element that is read. */
const playerId = 'clock-player';
const lobby = 'clock-lobby';

/** Makes `window.clock`; `more` are its further fields, as source. */
export const setUpClock = (more: string): string => `
  const [timeCode, bursts] = [(${makeTimeCode.toString()})(${JSON.stringify({ black, white })}), (${makeBursts.toString()})()];
  window.clock = { timeCode, bursts, senses: (${makeSenses.toString()})(), pictures: [], heard: [], ${more} };`;

/**
 * Looks at each element of a page of the product that plays, from when it is there; `selector` finds them. As source,
 * behind `setUpClock`. What a browser loads by itself from a gateway can be read if it was asked for so.
 */
export const eyesOn = (selector: string): string => `
  const make = document.createElement.bind(document);
  document.createElement = (name, options) => {
    const element = make(name, options);
    if (name === 'video') element.crossOrigin = 'anonymous';
    return element;
  };
  let eyes = 0;
  setInterval(() => {
    for (const element of document.querySelectorAll(${JSON.stringify(selector)})) {
      if (element.dataset.eyes !== undefined) continue;
      eyes += 1;
      element.dataset.eyes = '';
      element.id ||= 'eyes-' + eyes;
      (${startEyes.toString()})(element.id);
    }
  }, 10);`;

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
    if (o.isSource) await page.evaluate(startSource, clockPicture);
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
