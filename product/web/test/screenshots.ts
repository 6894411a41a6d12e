// Takes screenshots for review: every state of the pages at two widths, in light and dark and in both languages, in
// Chromium.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { findFaults } from './page-faults.ts';

/** States of the page, by their names in src/stories/stories.tsx. */
export const screenshotStates = [
  'lobby',
  'lobby-denied',
  'lobby-refused',
  'join-full',
  'join-room-full',
  'join-expired',
  'join-refused',
  'join-fault',
  'waiting',
  'waiting-removed',
  'ended-by-host',
  'ended-removed',
  'ended-lost',
  'ended-left',
  'ended-elsewhere',
  'ended-node-lost',
  'unsupported',
  'alone',
  'two',
  'grid',
  'share-self',
  'speaker-chat',
  'share-people',
  'where',
  'reconnecting',
  'last',
  'more',
  'reactions',
  'about',
  'show',
  'show-first',
  'show-stage',
  'show-invited',
  'audience',
  'waiting-list',
  'host-controls',
  'record',
  'recorded',
  'break-outs-plan',
  'break-outs',
  'break-out-invited',
  'break-out',
  'check-ready',
  'check-running',
  'check-limited',
  'account-meetings',
  'account-past',
  'account-past-meeting',
  'account-booking',
  'account-details',
  'account-security',
  'home-visitor',
  'home-closed',
  'home-user',
  'home-menu',
  'home-show',
  'sign-in',
  'sign-in-forgot',
  'sign-in-setup',
  'library-list',
  'library-recordings',
  'library-trash',
  'library-item',
  'library-trim',
  'library-recording',
  'library-refused',
  'library-share',
  'watch',
  'watch-transcript',
  'watch-chat',
  'watch-sound',
  'watch-expired',
  'watch-incomplete',
  'admin-users',
  'admin-user-new',
  'admin-rooms',
  'admin-room',
  'admin-reports',
  'admin-report',
  'admin-recordings',
  'admin-sla',
  'admin-keys',
  'admin-key-new',
  'admin-webhooks',
  'admin-webhook',
  'admin-webhook-new',
  'admin-settings',
  'console-map',
  'console-map-site',
  'console-map-link',
  'console-map-list',
  'console-alarms',
  'console-alarm',
  'console-alarm-settings',
  'console-fleet',
  'console-node',
  'console-report',
  'console-cost',
  'console-rooms',
  'console-room',
  'console-past',
  'console-past-room',
  'console-session',
  'console-wall',
  'console-wall-ask',
  'meeting-report',
  'meeting-session',
] as const;
export const screenshotWidths = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
] as const;
export const screenshotLanguages = ['en', 'zh'] as const;
export const screenshotSchemes = ['light', 'dark'] as const;

export interface ScreenshotOptions {
  /** Folder of the PNGs: <state>-<width>-<scheme>-<language>.png */
  outDir: string;
  states?: readonly string[];
  widths?: readonly { width: number; height: number }[];
  languages?: readonly string[];
  schemes?: readonly ('dark' | 'light')[];
  chromiumPath?: string;
  /** Called with each picture as soon as it is taken. */
  onPicture?(picture: Screenshot): void;
}

export interface Screenshot {
  file: string;
  state: string;
  width: number;
  scheme: string;
  language: string;
  /** Faults that `findFaults` found, errors that the page threw, and why there is no picture. */
  faults: string[];
}

/**
 * Builds the stories, serves them on a loopback port and photographs each page down to its end. A page that fails has
 * the failure among its faults; the pages after it are still photographed.
 */
export async function takeScreenshots(o: ScreenshotOptions): Promise<Screenshot[]> {
  const storiesDir = await mkdtemp(join(tmpdir(), 'meridian-stories-'));
  let server: Server | undefined;
  const browsers = new Browsers(o.chromiumPath ?? '/usr/bin/chromium');
  try {
    await mkdir(o.outDir, { recursive: true });
    await buildStories(storiesDir);
    server = await serveFolder(storiesDir);
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await photographAll(browsers, origin, o);
  } finally {
    await browsers.close();
    server?.closeAllConnections();
    server?.close();
    await rm(storiesDir, { recursive: true, force: true });
  }
}

export async function buildStories(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  await build({ configFile, mode: 'stories', logLevel: 'warn', build: { outDir, emptyOutDir: true } });
}

/** Pages that are loaded at once: a page mostly waits for frames. */
const PAGES_MAX = 4;

/** Owner of at most one browser, which is started anew after a crash. */
class Browsers {
  readonly #executablePath: string;
  #browser: Browser | undefined;
  #context: Promise<BrowserContext> | undefined;

