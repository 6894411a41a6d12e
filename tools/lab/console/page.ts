// The console's pages in real Chromium, as a signed-in operator: how smoothly the map moves, what the page holds, and
// pictures of all pages.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, CDPSession, Page, Response } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import type { Say } from '../../support/case.ts';
import { type Smoothness, smoothnessOf } from './judge.ts';

const PASSWORD = 'a long and unusual sentence';
const PAGE_LIMIT_MS = 60_000;
/** A hand: so many steps of a drag, so many of the wheel, then elsewhere. */
const STEPS = 12;
const STEP_MS = 16;
const SETTLE_MS = 2000;

export class ConsolePage {
  readonly page: Page;
  readonly errors: string[] = [];
  readonly #browser: Browser;
  readonly #url: string;
  readonly #debugger: CDPSession;

  private constructor(browser: Browser, url: string, page: Page, session: CDPSession) {
    this.#browser = browser;
    this.#url = url;
    this.page = page;
    this.#debugger = session;
    page.on('pageerror', (error) => {
      if (this.errors.length < 20) this.errors.push(error.message);
    });
  }

  /** Signed in by a one-time link, the map before it. */
  static async open(pageUrl: string, operatorLink: string): Promise<ConsolePage> {
    const browser = await launchChromium();
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(PAGE_LIMIT_MS);
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      const console = new ConsolePage(browser, pageUrl, page, session);
      await page.goto(`${operatorLink}?lang=en`);
      await page.getByLabel('E-mail').fill('operator@example.org');
      await page.getByLabel('Your name').fill('Olga Operator');
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Save and sign in' }).click();
      await page.waitForURL((address) => !address.pathname.startsWith('/setup'));
      await console.go('/console');
      await console.mapBox();
      return console;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  async go(path: string, language = 'en'): Promise<void> {
    const address = new URL(path, this.#url);
    address.searchParams.set('lang', language);
    await this.page.goto(address.href);
    await this.page.locator('main').first().waitFor();
  }

  /** The map with the panel of what is chosen, as its address names it; resolves when both have come, and alarms. */
  async lookAt(query: Readonly<Record<string, string>>): Promise<void> {
    await this.go(`/console?${new URLSearchParams(query)}`);
    await this.page.getByTestId('map-panel').waitFor();
    // They are asked for again and again: what comes now is of this page.
    const isOfAlarms = (response: Response): boolean => new URL(response.url()).pathname.endsWith('/api/v1/alarms');
    const { finished } = await this.page.waitForResponse(isOfAlarms).then((one) => ({ finished: one.finished() }));
    // It draws them with its next picture. A page that is about to be left, or that is not drawn, ends neither.
    const drawn = this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await Promise.race([Promise.allSettled([finished, drawn]), delay(SETTLE_MS)]);
  }

  /** Whether that panel lists the alarm. */
  async hasAlarm(id: string): Promise<boolean> {
    const row = this.page.getByTestId('map-panel').locator(`a[href="/console/alarms/${encodeURIComponent(id)}"]`);
    return (await row.count()) > 0;
  }

  /** What the alarm's page says of it. */
  async sentenceOf(id: string): Promise<string> {
    await this.go(`/console/alarms/${encodeURIComponent(id)}`);
    return this.page.getByTestId('story').locator('.alarm-sentence').innerText();
  }

  /** Where the map is drawn: the largest picture of the page. Waits until there is one. */
  async mapBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const largest = await this.page.waitForFunction(() => {
      const boxes = [...document.querySelectorAll('main canvas, main svg')].map((one) => one.getBoundingClientRect());
      const [box] = boxes.sort((a, b) => b.width * b.height - a.width * a.height);
      return box !== undefined && box.width > 200 && { x: box.x, y: box.y, width: box.width, height: box.height };
    });
    const box = await largest.jsonValue();
    if (box === false) throw new Error('the page shows no map');
    return box;
  }

  /** Drags and zooms the map for so long; times of the page's pictures. */
  async smoothness(seconds: number): Promise<Smoothness> {
    const { x, y, width, height } = await this.mapBox();
    const [left, top] = [x + width / 2, y + height / 2];
    const { mouse } = this.page;
    await this.page.evaluate(() => {
      const scope = window as unknown as { frames: number[]; isWatching: boolean };
      scope.frames = [];
      scope.isWatching = true;
      const frame = (atMs: number): void => {
        scope.frames.push(atMs);
        if (scope.isWatching) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    const endMs = performance.now() + seconds * 1000;
    for (let turn = 0; performance.now() < endMs; turn += 1) {
      const way = turn % 2 === 0 ? 1 : -1;
      await mouse.move(left, top);
      await mouse.down();
      for (let step = 1; step <= STEPS; step += 1) {
        await mouse.move(left + (way * step * width) / 60, top + (way * step * height) / 120);
        await delay(STEP_MS);
      }
      await mouse.up();
      // In and out by turns, and never beyond what the map allows.
      for (let step = 0; step < STEPS; step += 1) {
        await mouse.wheel(0, turn % 4 < 2 ? -120 : 120);
        await delay(STEP_MS);
      }
    }
    const frames = await this.page.evaluate(() => {
      const scope = window as unknown as { frames: number[]; isWatching: boolean };
      scope.isWatching = false;
      return scope.frames;
    });
    return smoothnessOf(frames);
  }

  /** Of the page's JavaScript, when its garbage is gone. */
  async heapBytes(): Promise<number> {
    await this.#debugger.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#debugger.send('Runtime.getHeapUsage');
    return usedSize;
  }

  /** Pictures of these pages: two widths, light and dark, two languages. */
  async pictures(folder: string, paths: Readonly<Record<string, string>>, say: Say): Promise<void> {
    mkdirSync(folder, { recursive: true });
    for (const { width, scheme, language } of views) {
      await this.page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      await this.page.emulateMedia({ colorScheme: scheme });
      for (const [name, path] of Object.entries(paths)) {
        await this.go(path, language);
        await delay(SETTLE_MS); // the stream's first events are drawn
        await this.page.screenshot({ path: join(folder, `${name}-${width}-${scheme}-${language}.png`) });
      }
    }
    await this.page.setViewportSize({ width: 1280, height: 800 });
    await this.page.emulateMedia({ colorScheme: 'light' });
    say(`pictures of ${Object.keys(paths).join(', ')} are in ${folder}`);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#browser.close();
  }
}

const views = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((scheme) =>
    (['en', 'zh'] as const).map((language) => ({ width, scheme, language })),
  ),
);
