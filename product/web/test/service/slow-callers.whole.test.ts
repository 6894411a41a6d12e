// Callers that send or read slowly must not harm others.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { AddressRange } from '@meridian/protocol';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { buildApp } from '../../server/app.ts';
import type { WebConfig } from '../../server/config.ts';

let pageDir = '';
beforeAll(async () => {
  pageDir = await mkdtemp(join(tmpdir(), 'meridian-slow-'));
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(pageDir, 'account.html'), '<!doctype html><title>account</title>');
});
afterAll(() => rm(pageDir, { recursive: true }));

interface Api {
  readonly url: string;
  underWay(): number;
}

/**
 * A fake API that reads the body and answers. Below /slow it never answers; below /large its response exceeds all
 * buffers on the way.
 */
async function startApi(): Promise<Api> {
  let underWay = 0;
  const server = createServer((incoming, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
    });
    incoming.resume();
    if (incoming.url?.includes('/large')) Readable.from(endless()).pipe(response);
    else if (!incoming.url?.includes('/slow')) incoming.on('end', () => response.end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, underWay: () => underWay };
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}

async function page(
  apiUrl: string,
  o: { trustedProxies?: AddressRange[]; answerMsMax?: number } = {},
): Promise<number> {
  const config = {
    entryUrls: ['http://127.0.1.1:7880'],
    connectUrls: [],
    connectDomains: [],
    gatewayUrls: [],
    libraryUrls: [],
    playFrameAncestors: [],
    liveKitClientsMax: 1024,
    liveKitClientsPerAddressMax: 200,
    pageDir,
    apiUrl,
  } as unknown as WebConfig;
  const app = await buildApp({
    config,
    clock: systemClock(),
    trustedProxies: [],
    ...o,
    log: createLogger({ name: 'web', level: 'fatal' }),
  });
  onTestFinished(() => app.close());
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
}

/** Sends these bytes from an address, and nothing more. The test closes the connection at its end. */
async function send(port: number, localAddress: string, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // reset by the server
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Returns the text of a request. `length`: content-length header, if it differs from the body’s length. */
function ofPage(method: string, path: string, o: { headers?: string; body?: string; length?: number } = {}): string {
  const { headers = '', body = '' } = o;
  const type = 'content-type: application/json\r\n';
  const length = `content-length: ${o.length ?? body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\n${type}${length}${headers}\r\n${body}`;
}
const slowPost = (length: number): string => ofPage('POST', '/api/v1/sessions', { body: '{', length });
const signIn = ofPage('POST', '/api/v1/sessions', { body: '{"email":"ada@example.org"}' });
const pageRequest = ofPage('GET', '/');

/** Returns the head of the first response; '' if the connection closed without one. */
async function headOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
    if (text.includes('\r\n\r\n')) socket.emit('head');
  });
  await Promise.race([once(socket, 'head'), once(socket, 'close')]);
  return text.split('\r\n\r\n', 1)[0] ?? '';
}

const ask = async (port: number, localAddress: string, text: string): Promise<string> =>
  headOf(await send(port, localAddress, text));

/** Expects answers to 10 sign-ins and 10 page requests, each on its own connection. */
async function expectAnswers(port: number, localAddress = '127.0.0.9'): Promise<void> {
  const heads = await Promise.all(
    Array.from({ length: 20 }, (_, index) => ask(port, localAddress, index % 2 === 0 ? signIn : pageRequest)),
  );
  expect(heads.filter((head) => !head.startsWith('HTTP/1.1 200'))).toEqual([]);
}

const inParallel = <T>(length: number, one: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length }, (_, index) => one(index)));

it('requests whose bodies never arrive keep no other caller out, and do not reach the API', async () => {
  const api = await startApi();
  const port = await page(api.url);
  await inParallel(260, () => send(port, '127.0.0.2', slowPost(5000)));
  await inParallel(100, () => send(port, '127.0.0.3', slowPost(200_000)));
  expect(api.underWay()).toBe(0);
  await expectAnswers(port);
  await expectAnswers(port, '127.0.0.2');
});

it('slow responses to one address are limited in number, and keep no other caller out', async () => {
  const api = await startApi();
  const port = await page(api.url);
  const heads = new Set<string>();
  const slow = await inParallel(300, () => send(port, '127.0.0.2', ofPage('GET', '/api/v1/slow')));
  const refused = slow.map(async (socket) => heads.add(await headOf(socket)));
  await expect.poll(() => heads.size, { timeout: 30_000 }).toBeGreaterThan(0);
  for (const head of heads) expect(head).toMatch(/^HTTP\/1.1 429 (.|\s)*retry-after: 1/);
  await expectAnswers(port);
  expect(api.underWay()).toBe(64);
  for (const socket of slow) socket.destroy();
  await Promise.all(refused);
  await expect.poll(api.underWay, { timeout: 30_000 }).toBe(0);
  expect(await ask(port, '127.0.0.2', signIn)).toMatch(/^HTTP\/1.1 200/);
});

it('when all places are taken, a newcomer displaces the oldest request of the address with most requests', async () => {
  const api = await startApi();
  const port = await page(api.url);
  const one = ofPage('GET', '/api/v1/slow');
  await inParallel(16, (index) => send(port, `127.0.1.${index}`, one.repeat(64)));
  await expect.poll(api.underWay, { timeout: 20_000 }).toBe(64 * 16);
  expect(await ask(port, '127.0.0.9', signIn)).toMatch(/^HTTP\/1.1 200/);
  await expect.poll(api.underWay, { timeout: 30_000 }).toBeLessThan(64 * 16);
});
