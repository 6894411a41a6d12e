// A whole gateway with a centre, an api and media nodes of the test: accepted tokens and stream keys, ended clients,
// and metrics.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, rpc } from '@meridian/protocol';
import {
  type Clock,
  CloseStack,
  CredentialStore,
  createLogger,
  createMetrics,
  loadConfig,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../base/runtime/test/support/until.ts';
import { start } from '../../../media/gateway/src/app.ts';
import { gatewayConfig } from '../../../media/gateway/src/config.ts';
import { rtmpLimits } from '../../../media/gateway/src/gates.ts';
import { OPENS_BURST } from '../../../media/gateway/src/http/arrivals.ts';
import { TestApi } from '../../../signaling/test/service/rig/api.ts';
import { type TokenOptions, token } from '../../../signaling/test/service/rig/client.ts';
import { Rig } from '../../../signaling/test/service/rig/rig.ts';

const secret = 'a secret of the api that is long enough for all';
const PROXY = '127.0.0.2';
const real = systemClock();
/** Clock that runs periods of one and five seconds a hundred times as often. */
const clock: Clock = Object.assign({}, real, {
  every: (ms: number, fn: () => void) => real.every(ms === 1000 || ms === 5000 ? ms / 100 : ms, fn),
});
const log = createLogger({ name: 'gateway', level: process.env['TEST_LOG'] ?? 'silent' });
let dir: string;
let rig: Rig;
let api: TestApi;
let stack: CloseStack;
let metrics: ReturnType<typeof createMetrics>;
let gateway: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-gateway-'));
  rig = await Rig.start();
  const identity = { id: 'gw-1', kind: 'gateway', region: 'fra' };
  new CredentialStore(join(dir, 'credentials.json')).save(await rig.authority.issueCredentials(identity, 3600_000));
  api = new TestApi(rig);
  api.add('k1', secret);
  await run();
});
afterEach(async () => {
  api.close();
  await stack.close('the test is over');
  await rig.close();
  rmSync(dir, { recursive: true, force: true });
});

