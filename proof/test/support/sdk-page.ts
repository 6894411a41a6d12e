// A page of the cloud with nothing but the built SDK in it: the browser takes its origin for secure and local, also in
// a network namespace.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { TestCloud } from './cloud.ts';

const sdk = join(import.meta.dirname, '../../../sdk-web/dist/index.js');

/** With camera and microphone allowed; `sdk` is there as `window.sdk`. */
export async function sdkPage(browser: Browser, cloud: TestCloud): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  // The document is the server's own: one that is made up here may not speak to addresses of this machine.
  await page.route('**/*', (route) => {
    const request = route.request();
    if (request.url().endsWith('/sdk-page.js')) return route.fulfill({ path: sdk, contentType: 'text/javascript' });
    return request.resourceType() === 'script' ? route.abort() : route.continue();
  });
  await page.goto(cloud.pageUrl);
  await page.evaluate(async () => {
    const address = '/sdk-page.js';
    Object.assign(window, { sdk: await import(address) });
  });
  return page;
}
