// Plain HTTP of the signaling node, and who a client is behind proxies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let far: FakeNode;
let [fra, sgp]: Instance[] = [];
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  far = await rig.node('sfu-2', { region: 'sgp' });
  rig.centre.nodeOfCity.set('One', 'sfu-1').set('Two', 'sfu-2');
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
  it('answers the signaling nodes in the order of the centre, for pages of any origin', async () => {
    rig.centre.located = ['sig-sgp', 'sig-fra'];
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

  it('refuses a city that is none where cities may be named, and does not look at them elsewhere', async () => {
    expect(await get(fra, '/v1/entry?from=Atlantis')).toMatchObject({ status: 400, body: { code: 'CITY_UNKNOWN' } });
    expect((await get(sgp, '/v1/entry?from=Atlantis')).status).toBe(200);
  });

  it('asks the centre once for many of one address, and tells those who ask too often when to come back', async () => {
    const before = rig.centre.locates;
    const answers = await Promise.all(
      Array.from({ length: 150 }, () =>
        fetch(`${fra?.httpUrl}/v1/entry?from=Crowd`, { headers: { 'x-forwarded-for': '203.0.113.99' } }),
      ),
    );
    expect(rig.centre.locates - before).toBe(1);
    const refused = answers.filter((answer) => answer.status === 429);
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await refused[0]?.json()).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    const other = await fetch(`${fra?.httpUrl}/v1/entry`, { headers: { 'x-forwarded-for': '203.0.113.98' } });
    expect(other.status).toBe(200);
  });
});

it('GET /healthz is well while the centre is known; other addresses are not there', async () => {
  expect(await get(fra, '/healthz')).toMatchObject({ status: 200, body: { ok: true, missing: [] } });
  expect(await get(fra, '/v1/nothing')).toMatchObject({ status: 404 });
});

describe('the client’s address', () => {
  it.each([
    ['the header is believed when a trusted proxy says it', () => fra?.url, '203.0.113.7', '203.0.113.7'],
    ['only as far as trusted proxies wrote it', () => fra?.url, '6.6.6.6, 203.0.113.7, fd00::1', '203.0.113.7'],
    ['IPv6', () => fra?.url, '2001:db8::7', '2001:db8:0:0:0:0:0:7'],
    ['without a trusted proxy the header is nothing', () => sgp?.url, '203.0.113.7', '127.0.0.1'],
  ] as const)('%s', async (_name, url, forwarded, expected) => {
    const client = await TestClient.open(url() ?? '', { headers: { 'x-forwarded-for': forwarded } });
    const { joinMessage } = await import('./rig/client.ts');
    await client.request({ join: joinMessage(await token({ identity: 'traveller' })) });
    expect(rig.centre.asked.at(-1)?.clientIp).toBe(expected);
    client.socket.close(1000);
    await client.ends();
  });
});

describe('POST …/repull', () => {
  const repull = async (o: {
    room?: string;
    trackId?: string;
    nodeId?: string;
    carrierNodeId?: string;
    bearer?: string;
    instance?: Instance | undefined;
  }) => {
    const response = await fetch(
      `${(o.instance ?? fra)?.httpUrl}/v1/rooms/${o.room ?? 'lobby'}/tracks/${o.trackId ?? 'TR_annmicrophone1'}/repull`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(o.bearer === undefined ? {} : { authorization: `Bearer ${o.bearer}` }),
        },
        body: JSON.stringify({ nodeId: o.nodeId ?? 'sfu-2', carrierNodeId: o.carrierNodeId ?? 'sfu-1' }),
      },
    );
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  const admin = (room = 'lobby') => token({ identity: 'operator', room, video: { roomAdmin: true, roomJoin: false } });

  it('is for administrators of that room only', async () => {
    expect(await repull({})).toEqual([401, 'TOKEN_MISSING']);
    expect(await repull({ bearer: 'x' })).toEqual([401, 'TOKEN_INVALID']);
    expect(await repull({ bearer: await token() })).toEqual([403, 'NOT_PERMITTED']);
    expect(await repull({ bearer: await admin('elsewhere') })).toEqual([403, 'TOKEN_ROOM_MISMATCH']);
  });

  it('makes the node pull from the carrier with a fresh grant, also through a signaling node that does not own the room', async () => {
    const ann = await TestClient.join(fra?.url ?? '', { identity: 'ann', join: { fromCity: 'One' } });
    const bob = await TestClient.join(sgp?.url ?? '', { identity: 'bob', join: { fromCity: 'One' } });
    rig.centre.nodeOfCity.set('', 'sfu-2');
    const cid = await TestClient.join(sgp?.url ?? '', { identity: 'cid' });
    await ann.publish('TR_annmicrophone1');
    await until(() => cid.tracksReceived().length === 1 && bob.tracksReceived().length === 1, 'both receive it');
    expect(far.grants).toHaveLength(1);
    expect(await repull({ bearer: await admin(), instance: sgp })).toEqual([202, undefined]);
    expect(far.called('repull')).toHaveLength(1);
    expect(far.grants.at(-1)).toMatchObject({
      trackId: 'TR_annmicrophone1',
      pullerNodeId: 'sfu-2',
      servingNodeId: 'sfu-1',
    });
    expect(await repull({ bearer: await admin(), carrierNodeId: 'sfu-9' })).toEqual([400, 'REQUEST_INVALID']);
    expect(await repull({ bearer: await admin(), nodeId: 'sfu-1' })).toEqual([400, 'REQUEST_INVALID']);
    expect(await repull({ bearer: await admin(), trackId: 'TR_nosuchtrack12' })).toEqual([404, 'TRACK_UNKNOWN']);
    expect(node.called('repull')).toEqual([]);
  });

  it('with a body that is none, or too large, is refused before anything is looked up', async () => {
    const send = async (body: string, type = 'application/json') =>
      (
        await fetch(`${fra?.httpUrl}/v1/rooms/lobby/tracks/t/repull`, {
          method: 'POST',
          headers: { 'content-type': type, authorization: `Bearer ${await admin()}` },
          body,
        })
      ).status;
    expect(await send('{')).toBe(400);
    expect(await send('{"nodeId":"a"}')).toBe(400);
    expect(await send('{"nodeId":"a","carrierNodeId":""}')).toBe(400);
    expect(await send(JSON.stringify({ nodeId: 'a', carrierNodeId: 'b', pad: 'x'.repeat(5000) }))).toBe(413);
    for (const type of ['text/xml', 'application/json\ta', ' application/json;', 'multipart/form-data'])
      expect([400, 415, 404]).toContain(await send('{"nodeId":1}', type));
  });
});
