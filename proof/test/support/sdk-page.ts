// A page of the cloud with only the built SDK: the browser treats its origin as secure and local, also in a network
// namespace.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { TestCloud } from './cloud.ts';

const sdk = join(import.meta.dirname, '../../../sdk-web/dist/index.js');

export async function sdkPage(browser: Browser, cloud: TestCloud): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  // The document is the server's own: a made-up document may not connect to addresses of this machine.
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
