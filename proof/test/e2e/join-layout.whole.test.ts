// The page of a person who joins measures no element: a layout that it forces would hold up the SDK, whose media waits
// for the same thread.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { join, untilMoreFrames } from '../support/call.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

/**
 * Runs in the page: records what asks for a layout at once, in `measured`. The SDK asks videos for their sizes, in
 * callbacks of its observers, which a browser calls after the layout of a frame.
 */
function recordMeasurements(): void {
  const measured: string[] = [];
  Object.assign(window, { measured });
  const watch = (owner: object, name: string): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    const original = descriptor?.get ?? descriptor?.value;
    if (descriptor === undefined || typeof original !== 'function') throw new Error(`there is no ${name}`);
    const recorded = function (this: unknown, ...args: unknown[]): unknown {
      if (!(this instanceof HTMLVideoElement)) measured.push(`${name} ${new Error('measured').stack ?? ''}`);
      return Reflect.apply(original, this, args);
    };
    Object.defineProperty(owner, name, {
      ...descriptor,
      ...(descriptor.get === undefined ? { value: recorded } : { get: recorded }),
    });
  };
  for (const name of ['getBoundingClientRect', 'clientWidth', 'clientHeight', 'scrollHeight'])
    watch(Element.prototype, name);
  for (const name of ['offsetWidth', 'offsetHeight', 'offsetParent']) watch(HTMLElement.prototype, name);
}

it('the page measures no element from the click to the first pictures, and places these', async () => {
  const query = { room: 'layout', from: 'frankfurt', camera: '0', mic: '0' };
  await join(browser, cloud, { ...query, name: 'Ana', camera: '1' });
  const bo = await Participant.open(browser, cloud.pageUrl, { ...query, name: 'Bo' });
  await bo.page.waitForSelector('[data-testid=join]:not([disabled])');
  const rectOf = await bo.page.evaluateHandle(() => Element.prototype.getBoundingClientRect);
  await bo.page.evaluate(recordMeasurements);
  // A click by Playwright would measure the button.
  await bo.page.evaluate(() => document.querySelector<HTMLElement>('[data-testid=join]')?.click());
  await untilMoreFrames(bo, 1);
  expect(await bo.page.evaluate(() => (window as unknown as { measured: string[] }).measured)).toEqual([]);
  const sizes = await bo.page.evaluate(
    (rect) => [...document.querySelectorAll('[data-tile]')].map((tile) => rect.call(tile).width),
    rectOf,
  );
  expect(sizes.length).toBeGreaterThan(0);
  for (const width of sizes) expect(width).toBeGreaterThan(100);
});
