// Measures how many bits a publisher sends, and how many go over the pipe to another region, against the bits of the
// layers that are shown; how long a larger picture takes to come; and how long the picture stands still at a change.
// A publisher in Frankfurt sends to viewers in Frankfurt and Singapore. Publisher and viewers are pages with our SDK.
// In rooms of more than `--pages` people, one viewer in each region is a page, and the others are light clients.
import { setTimeout as delay } from 'node:timers/promises';
import { Option } from 'commander';
import type { Browser, Page } from 'playwright-core';
import { signDevToken } from '../../product/web/server/dev-token.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { type Aim, rounded } from '../support/result.ts';
import { launchChromium } from '../test/support/browser.ts';
import { TestCloud } from '../test/support/cloud.ts';
import { until } from '../test/support/poll.ts';
import { sdkPage } from '../test/support/sdk-page.ts';
import { LightViewers, lightViewerConfigs } from './layers/light-viewers.ts';
import { LayersPage, type Sight } from './layers/page.ts';
import { type Region, type RoomView, type View, type Viewer, type ViewerSight, views } from './layers/viewer.ts';

const publisherAim = 1.1;
const pipeAim = 1.05;
/** Less cannot be, since viewers get nothing that the pipe does not carry. */
const pipeLeast = 0.9;
const sizeChangeAimMs = 500;
const freezeAimMs = 200;
/** Time in which a lower demand has reached the publisher, and bit rates have settled. */
const settleMs = 8000;
const codecs = ['vp8', 'vp9', 'av1'] as const;
const thumbWidth = 320;
const fullWidth = 1280;
const widths = [thumbWidth, fullWidth / 2, fullWidth];

type Codec = (typeof codecs)[number];

export const layersBench: LabCase = {
  name: 'layers',
  summary: 'bits that a publisher and the pipe between two regions carry, against what viewers show, in Chromium',
  configure: (command) =>
    void command
      .addOption(new Option('--codecs <names...>', 'codecs').choices(codecs).default([...codecs]))
      .option('--rooms <sizes...>', 'people in a room, the publisher included', (size, before: number[] = []) => [
        ...before,
        countOption(size),
      ])
      .addOption(
        new Option('--views <names...>', 'what viewers show').choices(views).default(['thumb', 'full', 'mixed']),
      )
      .option('--pages <n>', 'size of the largest room in which everybody is in a browser', countOption, 6)
      .option('--seconds <n>', 'duration of a measurement', countOption, 5)
      .option('--changes <n>', 'changes of size per codec', countOption, 5),
  run: async (options, say) => {
    const sizes = (options['rooms'] as number[] | undefined) ?? [2, 6];
    const [seconds, changes] = [Number(options['seconds']), Number(options['changes'])];
    const pages = Number(options['pages']);
    const cloud = await TestCloud.start({
      extraArgs: [
        ...['--metrics', '--log-level', 'warn'],
        ...['--process-configs', JSON.stringify(lightViewerConfigs)],
      ],
    });
    const browser = await launchChromium();
    const light = sizes.some((size) => size > pages) ? await LightViewers.start(cloud) : undefined;
    const metrics: Record<string, Metrics> = {};
    const missed: string[] = [];
    const aims: Aim[] = [];
    try {
      for (const codec of options['codecs'] as Codec[]) {
        const ofCodec: Record<string, number | Metrics> = {};
        metrics[codec] = ofCodec;
        for (const size of sizes) {
          const room = await Room.open({ browser, cloud, codec, size, light: size > pages ? light : undefined });
          const ofRoom: Record<string, Metrics> = {};
          for (const view of options['views'] as RoomView[]) {
            if (size === 2 && view === 'mixed') continue; // its one viewer is in Singapore
            const figures = await room.measure(view, seconds);
            ofRoom[view] = figures;
            say(`${codec}, room of ${size}, ${view}: ${JSON.stringify(figures)}, ${await room.sentModes()}`);
            const name = `${codec}, room of ${size}, ${view}`;
            if (view !== 'restless') aims.push(...aimsOf(name, figures));
            if (figures.pipeToShown < pipeLeast)
              missed.push(`${name}: the pipe's ${rounded(figures.pipeToShown)} is too little to be true`);
          }
          ofCodec[`room${size}`] = ofRoom;
          if (size === sizes[0]) {
            const found = await room.changeSizes(changes, say);
            Object.assign(ofCodec, found);
            const [change, freeze] = [found['sizeChangeMsP95'], found['freezeMsMax']];
            aims.push(
              { figure: `${codec}: larger picture, p95, ms`, value: change, aim: sizeChangeAimMs, should: 'most' },
              { figure: `${codec}: longest freeze at a change, ms`, value: freeze, aim: freezeAimMs, should: 'most' },
            );
          }
          await room.close();
        }
      }
    } finally {
      await light?.close();
      await browser.close();
      await cloud.stop();
    }
    return {
      params: {
        codecs: String(options['codecs']),
        rooms: sizes.join(),
        views: String(options['views']),
        pages,
        seconds,
        changes,
      },
      metrics,
      aims,
      missed,
    };
  },
};

