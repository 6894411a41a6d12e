// Certificates of all listeners for clients, in services as their processes start them: the files change while a
// connection is open.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { type NodeKind, nodeKind } from '@meridian/protocol';
import {
  Authority,
  type Clock,
  CloseStack,
  CredentialStore,
  createMetrics,
  loadConfig,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { type CertifiedKey, createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../../base/runtime/test/support/free-port.ts';
import { collectingLog } from '../../../base/runtime/test/support/log.ts';
import { start as startGateway } from '../../../media/gateway/src/app.ts';
import { gatewayConfig } from '../../../media/gateway/src/config.ts';
import { start as startApi } from '../../../product/api/src/app.ts';
import { apiConfig } from '../../../product/api/src/config.ts';
import { webConfig } from '../../../product/web/server/config.ts';
import { startWeb } from '../../../product/web/server/service.ts';
import { startSignaling } from '../../../signaling/src/app.ts';
import { configSchema as signalingConfig } from '../../../signaling/src/config.ts';
import { FakeCentre } from '../../../signaling/test/service/rig/centre.ts';
import { until } from '../../../signaling/test/service/rig/until.ts';

/** Matches also a node that its centre does not know yet. */
const ANSWER = /^HTTP\/1\.1 (200|503) /;
const HOUR_MS = 3_600_000;
const ip = '127.0.0.1';
const listen = { ip, port: 0 };
const page = 'https://meet.example.org';
let folder: string;
let names: { tlsCertFile: string; tlsKeyFile: string };
let nodes: Authority;
let centre: FakeCentre;
let signer: CertifiedKey;
let stack: CloseStack;
let sockets: TLSSocket[];
let lines: Record<string, unknown>[];
/** Periodic functions of the service, which `runPeriodics` runs at once. */
let repeated: Set<() => void>;
const runPeriodics = (): void => {
  for (const run of [...repeated]) run();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-renewed-'));
  names = { tlsCertFile: join(folder, 'server.crt'), tlsKeyFile: join(folder, 'server.key') };
  nodes = await Authority.create({ clock: systemClock() });
  centre = new FakeCentre({ authority: nodes, clock: systemClock(), log: collectingLog().log });
  await centre.start();
  signer = await createLocalAuthority({ name: 'test', nowMs: Date.now() });
  sockets = [];
  repeated = new Set();
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await stack.close('the test is over');
  await centre.stop();
  rmSync(folder, { recursive: true, force: true });
});

function context() {
  const system = systemClock();
  const clock: Clock = Object.assign({}, system, {
    every: (periodMs: number, run: () => void) => {
      const timer = system.every(periodMs, run);
      repeated.add(run);
      return { cancel: () => void (repeated.delete(run) && timer.cancel()) };
    },
  });
  const collected = collectingLog();
  lines = collected.lines;
  stack = new CloseStack({ log: collected.log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'test' });
  return { log: collected.log, clock, rng: secureRng(), metrics, closeStack: stack };
}

async function asNode(kind: NodeKind, keys: object): Promise<object> {
  const identity = { id: 'node-1', kind, region: 'fra' };
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir);
  new CredentialStore(join(stateDir, 'credentials.json')).save(await nodes.issueCredentials(identity, HOUR_MS));
  const place = { region: 'fra', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-1' };
  return { id: identity.id, ...place, stateDir, centreUrl: centre.url, enrolUrl: centre.enrolUrl, ...keys };
}
function argv(config: object): { argv: string[]; env: Record<string, string> } {
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...names }));
  return { argv: ['--config', join(folder, 'config.json')], env: {} };
}
const portOf = (address: unknown): number => (address as AddressInfo).port;

