// Round trips that clients measured: signaling nodes report them to the centre, which learns from them; and the
// centre's requests that a client times more sites.
import { call, limits, newId, note, onNote, post, rpc, type wire } from '@meridian/protocol';
import { secureRng } from '@meridian/runtime';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { siteKeyOf } from '../../src/fleet/core/node.ts';
import type { Client, SiteTime } from '../../src/locating/access.ts';
import { startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let signaling: FakeNode;
let sfu: FakeNode;
let timed: Client[];
let learntClaims: SiteTime[][];
const rng = secureRng();
const sessionId = newId('PA_', (count) => rng.bytes(count));
const times: wire.AccessTimes.$Properties = {
  roomKey: 't/room',
  sessionId,
  clientIp: '203.0.113.7',
  fromCity: '',
  echoTimes: [{ signalingId: 'sig-fra', rttMs: 12 }],
};
const counted = async (kind: string): Promise<number> => {
  const text = await centre.metrics.registry.metrics();
  const line = text.split('\n').find((one) => one.includes('access_times_total{') && one.includes(`kind="${kind}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
};

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true });
  sfu = await FakeNode.start(centre, { id: 'sfu-1', ...frankfurt });
  signaling = await FakeNode.start(centre, { id: 'sig-fra', kind: 'signaling', ...frankfurt });
});
afterAll(async () => {
  signaling.close();
  sfu.close();
  await centre.close();
});
beforeEach(() => {
  timed = [];
  learntClaims = [];
  vi.spyOn(centre.centre.access, 'learn').mockImplementation((client) => void timed.push(client));
  vi.spyOn(centre.centre.access, 'learnClaims').mockImplementation((_, heard) => {
    learntClaims.push([...heard]);
    return [...heard];
  });
});

test("the centre learns a signaling node's measured times, and a client's own figures about its media node", async () => {
  post(signaling.openLink(), note.accessTimes, { ...times, nodeId: 'sfu-1', nodeRttMs: 30 });
  await until('the times', () => timed.length > 0 || undefined);
  const siteKey = siteKeyOf(frankfurt.region, frankfurt.city);
  expect(timed).toMatchObject([{ ip: '203.0.113.7', times: [{ siteKey, rttMs: 12 }] }]);
  expect(learntClaims).toEqual([[{ siteKey, rttMs: 30 }]]);
});

test('times of a pretended place or of an unknown node are not learnt', async () => {
  const before = await counted('pretended');
  post(signaling.openLink(), note.accessTimes, { ...times, fromCity: 'frankfurt' });
  await until('it is counted', async () => (await counted('pretended')) > before || undefined);
  expect(timed).toEqual([]);
  post(signaling.openLink(), note.accessTimes, { ...times, echoTimes: [], nodeId: 'sfu-gone', nodeRttMs: 30 });
  await until('it is heard', () => timed.length > 0 || undefined);
  expect(timed).toMatchObject([{ times: [] }]);
});

test('impossible times, and times from a media node, are counted and dropped', async () => {
  const before = await counted('refused');
  const wrong: wire.AccessTimes.$Properties[] = [
    {},
    { ...times, roomKey: 'no-tenant' },
    { ...times, sessionId: 'x' },
    { ...times, clientIp: '1'.repeat(46) },
    { ...times, fromCity: 'x'.repeat(129) },
    { ...times, echoTimes: [] },
    { ...times, echoTimes: Array.from({ length: 17 }, () => ({ signalingId: 'sig-fra', rttMs: 1 })) },
    ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, 10_001].map((rttMs) => ({
      ...times,
      echoTimes: [{ signalingId: 'sig-fra', rttMs }],
    })),
    { ...times, echoTimes: [{ signalingId: 'a b', rttMs: 1 }] },
  ];
  for (const message of wrong) post(signaling.openLink(), note.accessTimes, message);
  post(sfu.openLink(), note.accessTimes, times);
  await until('all counted', async () => (await counted('refused')) === before + wrong.length + 1 || undefined);
  expect(timed).toEqual([]);
});

test('times in a request for a place are counted, and learnt with the placement unless the place is pretended', async () => {
  const before = [await counted('echo'), await counted('pretended')];
  await signaling.place({ clientIp: '203.0.113.7', echoTimes: [{ signalingId: 'sig-fra', rttMs: 8 }] });
  await signaling.place({ fromCity: 'frankfurt', echoTimes: [{ signalingId: 'sig-fra', rttMs: 1 }] });
  expect(timed.map(({ times }) => times.map(({ rttMs }) => rttMs))).toEqual([[8], []]);
  expect([await counted('echo'), await counted('pretended')]).toEqual(before.map((count) => count + 1));
});

test('the centre names a signaling node as many sites to time as a client may time, and an unknown one none', async () => {
  const link = signaling.openLink();
  const echoRequests: wire.EchoRequest[] = [];
  onNote(link, note.echoRequest, (wanted) => void echoRequests.push(wanted));
  const links = centre.links();
  expect(links.requestEchoes('sig-nowhere', { roomKey: 't/room', sessionId, signalingIds: ['sig-fra'] })).toBe(false);
  expect(links.requestEchoes('sfu-1', { roomKey: 't/room', sessionId, signalingIds: ['sig-fra'] })).toBe(false);
  const signalingIds = Array.from({ length: 9 }, (_, index) => `sig-${index}`);
  expect(links.requestEchoes('sig-fra', { roomKey: 't/room', sessionId, signalingIds })).toBe(true);
  await until('the request', () => echoRequests.length > 0 || undefined);
  const named = signalingIds.slice(0, limits.echoSitesMax);
  expect(echoRequests[0]).toMatchObject({ roomKey: 't/room', sessionId, signalingIds: named });
});

describe('the signaling nodes that a client is offered before its Join', () => {
  const others: FakeNode[] = [];
  const locate = (ask: wire.LocateRequest.$Properties) =>
    call(signaling.openLink(), rpc.locate, ask, { deadlineMs: 30_000 });
  beforeAll(async () => {
    others.push(await FakeNode.start(centre, { id: 'sfu-2', ...singapore }));
    others.push(await FakeNode.start(centre, { id: 'sig-sgp', kind: 'signaling', ...singapore }));
    // Mumbai is nearer than Singapore, but has no media node.
    const mumbai = { region: 'ap-south', city: 'mumbai', latitude: 19.08, longitude: 72.88 };
    others.push(await FakeNode.start(centre, { id: 'sig-bom', kind: 'signaling', ...mumbai }));
  });
  afterAll(() => {
    for (const node of others) node.close();
  });
  beforeEach(() => {
    vi.restoreAllMocks();
  });

  test('are the nodes at sites, without measurements the nearest first, and then nodes of other cities', async () => {
    const knownSignalingIds = ['sig-fra', 'sig-sgp', 'sig-bom'];
    for (const ask of [{ fromCity: 'frankfurt' }, { clientIp: '10.0.0.1' }, { clientIp: 'nonsense' }, {}])
      expect((await locate(ask)).signalingIds, JSON.stringify(ask)).toEqual(knownSignalingIds);
    expect((await locate({ fromCity: 'singapore' })).signalingIds).toEqual(['sig-sgp', 'sig-fra', 'sig-bom']);
    await expect(locate({ fromCity: 'atlantis' })).rejects.toMatchObject({ code: 'CITY_UNKNOWN' });
  });

  test('are chosen by the measurements of the client’s prefix, unless its place is pretended', async () => {
    const measured = [
      { signalingId: 'sig-fra', rttMs: 160 },
      { signalingId: 'sig-sgp', rttMs: 5 },
    ];
    for (const host of [1, 2, 3]) await signaling.place({ clientIp: `203.0.114.${host}`, echoTimes: measured });
    expect((await locate({ clientIp: '203.0.114.9' })).signalingIds).toEqual(['sig-sgp', 'sig-fra', 'sig-bom']);
    expect((await locate({ clientIp: '134.60.1.9' })).signalingIds[0]).toBe('sig-fra');
    expect((await locate({ clientIp: '203.0.114.9', fromCity: 'frankfurt' })).signalingIds[0]).toBe('sig-fra');
  });

  test('count as a session of the prefix, and leave no record of a client that measures nothing', async () => {
    const { access } = centre.centre;
    const sites = vi.spyOn(access, 'sitesToOffer');
    const { size } = access.book;
    for (let third = 0; third < 20; third += 1) await locate({ clientIp: `203.0.${130 + third}.1` });
    expect(sites).toHaveBeenCalledTimes(20);
    expect(access.book.size).toBe(size);
  });

  test('are chosen with the widened radius of the client’s place', async () => {
    vi.spyOn(centre.centre.access, 'widened').mockImplementation((_ip, location) => {
      return { location: { ...location, radiusKm: 1234 }, why: 'wrong often' };
    });
    const sites = vi.spyOn(centre.centre.access, 'sitesToOffer');
    expect((await locate({ clientIp: '203.0.115.9' })).location?.radiusKm).toBe(1234);
    expect(sites.mock.calls[0]?.[0].location.radiusKm).toBe(1234);
  });
});

test('a signaling node gets today’s and yesterday’s keys of receipts when it registers, a media node gets none', () => {
  expect(signaling.echoKeys.map((keys) => keys.length)).toEqual([2]);
  expect(signaling.echoKeys[0]?.[0]?.key).toHaveLength(32);
  expect(signaling.echoKeys[0]?.[0]?.key).not.toEqual(signaling.echoKeys[0]?.[1]?.key);
  expect(sfu.echoKeys).toEqual([]);
});
