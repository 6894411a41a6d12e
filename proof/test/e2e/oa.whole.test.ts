import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { oaDay } from '../support/oa-day.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

it('an office system books a meeting, people meet by its links, and the system learns how it went', () =>
  oaDay({ cloud: sharedCloud(), browser, mailPort: inject('mailPort') }));
