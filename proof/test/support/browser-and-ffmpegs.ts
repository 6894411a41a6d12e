import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { closePages, launchChromium } from './browser.ts';
import { Ffmpegs } from './ffmpegs.ts';

export interface BrowserAndFfmpegs {
  readonly browser: Browser;
  readonly ffmpegs: Ffmpegs;
}

/**
 * Opens a Chromium for all tests of a file. Call it once, at the top of the file. Pages and ffmpegs end after each
 * test, the browser after the last.
 */
export function browserAndFfmpegs(): BrowserAndFfmpegs {
  const ffmpegs = new Ffmpegs();
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    ffmpegs.end();
    if (browser !== undefined) await closePages(browser);
  });
  afterAll(() => browser?.close());
  return {
    ffmpegs,
    get browser() {
      if (browser === undefined) throw new Error('the browser starts with the first test');
      return browser;
    },
  };
}
