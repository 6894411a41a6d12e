// Tests connections whose client has not shown a valid token yet (unproven): they take no places from newcomers and end
// in time. Proven connections stay.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRange } from '@meridian/protocol';
import { type Clock, createLogger, ManualClock, systemClock, TlsFiles } from '@meridian/runtime';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket as WsClient } from 'ws';
import { ClientServer, type Upgraded } from '../../src/adapters/clients/http.ts';
import { bounds } from '../../src/limits.ts';
import { Raw, upgradeRequest } from './rig/raw-upgrade.ts';
import { until } from './rig/until.ts';

const closing: (() => unknown)[] = [];
const refused: string[] = [];
let upgraded: Upgraded[] = [];
beforeEach(() => {
  [refused.length, upgraded] = [0, []];
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const PROXY = '127.0.8.1';
async function listen(o: { openFilesMax?: number; tls?: TlsFiles; clock?: Clock } = {}): Promise<ClientServer> {
  const server = await ClientServer.listen({
    host: '127.0.0.1',
    port: 0,
    tls: o.tls,
    allowedOrigins: ['*'],
    trustedProxies: [parseRange(PROXY) ?? expect.unreachable()],
    log: createLogger({ name: 'test', level: 'fatal' }),
    clock: o.clock ?? systemClock(),
    development: false,
    entry: async () => [],
    missing: () => [],
    isFull: () => false,
    verify: async () => undefined,
    onLiveKit: (socket) => socket.terminate(),
    onClient: (socket, one) => {
      socket.on('error', () => socket.terminate());
      upgraded.push(one);
    },
    onEcho: (socket) => void socket.on('error', () => socket.terminate()),
    onRefused: (why) => refused.push(why),
    openFilesMax: o.openFilesMax ?? Number.POSITIVE_INFINITY,
  });
  closing.push(() => server.close());
  return server;
}

async function certificate(): Promise<TlsFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-newcomers-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const authority = await createLocalAuthority({ name: 'test', nowMs: Date.now() });
  const pair = await issueServerCertificate(authority, { ip: '192.168.1.5', nowMs: Date.now() });
  const names = { tlsCertFile: join(folder, 'server.crt'), tlsKeyFile: join(folder, 'server.key') };
  writeFileSync(names.tlsKeyFile, pair.keyPem);
  writeFileSync(names.tlsCertFile, pair.certPem);
  return TlsFiles.load(names, new ManualClock({ wallMs: Date.now() })) ?? expect.unreachable();
}

const destroy = (all: readonly Raw[]): void => {
  for (const { socket } of all) socket.destroy();
};

/** Opens connections of eight addresses, eight at a time, so that none is lost in the queue of the kernel. */
async function openCrowd(server: ClientServer, perAddress: number, text: string | Buffer): Promise<Raw[]> {
  const all: Raw[] = [];
  for (let round = 0; round < perAddress; round += 1) {
    const eight = Array.from({ length: 8 }, (_, index) => new Raw(server.port, `127.0.9.${1 + index}`, text));
    all.push(...eight);
    await Promise.all(eight.map((one) => one.connects()));
  }
  closing.push(() => destroy(all));
  return all;
}

/** Returns how many of 36 upgrades are served, each from an address of its own and tried once. */
async function newcomersServed(server: ClientServer, isTls: boolean): Promise<number> {
  let [served, settled] = [0, 0];
  const url = `${isTls ? 'wss' : 'ws'}://127.0.0.1:${server.port}/v1/rtc`;
  const sockets = Array.from({ length: 36 }, (_, index) => {
    const localAddress = `127.0.10.${1 + index}`;
    return new WsClient(
      url,
      isTls ? { agent: new Agent({ rejectUnauthorized: false, localAddress }) } : { localAddress },
    );
  });
  for (const socket of sockets) {
    socket.once('open', () => {
      [served, settled] = [served + 1, settled + 1];
    });
    socket.once('error', () => {
      settled += 1;
      socket.on('error', () => socket.terminate()).terminate();
    });
  }
  closing.push(() => {
    for (const socket of sockets) socket.terminate();
  });
  await until(() => settled === sockets.length, 'each is served or refused');
  return served;
}

const HALF_HEADER = 'GET /v1/rtc HTTP/1.1\r\nHost: x\r\nUpgr';
const HALF_HELLO = Buffer.from('16030102000100', 'hex'); // the begin of a ClientHello
const FEW_FILES = 341; // `sharesOf` then allows 224 direct connections, and 31 of proxies

describe('while eight addresses hold', () => {
  it.each<[string, number, string | Buffer, { isTls?: boolean; openFilesMax?: number }]>([
    ['128 connections each that say nothing', 128, '', {}],
    ['more connections than fit that say nothing', 32, '', { openFilesMax: FEW_FILES }],
    ['more than fit with half a header', 32, HALF_HEADER, { openFilesMax: FEW_FILES }],
    ['more than fit with half a TLS handshake', 32, HALF_HELLO, { openFilesMax: FEW_FILES, isTls: true }],
    ['more WebSockets than fit without a token', 32, upgradeRequest(), { openFilesMax: FEW_FILES }],
    ['more than fit after a request', 32, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', { openFilesMax: FEW_FILES }],
  ])('%s, newcomers are served', async (_what, perAddress, text, { isTls = false, openFilesMax }) => {
    const server = await listen({
      ...(openFilesMax === undefined ? {} : { openFilesMax }),
      ...(isTls ? { tls: await certificate() } : {}),
    });
    await openCrowd(server, perAddress, text);
    expect(await newcomersServed(server, isTls)).toBeGreaterThanOrEqual(35);
  });
});

it('a client that has shown its token stays when 320 connections follow; an unproven client is replaced', async () => {
  const server = await listen({ openFilesMax: FEW_FILES });
  const [proven, silent] = [new Raw(server.port, '127.0.9.1'), new Raw(server.port, '127.0.9.1')];
  expect([await proven.opens(), await silent.opens()]).toEqual([true, true]);
  expect(upgraded[0]?.prove()).toBe(true);
  await openCrowd(server, 40, upgradeRequest());
  await silent.ends();
  expect([proven.isOver, refused.every((why) => why === 'evicted')]).toEqual([false, true]);
  proven.socket.destroy();
});

it('unproven connections of an address are bounded: a newcomer replaces its oldest, those of others stay', async () => {
  const server = await listen();
  const open = async (address: string): Promise<Raw> => {
    const raw = new Raw(server.port, address);
    closing.push(() => raw.socket.destroy());
    expect(await raw.opens()).toBe(true);
    return raw;
  };
  const other = await open('127.0.9.2');
  const many: Raw[] = [];
  for (let count = 0; count < bounds.unprovenPerAddressMax + 20; count += 1) many.push(await open('127.0.9.1'));
  await Promise.all(many.slice(0, 20).map((one) => one.ends()));
  expect([other, ...many.slice(20)].some((one) => one.isOver)).toBe(false);
  expect([server.unprovenCount, refused.length]).toEqual([bounds.unprovenPerAddressMax + 1, 20]);
});

it('a client behind a proxy takes no places of other clients behind the proxy', async () => {
  const server = await listen({ openFilesMax: FEW_FILES });
  const open = async (client: string): Promise<Raw> => {
    const raw = new Raw(server.port, PROXY, upgradeRequest(`X-Forwarded-For: ${client}\r\n`));
    closing.push(() => raw.socket.destroy());
    expect(await raw.opens()).toBe(true);
    return raw;
  };
  const honestSocket = await open('198.51.100.1');
  const greedy: Raw[] = [];
  for (let count = 0; count < bounds.unprovenPerAddressMax + 20; count += 1) greedy.push(await open('203.0.113.7'));
  await Promise.all(greedy.slice(0, 20).map((one) => one.ends()));
  expect(greedy.slice(20).some((one) => one.isOver)).toBe(false);
  expect(honestSocket.isOver).toBe(false);
  expect(refused).toEqual(Array.from({ length: 20 }, () => 'evicted'));
});

describe('an unproven connection ends after its time', () => {
  it.each<[string, string | Buffer, boolean]>([
    ['that says nothing', '', false],
    ['with half a header', HALF_HEADER, false],
    ['with half a TLS handshake', HALF_HELLO, true],
    ['with half a request body', 'GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx', false],
  ])('%s', async (_what, text, isTls) => {
    const clock = new ManualClock();
    const server = await listen({ clock, ...(isTls ? { tls: await certificate() } : {}) });
    const raw = new Raw(server.port, '127.0.9.1', text);
    await until(() => server.unprovenCount === 1, 'it is there');
    clock.advance(bounds.proofMs - 1);
    expect(refused).toEqual([]);
    clock.advance(1);
    await raw.ends();
    expect([refused, server.unprovenCount]).toEqual([['late'], 0]);
  });
});

it('clients up to the bound prove themselves, the next is refused, and a further one is refused before it opens', async () => {
  const server = await listen({ openFilesMax: 40 }); // `sharesOf` then allows 30 connections, 15 of them proven
  const all = Array.from({ length: 16 }, (_, index) => new Raw(server.port, `127.0.9.${1 + index}`));
  closing.push(() => destroy(all));
  for (const one of all) expect(await one.opens()).toBe(true);
  expect(upgraded.map((one) => one.prove())).toEqual([...Array.from({ length: 15 }, () => true), false]);
  const late = new Raw(server.port, '127.0.10.1');
  expect(await late.opens()).toBe(false);
  expect(late.answer).toMatch(/^HTTP\/1\.1 503 /);
  const asking = new Raw(server.port, '127.0.10.1', 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => asking.answer.startsWith('HTTP/1.1 200'), 'an answer');
  asking.socket.destroy();
});