async function run(): Promise<void> {
  const listen = { ip: '127.0.0.1', port: 0 };
  const place = { id: 'gw-1', region: 'fra', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-1' };
  const urls = { publicUrl: 'http://127.0.0.1:1', rtmpUrl: 'rtmp://127.0.0.1:1' };
  const listens = { httpListen: listen, rtmpListen: listen, udpListen: listen, controlListen: listen };
  const { url: centreUrl, enrolUrl } = rig.centre;
  const to = { centreUrl, enrolUrl, stateDir: dir, trustedProxies: [PROXY] };
  const file = join(dir, 'gateway.json');
  writeFileSync(file, JSON.stringify({ ...place, ...urls, ...listens, ...to, apiKeys: [] }));
  const config = loadConfig(gatewayConfig, { argv: ['--config', file], env: {} });
  stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  metrics = createMetrics({ service: 'gateway' });
  gateway = await start({ config, log, clock, rng: secureRng(), metrics, closeStack: stack });
}
async function outcome(o: TokenOptions = {}, asked: { url: string; method?: 'POST'; payload?: object } = ways) {
  const headers = { authorization: `Bearer ${await token({ key: 'k1', secret, ...o })}` };
  const { statusCode, body } = await gateway.http.inject({ ...asked, headers });
  return [statusCode, (JSON.parse(body) as { code?: string }).code];
}
const ways = { url: '/v1/addresses' };

it('the api finds the gateway by its registered address, and the gateway accepts the keys that the api knows', async () => {
  expect(await outcome()).toEqual([503, 'API_UNREACHABLE']);
  await until('it has registered', () => rig.centre.nodes.has('gw-1'));
  const control = rig.centre.nodes.get('gw-1')?.addresses?.find(({ purpose }) => purpose === 'control');
  await api.dial({ linkPort: control?.port ?? 0 });
  expect(await outcome()).toEqual([200, undefined]);
  expect(await outcome({ key: 'made up' })).toEqual([401, 'TOKEN_INVALID']);
});

it('scopes of a key limit its tokens', async () => {
  for (const [key, ...scopes] of [
    ['reports', 'reports:read'],
    ['joins', 'rooms:join'],
    ['leads', 'rooms:join', 'rooms:admin'],
  ])
    api.add(`${key}`, secret, { scopes });
  await api.dial(gateway);
  const by = (key: string, video: Record<string, unknown> = {}) => ({ key, video });
  const lead = { roomAdmin: true };
  const post = (url: string, payload: object) => ({ url, method: 'POST', payload }) as const;
  const [room, kick] = [{ url: '/v1/room' }, post('/v1/room/kick', { identity: 'bob' })];
  for (const asked of [ways, post('/v1/addresses', {}), room, kick]) {
    expect(await outcome(by('reports'), asked)).toEqual([403, 'NOT_PERMITTED']);
    for (const video of [lead, { hidden: true }])
      expect(await outcome(by('joins', video), asked)).toEqual([403, 'NOT_PERMITTED']);
  }
  expect(await outcome(by('joins'))).toEqual([200, undefined]);
  expect(await outcome(by('leads', lead))).toEqual([200, undefined]);
  const push = post('/v1/pushes', { url: 'rtmp://127.0.0.1/live/key' });
  expect(await outcome(by('leads', lead), push)).toEqual([403, 'NOT_PERMITTED']);
  expect(await outcome(by('k1', lead), push)).toEqual([403, 'TARGET_REFUSED']);
});

it('revoked ids and stream keys are refused, also while the api is dead and after a restart', async () => {
  await api.dial(gateway);
  expect(await outcome()).toEqual([200, undefined]);
  const names = { room: 'lobby', identity: 'ann', name: 'Ann', protocol: '', picture: '', without: '', fence: '' };
  const origin = { tokenId: '', via: 'link-1', issuedWallMs: undefined };
  const key = { apiKey: 'k1', use: 'play', expiresWallMs: Date.now() + 60_000, ...names, origin } as const;
  const text = gateway.keys.seal(key);
  expect(await gateway.keys.open(text)).toMatchObject({ room: 'lobby' });
  api.revoke({ tenant: 'acme', id: 'link-1' });
  const via = { claims: { via: 'link-1' } };
  await until('it is heard', () => gateway.revocations.version === 1);
  for (const isRestarted of [false, true]) {
    if (isRestarted) {
      api.close();
      await stack.close('a restart');
      await run();
    }
    expect(await outcome(via)).toEqual([401, 'TOKEN_REVOKED']);
    expect(await outcome()).toEqual([200, undefined]);
    await expect(gateway.keys.open(text)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  }
});

const shows = (line: string) =>
  until(line, async () => (await metrics.registry.metrics()).includes(`meridian_gateway_${line}\n`));

it('a viewer ends when its link is revoked or the gateway drained; a denied api is ignored', async () => {
  await rig.node('sfu-1', { hostId: 'host-1' });
  await rig.instance('sig-1', { apiKeys: [{ key: 'k1', secret, tenant: 'acme' }] });
  await api.dial(gateway);
  await until('it has registered', () => rig.centre.nodes.has('gw-1'));
  const { port } = gateway.http.server.address() as AddressInfo;
  const names = { room: 'lobby', name: '', protocol: '', picture: '', without: '', fence: '' };
  const watch = async (identity: string, via: string): Promise<IncomingMessage> => {
    const origin = { tokenId: '', via, issuedWallMs: undefined };
    const key = { apiKey: 'k1', use: 'play', expiresWallMs: Date.now() + 60_000, identity, ...names, origin } as const;
    const path = `/live/${gateway.keys.seal(key)}.flv`;
    const [response] = await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response');
    return response.resume();
  };
  await outcome();
  const [ann, bob] = [await watch('ann', 'link-1'), await watch('bob', 'link-2')];
  expect([ann.statusCode, bob.statusCode]).toEqual([200, 200]);
  await shows('viewers{protocol="flv"} 2');
  api.revoke({ tenant: 'acme', id: 'link-1' });
  await once(ann, 'end');
  await shows('viewers{protocol="flv"} 1');

  const itself = rig.centre.nodes.get('gw-1') ?? expect.unreachable();
  const publicUrl = 'http://gw-2.example.org';
  rig.centre.addNode(Object.assign({}, itself, { nodeId: 'gw-2', hostId: 'host-2', publicUrl }));
  rig.centre.addNode(Object.assign({}, itself, { state: 'draining' }));
  const link = rig.centre.links.get('gw-1') ?? expect.unreachable();
  await call(link, rpc.drain, { on: true, reason: 'kernel' });
  await once(bob, 'end');
  await until('viewers are sent elsewhere', async () => {
    const { statusCode, headers } = await watch('cid', 'link-2');
    return statusCode === 307 && `${headers.location}`.startsWith(publicUrl);
  });

  rig.centre.deny('api-1');
  let asked = 0;
  const unknown = () => outcome({ key: `made up ${asked++}` });
  await until('no api is there to ask', async () => (await unknown())[0] === 503);
});

it('clients are counted by the address that a trusted proxy names, and connections ended without a proof are counted too', async () => {
  const openConnection = async (remoteAddress: string, client: string): Promise<number> => {
    const headers = { 'x-forwarded-for': client };
    return (await gateway.http.inject({ url: '/live/none.flv', remoteAddress, headers })).statusCode;
  };
  for (let at = 0; at < OPENS_BURST; at += 1) await openConnection(PROXY, '192.0.2.1');
  expect(await openConnection(PROXY, '192.0.2.1')).toBe(429);
  expect(await openConnection(PROXY, '192.0.2.2')).toBe(401);
  expect(await openConnection('192.0.2.3', '192.0.2.1')).toBe(401);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const localAddress of [PROXY, '127.0.0.1']) {
    const those = Array.from({ length: rtmpLimits.perAddress + 1 }, () =>
      connect({ port: gateway.rtmp.port, host: '127.0.0.1', localAddress }).on('error', () => undefined),
    );
    sockets.push(...those);
    await Promise.all(those.map((socket) => once(socket, 'connect')));
  }
  await until('all but one are there', () => gateway.rtmp.connections === 2 * rtmpLimits.perAddress + 1);
  await shows('connections_unproven_ended_total{listener="rtmp",why="evicted"} 1');
});
