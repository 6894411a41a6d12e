// Tests the clients' listener with a certificate: https, wss, its bounds, and a renewal while clients are connected.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { createLogger, ManualClock, systemClock, TlsFiles } from '@meridian/runtime';
import { type CertifiedKey, createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ClientServer } from '../../src/adapters/clients/http.ts';
import { bounds } from '../../src/limits.ts';
import { Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const ip = '192.168.1.5';
let folder = '';
let authority: CertifiedKey;
let clock: ManualClock;
let server: ClientServer;
let refused: string[] = [];
let opened = 0;
const file = (name: string): string => join(folder, name);
const names = () => ({ tlsCertFile: file('server.crt'), tlsKeyFile: file('server.key') });
const issue = async (): Promise<void> => {
  const pair = await issueServerCertificate(authority, { ip, nowMs: Date.now() });
  writeFileSync(file('server.key'), pair.keyPem);
  writeFileSync(file('server.crt'), pair.certPem);
};
/** The server has the certificate of a LAN address but is reached at loopback, so the name is not checked. */
const trusting = () => ({ ca: authority.certPem, checkServerIdentity: () => undefined });

beforeEach(async () => {
  refused = [];
  opened = 0;
  folder = mkdtempSync(join(tmpdir(), 'meridian-signaling-tls-'));
  authority = await createLocalAuthority({ name: 'test', nowMs: Date.now() });
  await issue();
  clock = new ManualClock({ wallMs: Date.now() });
  server = await ClientServer.listen({
    host: '127.0.0.1',
    port: 0,
    tls: TlsFiles.load(names(), clock),
    allowedOrigins: ['https://192.168.1.5:7843'],
    trustedProxies: [],
    log: createLogger({ name: 'test', level: 'fatal' }),
    clock: systemClock(),
    development: false,
    entry: async () => [],
    missing: () => [],
    isFull: () => false,
    verify: async () => undefined,
    onLiveKit: (socket) => socket.terminate(),
    onClient: (socket) => {
      opened += 1;
      socket.on('error', () => socket.terminate());
    },
    onEcho: (socket) => socket.on('error', () => socket.terminate()),
    onRefused: (why) => refused.push(why),
    openFilesMax: Number.POSITIVE_INFINITY,
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, options: object = trusting()): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = get(`https://127.0.0.1:${server.port}${path}`, { agent: false, ...options }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
  });
const open = (origin = 'https://192.168.1.5:7843'): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${server.port}/v1/rtc`, { origin, agent: new Agent(trusting()) });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });

describe('a signaling node with a certificate', () => {
  it('answers https and opens wss, only to clients that trust the signer', async () => {
    expect(await ask('/v1/entry')).toBe(200);
    const socket = await open();
    expect(opened).toBe(1);
    socket.terminate();
    await expect(ask('/v1/entry', { checkServerIdentity: () => undefined })).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    await expect(ask('/v1/entry', { ca: authority.certPem })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('speaks no plain HTTP, and survives a client that tries', async () => {
    await expect(fetch(`http://127.0.0.1:${server.port}/v1/entry`)).rejects.toThrow();
    expect(await ask('/healthz')).toBe(200);
  });

  it('opens no socket to pages of other origins', async () => {
    await expect(open('https://evil.example')).rejects.toThrow('403');
    expect(refused).toContain('origin');
  });

  it('counts a connection once from its begin to its end, also after its upgrade to a WebSocket', async () => {
    const sockets: WebSocket[] = [];
    for (let count = 0; count < 8; count += 1) sockets.push(await open());
    expect(server.unprovenCount).toBe(8);
    const plain = Array.from({ length: bounds.unprovenPerAddressMax }, () => connectPlain(server.port, '127.0.0.1'));
    await until(
      () => sockets.every(({ readyState }) => readyState === WebSocket.CLOSED),
      'newcomers have their places',
    );
    expect(refused).toEqual(Array.from({ length: 8 }, () => 'evicted'));
    expect(await ask('/healthz')).toBe(200);
    for (const socket of plain) socket.destroy();
    await until(() => server.unprovenCount === 0, 'all have left');
  });

  it('shows a renewed certificate to the next client, and keeps the connected clients', async () => {
    const serial = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket: TLSSocket = connect({ port: server.port, host: '127.0.0.1', ...trusting() }, () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    const [before, socket] = [await serial(), await open()];
    await issue();
    clock.advance(2000);
    expect(await serial()).not.toBe(before);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });
});

it('a whole instance with a certificate admits a client by wss, and does not start with the key of another', async () => {
  const rig = await Rig.start();
  try {
    await rig.node('sfu-1');
    const secure = await rig.instance('sig-lan', { publicUrl: 'wss://127.0.0.1:0', ...names() });
    await rig.instance('sig-loop');
    await until(() => secure.centre.fleet.has('sig-loop'), 'it knows the other');
    const socket = new WebSocket(`wss://127.0.0.1:${secure.http.port}/v1/rtc`, { agent: new Agent(trusting()) });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
    writeFileSync(file('server.key'), authority.keyPem);
    await expect(rig.instance('sig-bad', { publicUrl: 'wss://127.0.0.1:0', ...names() })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [{ key: 'tlsKeyFile' }],
    });
  } finally {
    await rig.close();
  }
});
