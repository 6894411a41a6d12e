// Pages that publish and play the clock, kept for all cells, so that no cell waits for a browser.
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { startSource, tapSpeaker } from '../../support/clock/page-clock.ts';
import { ClockPage, MeetingPage, type Region, setUpClock } from '../../support/clock/pages.ts';
import { H5Site } from './h5-site.ts';

/** As the cameras that such browsers ask for; the publisher takes 15 pictures a second of them. */
const h5Source = { width: 640, height: 480, picturesPerSecond: 30 } as const;

/** What browsers have that can do more than H5. */
const missing = [
  ...['RTCPeerConnection', 'webkitRTCPeerConnection', 'MediaSource', 'WebKitMediaSource', 'ManagedMediaSource'],
  ...['VideoEncoder', 'VideoDecoder', 'AudioEncoder', 'AudioDecoder', 'MediaRecorder'],
];

/** A page with the SDK's H5 player and publisher, as `window.h5`, in a browser that has nothing better. */
class H5Page extends ClockPage {
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
