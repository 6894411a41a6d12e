// Set-up for tests over real sockets: a browser per file, two signaling nodes and a page with the SDK per test.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { type ClientFrame, FakeSignaling, type SignalingConnection } from './fake-signaling.ts';
import { buildSdk, launch, openPage, PAGE_LIMIT_MS } from './page.ts';

export let signaling: FakeSignaling;
export let page: Page;

/** To be called once, at the top of a file. */
export function eachTestHasSignalingAndAPage(): void {
  let script: string;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    [script, browser] = await Promise.all([buildSdk(), launch()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    signaling = await FakeSignaling.start(2, script);
    context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    context.setDefaultTimeout(PAGE_LIMIT_MS);
    page = await openPage(context, signaling.url);
  });
  afterEach(async () => {
    await context.close();
    await signaling.close();
  });
}

export const eventually = (check: () => void) => vi.waitFor(check, { timeout: PAGE_LIMIT_MS, interval: 20 });
export const joinOf = (connection: SignalingConnection) =>
  connection.frames.find((frame) => frame.body === 'join')?.join;
export const isJoin = (frame: ClientFrame): boolean => frame.body === 'join';
