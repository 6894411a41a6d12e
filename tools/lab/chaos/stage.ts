// Two people in a meeting, and a show: an encoder by RTMP in Frankfurt, with viewers in Singapore in the product's
// player page, one for each protocol.
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Participant } from '../../../test/support/browser.ts';
import { join, where } from '../../../test/support/call.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { longestGap } from '../../support/longest-gap.ts';
import { forget, othersOf, seenBy, watch } from '../plays.ts';
import { Encoder } from './encoder.ts';
import { clients, type Gaps } from './table.ts';

const camera = { width: 320, height: 180, frameRate: 15 };
const playsMsMax = 90_000;
const lookEveryMs = 100;
const ways = { encoder: 'webrtc', flv: 'flv', hls: 'hls' } as const;
const homes = { Ana: 'sfu-fra-1', Bo: 'sfu-sgp-1' };
const viewers = ['encoder', 'flv', 'hls'] as const;
type Pages = Readonly<Record<(typeof viewers)[number], Page>>;
/** The gateway of Singapore, of which the viewers' HLS is to come. */
const originHost = '127.0.2.8';

/** In the player page: takes down when a picture is shown, also after another video element has taken over. */
const note = `{
  window.shownMs = [];
  let current = null;
  setInterval(() => {
    const video = document.querySelector('[data-testid="play"] video');
    if (video === null || video === current) return;
    current = video;
    const shown = () => {
      window.shownMs.push(performance.timeOrigin + performance.now());
      if (video.isConnected) video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }, 20);
}`;

export class Stage {
  readonly #people: readonly Participant[];
  readonly #encoder: Encoder;
  readonly #pages: Pages;

  private constructor(people: readonly Participant[], encoder: Encoder, pages: Pages) {
    this.#people = people;
    this.#encoder = encoder;
    this.#pages = pages;
  }

  /** Resolves when all play, everything being where it belongs. `name`: of its rooms. */
  static async open(cloud: TestCloud, browser: Browser, name: string): Promise<Stage> {
    const room = await showRoom(cloud, name);
    const encoder = new Encoder(
      (await waysOf(cloud, 'frankfurt', { room, identity: 'show', from: 'frankfurt' })).publish?.rtmp.url ?? '',
    );
    const [ana, bo] = [
      await join(browser, cloud, { room: name, name: 'Ana', from: 'frankfurt', codec: 'vp8' }, camera),
      await join(browser, cloud, { room: name, name: 'Bo', from: 'singapore', codec: 'vp8' }, camera),
    ];
    const people = [ana, bo];
    for (const p of people) {
      const { nodeId } = await where(p);
      if (nodeId !== homes[p.name as keyof typeof homes]) throw new Error(`${p.name} is at ${nodeId}`);
      await p.room(watch);
    }
    const open = async (kind: (typeof viewers)[number]): Promise<Page> => {
      const page = await (await browser.newContext({ viewport: { width: 640, height: 480 } })).newPage();
      await page.goto(`${cloud.pageUrl}/play/${room}?${new URLSearchParams({ way: ways[kind], from: 'singapore' })}`);
      await page.evaluate(note);
      return page;
    };
    const stage = new Stage(people, encoder, {
      encoder: await open('encoder'),
      flv: await open('flv'),
      hls: await open('hls'),
    });
    const late = await stage.allPlay();
    if (late.length > 0) throw new Error(`${late.join(', ')}: nothing comes`);
    return stage;
  }

  /** Resolves when each client has had something new since the call; what lacks it after a minute and a half, else. */
  async allPlay(): Promise<readonly string[]> {
    const sinceMs = Date.now();
    const late = async (): Promise<string[]> => {
      const times = Object.entries(await this.#times());
      return times.filter(([, ms]) => !((ms.at(-1) ?? 0) > sinceMs)).map(([what]) => what);
    };
    while (Date.now() - sinceMs < playsMsMax) {
      if ((await late()).length === 0) return [];
      await pause(lookEveryMs);
    }
    return late();
  }

  /** Forgets what was heard and seen until now. */
  async forget(): Promise<void> {
    await Promise.all(this.#people.map((p) => p.room(forget)));
    await Promise.all(viewers.map((kind) => this.#pages[kind].evaluate('window.shownMs.length = 0;')));
  }

  /** Each kind's longest gap between two times since 1970. */
  async gaps(fromMs: number, toMs: number): Promise<Gaps> {
    const times = Object.entries(await this.#times());
    const worst = (kind: string): number =>
      Math.max(...times.filter(([what]) => what.startsWith(kind)).map(([, ms]) => longestGap(ms, fromMs, toMs)));
    return Object.fromEntries(clients.map((kind) => [kind, worst(kind)])) as Record<keyof Gaps, number>;
  }

  async close(): Promise<void> {
    this.#encoder.close();
    await Promise.all(this.#people.map((p) => p.close()));
    await Promise.all(viewers.map((kind) => this.#pages[kind].context().close()));
  }

  /** When what was new came: `flv`, `people: Ana of Bo audio`, … */
  async #times(): Promise<Record<string, readonly number[]>> {
    const shown = await Promise.all(
      viewers.map(
        async (kind): Promise<[string, readonly number[]]> => [
          kind,
          await this.#pages[kind].evaluate<number[]>('window.shownMs'),
        ],
      ),
    );
    const heard = await Promise.all(
      this.#people.map(async (p) => {
        const { playsMs } = await seenBy(p);
        return othersOf(p, this.#people).map((track): [string, readonly number[]] => [
          `people: ${p.name} of ${track}`,
          playsMs[track] ?? [],
        ]);
      }),
    );
    return Object.fromEntries([...shown, ...heard.flat()]);
  }
}

/** A room whose HLS is made by the gateway of the viewers' region: which one makes it is by the room's name. */
async function showRoom(cloud: TestCloud, name: string): Promise<string> {
  for (let number = 0; ; number += 1) {
    const room = `${name}-show-${number}`;
    const { play } = await waysOf(cloud, 'singapore', { room, identity: 'look', from: 'singapore' });
    if (new URL(play?.hls ?? '').hostname === originHost) return room;
  }
}