interface Figures extends Record<string, number> {
  readonly publisherKbps: number;
  readonly pipeKbps: number;
  /** Sum over the shown sizes, here and in Singapore. */
  readonly shownKbps: number;
  readonly publisherToShown: number;
  readonly pipeToShown: number;
}

function aimsOf(name: string, { publisherToShown, pipeToShown }: Figures): Aim[] {
  const limit = '1: what is shown';
  return [
    { figure: `${name}: publisher's bits`, value: publisherToShown, aim: publisherAim, should: 'most', limit },
    { figure: `${name}: pipe's bits`, value: pipeToShown, aim: pipeAim, should: 'most', limit },
  ];
}

class PageViewer implements Viewer {
  readonly page: Page;
  readonly region: Region;

  constructor(page: Page, region: Region) {
    this.page = page;
    this.region = region;
  }

  show(view: View): Promise<unknown> {
    return call(this.page, `show('${view}')`);
  }
  sight(): Promise<Sight> {
    return call(this.page, 'sight()') as Promise<Sight>;
  }
  close(): Promise<void> {
    return this.page.context().close();
  }
}

interface RoomParts {
  readonly cloud: TestCloud;
  readonly publisher: Page;
  readonly viewers: readonly Viewer[];
  readonly light: LightViewers | undefined;
}

class Room {
  readonly #cloud: TestCloud;
  readonly #publisher: Page;
  readonly #viewers: readonly Viewer[];
  readonly #light: LightViewers | undefined;

  /** Opens a room in which one person publishes, one in five viewers is in Frankfurt, and the rest are in Singapore. */
  static async open(o: {
    browser: Browser;
    cloud: TestCloud;
    codec: Codec;
    size: number;
    light: LightViewers | undefined;
  }): Promise<Room> {
    const { browser, cloud, codec, size, light } = o;
    const room = `layers-${codec}-${size}`;
    const publisher = await sdkPage(browser, cloud);
    await enter(cloud, publisher, { room, identity: 'publisher', region: 'frankfurt' });
    await call(publisher, `publish('${codec}')`);
    const viewers: Viewer[] = [];
    for (let at = 1; at < size; at += 1) {
      const region = at % 5 === 2 ? 'frankfurt' : 'singapore';
      if (light !== undefined && at > 2) viewers.push(await light.join({ room, region, widths }));
      else {
        const page = await sdkPage(browser, cloud);
        await enter(cloud, page, { room, identity: `viewer-${at}`, region });
        viewers.push(new PageViewer(page, region));
      }
    }
    for (const viewer of viewers)
      await until('a viewer sees the picture', async () => (await viewer.sight()).width > 0);
    return new Room({ cloud, publisher, viewers, light });
  }

  private constructor(o: RoomParts) {
    this.#cloud = o.cloud;
    this.#publisher = o.publisher;
    this.#viewers = o.viewers;
    this.#light = o.light;
  }

