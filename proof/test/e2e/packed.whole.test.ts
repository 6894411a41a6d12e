// Installs the packages from their tarballs into an empty Vite project, builds and runs it.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPacked } from '../../../infra/test/support/installed.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const home = mkdtempSync(join(tmpdir(), 'meridian-packed-page-'));
/** Compressed bytes that a call loads from the project's own server: almost all are the SDK. */
const BYTES_MAX = 136_000;
let browser: Browser;
let server: Server;
let origin: string;
const loaded = new Map<string, number>();

const sources = {
  'package.json': '{"type":"module"}',
  'index.html': '<!doctype html><script type="module" src="./call.js"></script>',
  'call.js': `
    import { Room, RoomEvent } from '@meridian/sdk-web';
    const room = new Room();
    globalThis.met = new Promise((resolve) => room.on(RoomEvent.ParticipantConnected, ({ identity }) => resolve(identity)));
    globalThis.join = async (entryUrl, token) => {
      await room.connect(entryUrl, token);
      return room.localParticipant.identity;
    };`,
  'parts.html': '<!doctype html><script type="module" src="./parts.js"></script>',
  'parts.js': `
    import { MeridianClientError } from '@meridian/client';
    import { encodeClientFrame, decodeClientFrame } from '@meridian/protocol';
    globalThis.read = decodeClientFrame(encodeClientFrame({ join: { token: 'x' } })).join.token;
    globalThis.code = new MeridianClientError('ROOM_FULL').code;`,
};

beforeAll(async () => {
  await installPacked(home, ['protocol', 'client', 'sdk-web']);
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(home, name), text);
  const input = { index: join(home, 'index.html'), parts: join(home, 'parts.html') };
  await build({ root: home, configFile: false, logLevel: 'error', build: { rolldownOptions: { input } } });
  server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file = join(home, 'dist', name);
    // Browsers request an icon.
    if (!existsSync(file)) return void response.writeHead(404).end();
    const body = readFileSync(file);
    const isScript = extname(name) === '.js';
    if (isScript) loaded.set(name, gzipSync(body).byteLength);
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await sharedChromium();
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  rmSync(home, { recursive: true, force: true });
});

async function pageAt(path: string): Promise<Page> {
  const page = await browser.newPage();
  page.on('pageerror', (error) => expect.fail(error.message));
  await page.goto(`${origin}/${path}`);
  return page;
}

it('two pages of the project meet in a room, and less than 136 kB are loaded from the server', async () => {
  const cloud = sharedCloud();
  const [ana, bo] = [await pageAt('index.html'), await pageAt('index.html')];
  const join = async (page: Page, identity: string): Promise<string> => {
    const [entryUrl, token] = [cloud.entryUrl('frankfurt'), await cloud.token('packed', identity)];
    return await page.evaluate(`join(${JSON.stringify(entryUrl)}, ${JSON.stringify(token)})`);
  };
  expect([await join(ana, 'ana'), await join(bo, 'bo')]).toEqual(['ana', 'bo']);
  expect(await ana.evaluate('met')).toBe('bo');
  const bytes = [...loaded.values()].reduce((sum, one) => sum + one, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes, [...loaded].join('; ')).toBeLessThan(BYTES_MAX);
});

it('a program in Node sees the people of a room, as in the README of the client', async () => {
  const readme = readFileSync(join(home, 'node_modules/@meridian/client/README.md'), 'utf8');
  writeFileSync(join(home, 'participants.js'), /```js example=participants\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');
  const cloud = sharedCloud();
  const words = ['participants.js', cloud.entryUrl('singapore'), await cloud.token('packed-node', 'ivo')];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: home });
  expect(stdout).toMatch(/^packed-node ivo .*\nleft: CLIENT_INITIATED\n$/);
});

it("the SDK's building blocks run in browsers, too", async () => {
  const page = await pageAt('parts.html');
  await page.waitForFunction('globalThis.code !== undefined');
  expect(await page.evaluate('[read, code]')).toEqual(['x', 'ROOM_FULL']);
});
