// A gateway as a whole, with a centre and an api of the test: whose tokens and stream keys it takes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Authority,
  CloseStack,
  CredentialStore,
  createLogger,
  createMetrics,
  loadConfig,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { start } from '../../gateway/src/app.ts';
import { gatewayConfig } from '../../gateway/src/config.ts';
import { TestApi } from '../../signaling/test/service/rig/api.ts';
import { FakeCentre } from '../../signaling/test/service/rig/centre.ts';
import { type TokenOptions, token } from '../../signaling/test/service/rig/client.ts';
import { until } from '../../signaling/test/service/rig/until.ts';

const secret = 'a secret of the api that is long enough for all';
const clock = systemClock();
const log = createLogger({ name: 'gateway', level: process.env['TEST_LOG'] ?? 'silent' });
let dir: string;
let authority: Authority;
let centre: FakeCentre;
let api: TestApi;
let stack: CloseStack;
let gateway: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-gateway-'));
  authority = await Authority.create({ clock });
  centre = new FakeCentre({ authority, clock, log });
  await centre.start();
  const identity = { id: 'gw-1', kind: 'gateway', region: 'fra' };
  new CredentialStore(join(dir, 'credentials.json')).save(await authority.issueCredentials(identity, 3600_000));
  api = new TestApi({ authority, clock, log });
  api.add('k1', secret);
  await run();
});
afterEach(async () => {
  api.close();
  await stack.close('the test is over');
  await centre.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function run(): Promise<void> {
  const listen = { ip: '127.0.0.1', port: 0 };
  const place = { id: 'gw-1', region: 'fra', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-1' };
  const urls = { publicUrl: 'http://127.0.0.1:1', rtmpUrl: 'rtmp://127.0.0.1:1' };
  const listens = { httpListen: listen, rtmpListen: listen, udpListen: listen, controlListen: listen };
  const to = { centreUrl: centre.url, enrolUrl: centre.enrolUrl, stateDir: dir };
  const file = join(dir, 'gateway.json');
  writeFileSync(file, JSON.stringify({ ...place, ...urls, ...listens, ...to, apiKeys: [] }));
  const config = loadConfig(gatewayConfig, { argv: ['--config', file], env: {} });
  stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'gateway' });
  gateway = await start({ config, log, clock, rng: secureRng(), metrics, closeStack: stack });
}
async function outcome(o: TokenOptions = {}, asked: { url: string; method?: 'POST'; payload?: object } = ways) {
  const headers = { authorization: `Bearer ${await token({ key: 'k1', secret, ...o })}` };
  const { statusCode, body } = await gateway.http.inject({ ...asked, headers });
  return [statusCode, (JSON.parse(body) as { code?: string }).code];
}
const ways = { url: '/v1/ways' };

it('the api finds it by the address that it registers, and it takes the keys that the api knows', async () => {
  expect(await outcome()).toEqual([503, 'API_UNREACHABLE']);
  await until(() => centre.nodes.has('gw-1'), 'it has registered');
  const control = centre.nodes.get('gw-1')?.addresses?.find(({ purpose }) => purpose === 'control');
  await api.dial({ linkPort: control?.port ?? 0 });
  expect(await outcome()).toEqual([200, undefined]);
  expect(await outcome({ key: 'made up' })).toEqual([401, 'TOKEN_INVALID']);
});

it('scopes of a key bound what its tokens may do', async () => {
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
  for (const asked of [ways, post('/v1/ways', {}), room, kick]) {
    expect(await outcome(by('reports'), asked)).toEqual([403, 'NOT_PERMITTED']);
    for (const video of [lead, { hidden: true }])
      expect(await outcome(by('joins', video), asked)).toEqual([403, 'NOT_PERMITTED']);
  }
  expect(await outcome(by('joins'))).toEqual([200, undefined]);
  expect(await outcome(by('leads', lead))).toEqual([200, undefined]);
  const push = post('/v1/pushes', { url: 'rtmp://127.0.0.1/live/key' });
  expect(await outcome(by('leads', lead), push)).toEqual([403, 'NOT_PERMITTED']);
  expect(await outcome(by('k1', lead), push)).not.toEqual([403, 'NOT_PERMITTED']);
});

it('what is revoked is refused, stream keys too, with the api dead and after a restart as well', async () => {
  await api.dial(gateway);
  expect(await outcome()).toEqual([200, undefined]);
  const names = { room: 'lobby', identity: 'ann', name: 'Ann', protocol: '', picture: '', without: '', fence: '' };
  const origin = { tokenId: '', via: 'link-1', issuedWallMs: undefined };
  const key = { apiKey: 'k1', use: 'play', expiresWallMs: Date.now() + 60_000, ...names, origin } as const;
  const text = gateway.keys.seal(key);
  expect(await gateway.keys.open(text)).toMatchObject({ room: 'lobby' });
  api.revoke({ tenant: 'acme', id: 'link-1' });
  const via = { claims: { via: 'link-1' } };
  await until(() => gateway.revocations.version === 1, 'it is heard');
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
