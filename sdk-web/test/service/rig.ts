// What the tests of the SDK over a real socket share: one browser for the file, and for each test two doors and a page with the SDK in it.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { type ClientFrame, type DoorConnection, FakeDoor } from './fake-door.ts';
import { buildSdk, launch, openPage } from './page.ts';

/** Of the test that runs now. */
export let door: FakeDoor;
export let page: Page;

/** Call it once, at the top of the file. */
export function eachTestHasADoorAndAPage(): void {
  let script: string;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    [script, browser] = await Promise.all([buildSdk(), launch()]);
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    door = await FakeDoor.start(2, script);
    context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    page = await openPage(context, door.url);
  });
  afterEach(async () => {
    await context.close();
    await door.close();
  });
}

export const eventually = (check: () => void) => vi.waitFor(check, { timeout: 12_000, interval: 20 });
export const joinOf = (connection: DoorConnection) => connection.frames.find((frame) => frame.body === 'join')?.join;
export const isJoin = (frame: ClientFrame): boolean => frame.body === 'join';
