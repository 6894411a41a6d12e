// Runs the README's example unchanged, in two pages that see each other.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join as path } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCloud } from '../support/cloud.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const repository = path(import.meta.dirname, '../../..');
let cloud: TestCloud;
let browser: Browser;
let server: Server;
let origin: string;
const dir = mkdtempSync(path(tmpdir(), 'meridian-readme-'));

const example = (file: string): string =>
  /```js example=call\n([\s\S]*?)```/.exec(readFileSync(path(repository, file), 'utf8'))?.[1] ?? '';

beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  writeFileSync(path(dir, 'call.js'), example('README.md'));
  writeFileSync(
    path(dir, 'index.html'),
    `<!doctype html><script type="importmap">{"imports":{"@meridian/sdk-web":"./sdk.js"}}</script><body><script type="module" src="call.js"></script>`,
  );
  server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file =
      name === '/sdk.js'
        ? path(repository, 'sdk-web/dist/index.js')
        : path(dir, name === '/call.js' ? 'call.js' : 'index.html');
    response.setHeader('content-type', extname(file) === '.js' ? 'text/javascript' : 'text/html');
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
  rmSync(dir, { recursive: true });
});

describe("the README's example", () => {
  it('has fifteen lines at most and is the same in the SDK', () => {
    const code = example('README.md');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(15);
    expect(code).toBe(example('sdk-web/README.md'));
  });

  it('makes a call: two pages show each other', async () => {
    const pages: Page[] = [];
    for (const identity of ['ana', 'bo']) {
      const page = await (await browser.newContext({ permissions: ['camera', 'microphone'] })).newPage();
      const query = new URLSearchParams({
        entryUrl: cloud.entryUrl('frankfurt'),
        token: await cloud.token('readme', identity),
      });
      await page.goto(`${origin}/?${query.toString()}`);
      pages.push(page);
    }
    for (const page of pages) {
      const time = (): Promise<number> =>
        page.evaluate(() =>
          Math.max(
            0,
            ...[...document.querySelectorAll('video')].filter((v) => v.videoWidth > 0).map((v) => v.currentTime),
          ),
        );
      const first = await until('a video plays', async () => (await time()) > 0 && (await time()));
      await until('it goes on', async () => (await time()) > first + 1);
    }
  });
});
