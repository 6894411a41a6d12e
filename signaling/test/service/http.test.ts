// Tests plain HTTP of the signaling node, and the address of a client behind proxies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [fra, sgp]: Instance[] = [];
beforeAll(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  fra = await rig.instance('sig-fra', { trustedProxies: ['127.0.0.1', 'fd00::/8'] });
  sgp = await rig.instance('sig-sgp', { region: 'sgp', city: 'Singapore', development: false });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterAll(async () => {
  await rig.close();
});
const get = async (instance: Instance | undefined, path: string) => {
  const response = await fetch(`${instance?.httpUrl}${path}`, { headers: { origin: 'https://app.example' } });
  return {
    status: response.status,
    cors: response.headers.get('access-control-allow-origin'),
    body: (await response.json()) as Record<string, unknown>,
  };
};

describe('GET /v1/entry', () => {
  it('lists the signaling nodes in the order of the centre, for pages of any origin', async () => {
    rig.centre.locatedIds = ['sig-sgp', 'sig-fra'];
    const answer = await get(fra, '/v1/entry?from=Singapore');
    expect(answer).toMatchObject({ status: 200, cors: '*', body: { protocolVersion: 1 } });
    expect(answer.body['candidates']).toEqual([
      {
        signalingId: 'sig-sgp',
        url: sgp?.url,
        echoUrl: sgp?.url.replace('rtc', 'echo'),
        region: 'sgp',
        city: 'Singapore',
      },
      {
        signalingId: 'sig-fra',
        url: fra?.url,
        echoUrl: fra?.url.replace('rtc', 'echo'),
        region: 'fra',
        city: 'Frankfurt',
      },
    ]);
  });

  it('refuses an unknown city on a node that lets clients name cities, and ignores cities on any other node', async () => {
    expect(await get(fra, '/v1/entry?from=Atlantis')).toMatchObject({ status: 400, body: { code: 'CITY_UNKNOWN' } });
    expect((await get(sgp, '/v1/entry?from=Atlantis')).status).toBe(200);
  });

  it('asks the centre once for many clients of an address, and gives clients that ask too often a retry time', async () => {
    const before = rig.centre.locateCount;
    const answers = await Promise.all(
      Array.from({ length: 150 }, () =>
        fetch(`${fra?.httpUrl}/v1/entry?from=Crowd`, { headers: { 'x-forwarded-for': '203.0.113.99' } }),
      ),
    );
    expect(rig.centre.locateCount - before).toBe(1);
    const refused = answers.filter((answer) => answer.status === 429);
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await refused[0]?.json()).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    const other = await fetch(`${fra?.httpUrl}/v1/entry`, { headers: { 'x-forwarded-for': '203.0.113.98' } });
    expect(other.status).toBe(200);
  });
});

it('GET /healthz is fine while the centre is known; other addresses get 404', async () => {
  expect(await get(fra, '/healthz')).toMatchObject({ status: 200, body: { ok: true, missing: [] } });
  expect(await get(fra, '/v1/nothing')).toMatchObject({ status: 404 });
});

describe('the address of a client', () => {
  it.each([
    ['is that of the header from a trusted proxy', () => fra?.url, '203.0.113.7', '203.0.113.7'],
    ['is the last in the header of no trusted proxy', () => fra?.url, '6.6.6.6, 203.0.113.7, fd00::1', '203.0.113.7'],
    ['may be an IPv6 address of the header', () => fra?.url, '2001:db8::7', '2001:db8:0:0:0:0:0:7'],
    ['is that of the socket without a trusted proxy', () => sgp?.url, '203.0.113.7', '127.0.0.1'],
  ] as const)('%s', async (_name, url, forwarded, expected) => {
    const client = await TestClient.open(url() ?? '', { headers: { 'x-forwarded-for': forwarded } });
    const { joinMessage } = await import('./rig/client.ts');
    await client.request({ join: joinMessage(await token({ identity: 'traveller' })) });
    expect(rig.centre.placeRequests.at(-1)?.clientIp).toBe(expected);
    client.socket.close(1000);
    await client.ends();
  });
});
