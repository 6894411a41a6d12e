// What callers that send or read slowly take away from others: nothing.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Stands for the api: reads the body and answers; below /slow it answers when the test ends. */
async function api(): Promise<string> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    if (!incoming.url?.includes('/slow')) incoming.on('end', () => response.end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function page(): Promise<number> {
  const config = {
    entryUrls: ['http://127.0.1.1:7880'],
    connectUrls: [],
    gatewayUrls: [],
    playFrameAncestors: [],
    pageDir,
    apiUrl: await api(),
  } as unknown as WebConfig;
  const app = await buildApp({
    config,
    trustedProxies: [],
    clock: systemClock(),
    log: createLogger({ name: 'web', level: 'fatal' }),
  });
  onTestFinished(() => app.close());
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
}

/** Sends these bytes from an address, and nothing more. Those of the test end with it. */
async function send(port: number, localAddress: string, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // it was cut
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** How a request on a connection of its own is answered; 0: not within a second. */
async function ask(port: number, localAddress: string, method: string, path: string): Promise<number> {
  const asked = request({ port, host: '127.0.0.1', localAddress, method, path, agent: false, timeout: 1000 });
  asked.on('timeout', () => asked.destroy(new Error('no answer within a second')));
  asked.setHeader('content-type', 'application/json');
  asked.end(method === 'POST' ? '{"email":"ada@example.org"}' : undefined);
  try {
    const [response] = await once(asked, 'response');
    response.resume();
    return response.statusCode;
  } catch {
    return 0;
  }
}

/** 20 sign-ins and 20 looks at the page from another address. */
async function answered(port: number, localAddress = '127.0.0.9'): Promise<{ signIns: number; pages: number }> {
  const counted = { signIns: 0, pages: 0 };
  for (let index = 0; index < 20; index += 1) {
    if ((await ask(port, localAddress, 'POST', '/api/v1/sessions')) === 200) counted.signIns += 1;
    if ((await ask(port, localAddress, 'GET', '/')) === 200) counted.pages += 1;
  }
  return counted;
}

const slowPost =
  'POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{';

it('bodies that do not come keep no other caller out', async () => {
  const port = await page();
  await Promise.all(Array.from({ length: 260 }, () => send(port, '127.0.0.2', slowPost)));
  expect(await answered(port)).toEqual({ signIns: 20, pages: 20 });
  expect(await answered(port, '127.0.0.2')).toEqual({ signIns: 20, pages: 20 });
});

it('slow answers to one address keep no other out', async () => {
  const port = await page();
  const slowGet = 'GET /api/v1/slow HTTP/1.1\r\nhost: x\r\n\r\n';
  await Promise.all(Array.from({ length: 300 }, () => send(port, '127.0.0.2', slowGet)));
  expect(await answered(port)).toEqual({ signIns: 20, pages: 20 });
});