  async measure(view: RoomView, seconds: number): Promise<Figures> {
    const isFull = (viewer: Viewer): boolean =>
      view === 'full' ||
      (view === 'mixed' && viewer.region === 'frankfurt') ||
      (view === 'restless' && viewer === this.#viewers[0]);
    await Promise.all(this.#viewers.map((viewer) => viewer.show(isFull(viewer) ? 'full' : 'thumb')));
    await Promise.all(
      this.#viewers.map((viewer) =>
        until('the picture has its size', async () => {
          const { width } = await viewer.sight();
          return width === (isFull(viewer) ? fullWidth : thumbWidth);
        }),
      ),
    );
    await delay(settleMs);
    const before = await this.#sights();
    const sentBefore = await sentBytes(this.#publisher);
    const startMs = performance.now();
    const pipeBps: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      await delay(1000);
      if (view === 'restless') await this.#changeOne(second);
      pipeBps.push(await this.#pipeBps());
    }
    const after = await this.#sights();
    const publisherKbps = (((await sentBytes(this.#publisher)) - sentBefore) * 8) / (performance.now() - startMs);
    const kbps = after.map((sight, at) => kbpsBetween(before[at], sight));
    const settled = this.#viewers.filter((viewer) => view !== 'restless' || viewer instanceof PageViewer);
    const shownIn = (viewers: readonly Viewer[]): number =>
      [true, false].reduce((sum, full) => {
        const ofSize = settled.filter((viewer) => viewers.includes(viewer) && isFull(viewer) === full);
        return sum + Math.max(0, ...ofSize.map((viewer) => kbps[this.#viewers.indexOf(viewer)] ?? 0));
      }, 0);
    const shownKbps = shownIn(this.#viewers);
    const afar = this.#viewers.filter(({ region }) => region === 'singapore');
    const pipeKbps = pipeBps.reduce((sum, bps) => sum + bps, 0) / pipeBps.length / 1000;
    const shownAfarKbps = shownIn(afar);
    return {
      publisherKbps,
      pipeKbps,
      shownKbps,
      shownAfarKbps,
      publisherToShown: publisherKbps / shownKbps,
      pipeToShown: pipeKbps / shownAfarKbps,
    };
  }

  /** Changes the size of one light viewer. Successive turns enlarge all of them, then make all small again. */
  async #changeOne(turn: number): Promise<void> {
    const light = this.#viewers.filter((viewer) => !(viewer instanceof PageViewer));
    await light[turn % light.length]?.show(Math.floor(turn / light.length) % 2 === 0 ? 'full' : 'thumb');
  }

  async #sights(): Promise<ViewerSight[]> {
    await this.#light?.count();
    return Promise.all(this.#viewers.map((viewer) => viewer.sight()));
  }

  async sentModes(): Promise<string> {
    return String(await call(this.#publisher, 'sentModes()'));
  }

  /** Enlarges the first viewer's picture again and again. */
  async changeSizes(changes: number, say: Say): Promise<{ sizeChangeMsP95: number; freezeMsMax: number }> {
    const viewer = this.#viewers[0];
    if (!(viewer instanceof PageViewer)) throw new Error('the first viewer is not in a page');
    const [times, gaps]: [number[], number[]] = [[], []];
    for (let change = 0; change < changes; change += 1) {
      await viewer.show('thumb');
      await until('the picture is small', async () => (await viewer.sight()).width === thumbWidth);
      await delay(settleMs);
      gaps.push((await viewer.sight()).gapMsMax);
      await viewer.show('full');
      await until('the picture is large', async () => (await viewer.sight()).width === fullWidth);
      await delay(2000);
      const { widthSinceMs, receivedAtMs, askedAtMs, gapMsMax } = await viewer.sight();
      times.push(widthSinceMs - askedAtMs);
      gaps.push(gapMsMax);
      const askedAtWallMs = askedAtMs + ((await call(viewer.page, 'wallOriginMs()')) as number);
      const changes = (await call(this.#publisher, 'sentChanges()')) as number[];
      const afterMs = [
        ...changes.filter((wallMs) => wallMs > askedAtWallMs).map((wallMs) => wallMs - askedAtWallMs),
        receivedAtMs - askedAtMs,
        widthSinceMs - askedAtMs,
      ].map((ms) => ms.toFixed(0));
      const parts = `the sender changed after ${afterMs.slice(0, -2)}, received after ${afterMs.at(-2)}`;
      say(`larger after ${afterMs.at(-1)} ms (${parts}), stood still for ${gapMsMax.toFixed(0)} ms`);
    }
    return { sizeChangeMsP95: percentile(times, 0.95), freezeMsMax: Math.max(...gaps) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#publisher.context().close(), ...this.#viewers.map((viewer) => viewer.close())]);
  }

  /** The publisher's node counts what it sends over its pipes. */
  async #pipeBps(): Promise<number> {
    const text = await this.#cloud.metrics('sfu-fra-1');
    return Number(/^meridian_sfu_pipe_tx_bits_per_second\S* (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
  }
}

async function enter(
  cloud: TestCloud,
  page: Page,
  { room, identity, region }: { room: string; identity: string; region: Region },
): Promise<void> {
  const request = { room, identity, name: identity };
  const token = await signDevToken(Object.assign({ request, nowMs: Date.now() }, cloud.secrets().devKey));
  await page.evaluate(`window.layers = new (${LayersPage.toString()})(); 0`);
  await call(page, `join(...${JSON.stringify([cloud.entryUrl(region), token, region])})`);
}

const call = (page: Page, method: string): Promise<unknown> => page.evaluate(`window.layers.${method}`);
const sentBytes = (page: Page): Promise<number> => call(page, 'sentBytes()') as Promise<number>;

function kbpsBetween(before: ViewerSight | undefined, after: ViewerSight): number {
  if (before === undefined) return 0;
  return ((after.receivedBytes - before.receivedBytes) * 8) / (after.nowMs - before.nowMs);
}
