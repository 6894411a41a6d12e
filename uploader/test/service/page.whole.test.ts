// The uploader as a bundler makes it of it, in Chromium: a chosen file over connections that break.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bytesOf, ScriptedApi } from '../support/scripted.ts';
import { TusNode } from '../support/tus-node.ts';

/** It ends a hang: a loaded machine is no failure. */
const PAGE_LIMIT_MS = 60_000;
/** Compressed it is a third of this. What comes along by mistake is larger. */
const BUNDLE_BYTES_MAX = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'meridian-upload-'));
const path = join(folder, 'talk.mp4');
const file = bytesOf(3_000_000);
let code: string;
let server: Server;
let browser: Browser;
let page: Page;
let node: TusNode;
let api: ScriptedApi;

beforeAll(async () => {
  [code, browser] = await Promise.all([bundled(), launched()]);
  server = createServer(({ url }, response) => {
    response.writeHead(200, { 'content-type': url === '/u.js' ? 'text/javascript' : 'text/html' });
    response.end(url === '/u.js' ? code : '<input type="file"><script type="module" src="/u.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  node = await TusNode.listen();
}, PAGE_LIMIT_MS);
afterAll(async () => {
  await browser.close();
  await node.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  writeFileSync(path, file);
  api = new ScriptedApi(node, 3);
  node.before = () => undefined;
  node.meets = () => undefined;
  node.writtenBytes = 0;
});

/** A page in which the file is chosen. */
async function open(): Promise<void> {
  page = await browser.newPage();
  await page.exposeFunction('call', (name: 'find' | 'create' | 'get', ...args: [never, never]) => api[name](...args));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await chosen();
}
async function chosen(): Promise<void> {
  await page.setInputFiles('input', path);
  await page.waitForFunction('window.start !== undefined');
}

const launched = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });

/** A page's program, in memory. */
async function bundled(): Promise<string> {
  const entry = join(import.meta.dirname, '../support/page-entry.ts');
  const lib = { entry, formats: ['es' as const] };
  const result = await build({
    configFile: false,
    root: join(import.meta.dirname, '../..'),
    logLevel: 'error',
    build: { write: false, target: 'es2023', lib, rollupOptions: { output: { minify: true } } },
  });
  const chunks = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  expect(chunks.map((chunk) => chunk.type === 'chunk' && chunk.imports)).toEqual([[]]);
  return chunks[0]?.type === 'chunk' ? chunks[0].code : '';
}

/** 'done', or the code of what it rejects with. */
const uploaded = (): Promise<string> => page.evaluate('start()');

it('nothing of Node comes along', () => {
  expect(code).not.toMatch(/node:|require\(|createReadStream|externalized/);
  expect(code.length).toBeLessThan(BUNDLE_BYTES_MAX);
});

it('a file arrives over connections that are cut', async () => {
  await open();
  let chunks = 0;
  node.before = (_, cut) => (++chunks % 12 === 5 && chunks < 30 ? cut() : undefined);
  expect(await uploaded()).toBe('done');
  expect([node.whole().equals(file), node.writtenBytes]).toEqual([true, file.length]);
});

it('an upload that was stopped goes on in another page, without reading the file again', async () => {
  await open();
  node.before = async () => {
    if (node.writtenBytes > 1_000_000) await page.evaluate('stop()');
  };
  expect(await uploaded()).toBe('ABORTED');
  await expect.poll(() => node.writing).toBe(0);
  node.before = () => undefined;
  await page.reload();
  await chosen();
  expect(await uploaded()).toBe('done');
  expect(await page.evaluate('phases')).toEqual(['sending', 'checking', 'done']);
  expect([node.whole().equals(file), node.writtenBytes, api.bodies.length]).toEqual([true, file.length, 1]);
});

it('a file that has changed on the disk since it was chosen is not sent', async () => {
  await open();
  node.meets = () => {
    writeFileSync(path, bytesOf(3_000_000, 9));
    return undefined;
  };
  expect(await uploaded()).toBe('FILE_CHANGED');
});