const services: Record<string, () => Promise<Record<string, number>>> = {
  signaling: async () => {
    const own = { httpHost: ip, httpPort: 0, publicUrl: `wss://${ip}`, controlListen: listen, apiKeys: [] };
    const config = loadConfig(signalingConfig, argv(await asNode(nodeKind.signaling, own)));
    const { http } = await startSignaling({ config, ...context() });
    return { https: http.port };
  },
  gateway: async () => {
    const urls = { publicUrl: 'https://live.example.org', rtmpUrl: `rtmp://${ip}`, rtmpsUrl: `rtmps://${ip}` };
    const listens = { httpListen: listen, rtmpListen: listen, udpListen: listen, controlListen: listen };
    const rtmpsListen = { ip, port: await freePort() };
    const own = { ...urls, ...listens, rtmpsListen, httpTls: true, apiKeys: [] };
    const config = loadConfig(gatewayConfig, argv(await asNode(nodeKind.gateway, own)));
    const { http } = await startGateway({ config, ...context() });
    return { https: portOf(http.server.address()), rtmps: rtmpsListen.port };
  },
  api: async () => {
    const own = { httpListen: listen, publicUrl: page, entryUrls: [page], sealSecret: 's'.repeat(32) };
    const config = loadConfig(apiConfig, argv(await asNode(nodeKind.api, own)));
    const { app } = await startApi({ config, ...context() });
    return { https: portOf(app.server.address()) };
  },
  page: async () => {
    writeFileSync(join(folder, 'index.html'), '');
    const config = loadConfig(webConfig, argv({ entryUrls: [page], pageDir: folder, httpPort: 0 }));
    const { url } = await startWeb({ config, ...context() });
    return { https: Number(new URL(url).port) };
  },
};

async function issue(): Promise<CertifiedKey> {
  return issueServerCertificate(signer, { ip: '192.168.1.5', nowMs: Date.now() });
}
function write({ certPem, keyPem }: CertifiedKey): void {
  writeFileSync(names.tlsKeyFile, keyPem);
  writeFileSync(names.tlsCertFile, certPem);
}
/** Opens a TLS connection without checking the name: the certificate is for an address of a LAN. */
async function openTls(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: ip, ca: signer.certPem, checkServerIdentity: () => undefined });
  sockets.push(socket);
  await once(socket, 'secureConnect');
  return socket;
}
const shownAt = async (port: number): Promise<string> => (await openTls(port)).getPeerCertificate().serialNumber;
async function statusLineOf(socket: TLSSocket): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${ip}\r\n\r\n`);
  return String((await answer)[0]).split('\r\n', 1)[0] ?? '';
}

it.each(Object.keys(services))(
  '%s shows a renewed certificate to the next connection, keeps the open one, and ignores a broken certificate',
  async (name) => {
    write(await issue());
    const ports = (await services[name]?.()) ?? {};
    const opened = await openTls(ports['https'] ?? 0);
    expect(await statusLineOf(opened)).toMatch(ANSWER);
    const shown = (): Promise<string[]> => Promise.all(Object.values(ports).map(shownAt));
    const first = await shown();

    writeFileSync(names.tlsCertFile, 'torn');
    runPeriodics();
    await until(() => lines.some(({ msg }) => /cannot be used; the one in use stays/.test(`${msg}`)), 'it says why');
    expect(await shown()).toEqual(first);

    write(await issue());
    runPeriodics();
    const second = await shown();
    for (const serial of second) expect(first).not.toContain(serial);
    expect(new Set(second).size).toBe(1);
    expect(await statusLineOf(opened)).toMatch(ANSWER);
    expect(opened.getPeerCertificate().serialNumber).toBe(first[0]);
  },
);

it('a gateway without `httpTls` serves plain HTTP beside RTMP by TLS, for a proxy in front', async () => {
  write(await issue());
  const urls = { publicUrl: 'https://live.example.org', rtmpUrl: `rtmp://${ip}`, rtmpsUrl: `rtmps://${ip}` };
  const listens = { httpListen: listen, rtmpListen: listen, udpListen: listen, controlListen: listen };
  const own = { ...urls, ...listens, rtmpsListen: listen, apiKeys: [] };
  const config = loadConfig(gatewayConfig, argv(await asNode(nodeKind.gateway, own)));
  const { http } = await startGateway({ config, ...context() });
  expect((await fetch(`http://${ip}:${portOf(http.server.address())}/healthz`)).status).toBe(200);
});
