// Tests reports on stays from clients to the api, whatever they contain and whenever they come.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let api: TestApi;
let fra: Instance | undefined;
beforeEach(async () => {
  rig = await Rig.start();
  api = new TestApi(rig);
  await rig.node('sfu-fra', { region: 'fra' });
  await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  await api.dial(fra);
});
afterEach(async () => {
  api.close();
  await rig.close();
});

const join = (identity: string, fromCity: string, video = {}) =>
  TestClient.join(fra?.url ?? '', { identity, video, join: { fromCity, sdk: 'web/9\n' } });
const quality = { measuredS: 4, rttP50Ms: 20, rttP95Ms: 40, packetsSent: 10, transport: 'udp', device: 'Chrome 131' };
const stats = (sinceJoin: wire.SessionQuality.$Properties) => ({ stats: { rttMs: 20, periodMs: 2000, sinceJoin } });

it('the api gets a client’s last report, with the node’s facts, soon after the client has left', async () => {
  const bob = await join('bob', 'Singapore');
  expect(await bob.publish('TR_bobmicrophone1')).toBe('published');
  const ann = await join('ann', 'Frankfurt');
  // Many times the SDK's rate: the last report counts, and worthless reports change nothing.
  for (let measuredS = 1; measuredS < 4; measuredS += 1) await ann.outcome(stats({ ...quality, measuredS }));
  for (const worthless of [{}, { ...quality, measuredS: 0 }]) await ann.outcome(stats(worthless));
  expect(await ann.outcome({ leave: { reason: 'done', quality } })).toBe('ack');
  await until(() => api.stays.length > 0, 'the api hears of the stay');
  expect(api.stays).toEqual([
    expect.objectContaining({
      roomKey: 'acme/lobby',
      sid: expect.stringMatching(/^RM_/),
      sessionId: ann.sessionId,
      sdk: 'web/9',
      signalingId: 'sig-fra',
      route: ['sfu-fra', 'sfu-sgp'],
      quality: expect.objectContaining(quality),
    }),
  ]);
});

it('no report comes from a client that is silent, hidden or not joined', async () => {
  const silent = await join('silent', 'Frankfurt');
  const spy = await join('spy', 'Frankfurt', { hidden: true });
  expect(await spy.outcome(stats(quality))).toBe('ack');
  const early = await TestClient.open(fra?.url ?? '');
  expect(await early.outcome(stats(quality))).toBe('OUT_OF_ORDER');
  expect(await early.outcome({ leave: { quality } })).toBe('ack');
  for (const each of [silent, spy]) await each.outcome({ leave: { quality: each === spy ? quality : null } });
  const last = await join('last', 'Frankfurt');
  await last.outcome({
    leave: { quality: { ...quality, measuredS: 86_400, bytesSent: 2 ** 63, transport: 'pigeon' } },
  });
  await until(() => api.stays.length > 0, 'the api hears of the last');
  expect(api.stays.map(({ sessionId }) => sessionId)).toEqual([last.sessionId]);
  // The session lasted a moment.
  const reported = api.stays[0]?.quality;
  expect(reported?.measuredS).toBeLessThan(60);
  expect([reported?.transport, Number.isSafeInteger(reported?.bytesSent)]).toEqual(['', true]);
});