  constructor(executablePath: string) {
    this.#executablePath = executablePath;
  }

  /** Returns the context of a live browser; the first call decides how the pages of a browser look. */
  context(options: BrowserContextOptions): Promise<BrowserContext> {
    if (this.#browser?.isConnected() === false) this.#forget();
    this.#context ??= this.#launch(options);
    return this.#context;
  }

  async close(): Promise<void> {
    const browser = this.#browser;
    this.#forget();
    await browser?.close();
  }

  /** Forgets both at once, so that callers during the next launch do not launch more browsers. */
  #forget(): void {
    this.#browser = undefined;
    this.#context = undefined;
  }

  async #launch(options: BrowserContextOptions): Promise<BrowserContext> {
    this.#browser = await chromium.launch({
      executablePath: this.#executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--force-color-profile=srgb',
      ],
    });
    return await this.#browser.newContext(options);
  }
}

async function photographAll(browsers: Browsers, origin: string, o: ScreenshotOptions): Promise<Screenshot[]> {
  const taken: Screenshot[] = [];
  const states = o.states ?? screenshotStates;
  const languages = o.languages ?? screenshotLanguages;
  for (const viewport of o.widths ?? screenshotWidths) {
    const looks = { viewport, hasTouch: viewport.width < 640, reducedMotion: 'reduce' } as const;
    const next = states.flatMap((state) => languages.map((language) => ({ state, language }))).values();
    const photographer = async (): Promise<void> => {
      for (const { state, language } of next) {
        const url = `${origin}/stories.html?story=${state}&lang=${language}`;
        for (const { scheme, faults, png } of await photographPage(await browsers.context(looks), url, o)) {
          const file = join(o.outDir, `${state}-${viewport.width}-${scheme}-${language}.png`);
          if (png !== undefined) await writeFile(file, png);
          const picture = { file, state, width: viewport.width, scheme, language, faults };
          taken.push(picture);
          o.onPicture?.(picture);
        }
      }
    };
    await Promise.all(Array.from({ length: PAGES_MAX }, photographer));
    await browsers.close();
  }
  return taken.sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
}

interface Picture {
  readonly scheme: string;
  readonly faults: string[];
  readonly png?: Buffer;
}

/** Loads a page once and photographs it in each scheme. */
async function photographPage(context: BrowserContext, url: string, o: ScreenshotOptions): Promise<Picture[]> {
  const schemes = o.schemes ?? screenshotSchemes;
  const pictures: Picture[] = [];
  const thrown: string[] = [];
  try {
    const page = await context.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', (error) => {
        thrown.push(`the page threw: ${error.message}`);
        reject(error);
      });
      page.on('crash', () => reject(new Error('the page crashed')));
    });
    const shown = async (): Promise<void> => {
      await page.goto(url, { timeout: PAGE_MS });
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await settled(page);
        const png = await page.screenshot({ fullPage: true, timeout: PAGE_MS });
        pictures.push({ scheme, faults: await page.evaluate(findFaults), png });
      }
    };
    await Promise.race([shown(), failed]);
    await page.close();
  } catch (error) {
    const [cause] = String(error).split('\n');
    for (const scheme of schemes.slice(pictures.length)) pictures.push({ scheme, faults: [`no picture: ${cause}`] });
  }
  return pictures.map((picture) => ({ ...picture, faults: [...picture.faults, ...thrown] }));
}

/** Ends a hang only: a page takes 2 s on two cores, and 20 s beside other work. */
const PAGE_MS = 120_000;

/** Waits until the story is rendered, its fonts have loaded, no player is loading, and every picture plays. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid], .notice-card', { timeout: PAGE_MS });
  const isSettled = async (): Promise<boolean> => {
    await document.fonts.ready;
    if (document.querySelector('.library-stage .spinner') !== null) return false;
    return [...document.querySelectorAll('video')].every((video) => video.readyState >= 2 && video.videoWidth > 0);
  };
  await page.waitForFunction(isSettled, undefined, { timeout: PAGE_MS });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function serveFolder(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(join(folder, new URL(request.url ?? '/', 'http://localhost').pathname));
    const send = async (): Promise<void> => {
      const known = path.startsWith(folder + sep) && (await stat(path)).isFile();
      response.writeHead(known ? 200 : 404, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
        // The browser keeps compiled code of cached scripts only.
        'cache-control': 'max-age=3600',
      });
      if (known) createReadStream(path).pipe(response);
      else response.end();
    };
    send().catch(() => response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
