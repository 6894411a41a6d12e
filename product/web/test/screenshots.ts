// Takes screenshots for review: every state of the pages at two widths, in light and dark and in both languages, in
// Chromium.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

/** States of the page, by their names in src/stories/stories.tsx. */
export const screenshotStates = [
  'lobby',
  'lobby-denied',
  'lobby-refused',
  'join-full',
  'join-refused',
  'waiting',
  'waiting-removed',
  'ended-by-host',
  'ended-removed',
  'ended-lost',
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
  'audience',
  'waiting-list',
  'host-controls',
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
  'library-item',
  'library-refused',
  'library-share',
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
}

export interface Screenshot {
  file: string;
  state: string;
  width: number;
  scheme: string;
  language: string;
  /**
   * Faults that a machine can find: content wider than the window, text cut off without an ellipsis and a title,
   * overlapping buttons.
   */
  faults: string[];
}

/**
 * Builds the stories, serves them on a loopback port and photographs them. Rejects when a page throws or a story is
 * missing.
 */
export async function takeScreenshots(o: ScreenshotOptions): Promise<Screenshot[]> {
  const storiesDir = await mkdtemp(join(tmpdir(), 'meridian-stories-'));
  let server: Server | undefined;
  let browser: Browser | undefined;
  try {
    await mkdir(o.outDir, { recursive: true });
    await buildStories(storiesDir);
    server = await serveFolder(storiesDir);
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: o.chromiumPath ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--force-color-profile=srgb',
      ],
    });
    return await photographAll(browser, origin, o);
  } finally {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    await rm(storiesDir, { recursive: true, force: true });
  }
}

export async function buildStories(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  await build({ configFile, mode: 'stories', logLevel: 'warn', build: { outDir, emptyOutDir: true } });
}

async function photographAll(browser: Browser, origin: string, o: ScreenshotOptions): Promise<Screenshot[]> {
  const taken: Screenshot[] = [];
  for (const viewport of o.widths ?? screenshotWidths)
    for (const scheme of o.schemes ?? screenshotSchemes)
      taken.push(...(await photographIn({ browser, origin, viewport, scheme }, o)));
  return taken;
}

interface Place {
  readonly browser: Browser;
  readonly origin: string;
  readonly viewport: { width: number; height: number };
  readonly scheme: 'dark' | 'light';
}

async function photographIn(place: Place, o: ScreenshotOptions): Promise<Screenshot[]> {
  const { browser, origin, viewport, scheme } = place;
  const phone = viewport.width < 640;
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    deviceScaleFactor: phone ? 2 : 1,
    hasTouch: phone,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  const taken: Screenshot[] = [];
  for (const language of o.languages ?? screenshotLanguages)
    for (const state of o.states ?? screenshotStates) {
      await page.goto(`${origin}/stories.html?story=${state}&lang=${language}`);
      await settled(page);
      const file = join(o.outDir, `${state}-${viewport.width}-${scheme}-${language}.png`);
      await page.screenshot({ path: file });
      const faults = await page.evaluate(findFaults);
      taken.push({ file, state, width: viewport.width, scheme, language, faults });
    }
  await context.close();
  if (thrown.length > 0) throw new Error(`a story threw: ${thrown.join('; ')}`);
  return taken;
}

/** Waits until the story is rendered, its fonts have loaded, no player is loading, and every picture plays. */
async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-testid], .notice-card');
  await page.waitForFunction(async () => {
    await document.fonts.ready;
    if (document.querySelector('.library-stage .spinner') !== null) return false;
    return [...document.querySelectorAll('video')].every((video) => video.readyState >= 2 && video.videoWidth > 0);
  });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Finds layout faults; runs in the page. */
function findFaults(): string[] {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than its window`);
  const top = document.querySelector('dialog[open]') ?? document.querySelector('[aria-modal=true]') ?? document;
  const texts = 'button, a, h1, h2, h3, label, p, dt, dd, th, td, li, span, small, strong, summary, legend';
  for (const element of top.querySelectorAll<HTMLElement>(texts)) {
    const box = element.getBoundingClientRect();
    // Elements in a closed menu keep their boxes; hidden text for screen readers is 1 px wide.
    if (
      box.width <= 1 ||
      !element.checkVisibility({ visibilityProperty: true }) ||
      element.closest('.visually-hidden') !== null
    )
      continue;
    const words = `${element.tagName.toLowerCase()} "${(element.textContent ?? '').slice(0, 40)}"`;
    const style = getComputedStyle(element);
    const isCut = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible' && hasText(element);
    const isScrolled = style.overflowX === 'auto' || style.overflowX === 'scroll';
    if (isCut && !isScrolled && !(style.textOverflow === 'ellipsis' && element.closest('[title]') !== null))
      faults.push(`${words} is cut off${style.textOverflow === 'ellipsis' ? ', without a title' : ''}`);
    if (element.tagName === 'BUTTON' && style.pointerEvents !== 'none' && box.bottom <= innerHeight && box.top >= 0) {
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (hit !== null && !element.contains(hit) && !hit.contains(element))
        faults.push(`${words} is covered by ${hit.className}`);
      if (box.left < 0 || box.right > innerWidth) faults.push(`${words} stands outside the window`);
    }
  }
  function hasText(element: HTMLElement): boolean {
    return [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim() !== '');
  }
  return faults;
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
      response.writeHead(known ? 200 : 404, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
      if (known) createReadStream(path).pipe(response);
      else response.end();
    };
    send().catch(() => response.writeHead(404).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
