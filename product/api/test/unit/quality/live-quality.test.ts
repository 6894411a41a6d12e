import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { ann, bob, factsOf, recordOf, send } from './batches.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const none = { strong: 0, medium: 0, weak: 0, unknown: 0 };
const eve = 'PA_eeeeeeeeeeeeeeeeeeee';
const nowMs = () => api.clock.wallMs();

describe('the live view', () => {
  it('counts sessions by place, by node and by pair of nodes', async () => {
    await send(api, {
      facts: [
        factsOf(ann),
        factsOf(bob, { latitude: 53.6 }),
        factsOf(eve, {
          roomKey: 'globex/lobby',
          sid: 'RM_2',
          place: 'Singapore',
          countryCode: 'SG',
          latitude: 1.35,
          longitude: 103.8,
        }),
      ],
      records: [
        recordOf(ann, nowMs()),
        recordOf(bob, nowMs(), { rttMs: 500, fromNodeIds: [] }),
        recordOf(eve, nowMs(), { nodeId: 'sfu-sgp-1', fromNodeIds: ['sfu-fra-1', 'sfu-ams-1'], source: '' }),
      ],
    });
    const { places, nodes, pairs, ...rest } = await api.quality.live.view();
    expect(rest).toEqual({ atMs: nowMs(), sessions: 3, rooms: 2 });
    expect(places.toSorted((a, b) => (a.place < b.place ? -1 : 1))).toEqual([
      {
        place: 'Hamburg',
        countryCode: 'DE',
        latitude: expect.closeTo(53.6, 0),
        longitude: 10,
        strength: { ...none, strong: 1, medium: 1 },
      },
      { place: 'Singapore', countryCode: 'SG', latitude: 1.4, longitude: 103.8, strength: { ...none, unknown: 1 } },
    ]);
    expect([...nodes]).toEqual(
      expect.arrayContaining([
        ['sfu-fra-1', { ...none, strong: 1, medium: 1 }],
        ['sfu-sgp-1', { ...none, unknown: 1 }],
      ]),
    );
    expect([...pairs].sort()).toEqual([
      ['sfu-ams-1 sfu-sgp-1', 1],
      ['sfu-fra-1 sfu-sgp-1', 2],
    ]);
  });

  it('merges the spellings of a city, and adds sessions of unknown country to it', async () => {
    await send(api, {
      facts: [
        factsOf(ann, { place: 'hamburg', countryCode: '' }),
        factsOf(bob, { place: 'Hamburg', countryCode: 'DE' }),
        factsOf(eve, { place: 'Hamburg', countryCode: 'US' }),
      ],
      records: [ann, bob, eve].map((one) => recordOf(one, nowMs())),
    });
    const { places } = await api.quality.live.view();
    const counts = places.map(({ place, countryCode, strength }) => [place, countryCode, strength.strong]);
    expect(counts.map(([place]) => place)).toEqual(['Hamburg', 'Hamburg']);
    expect(counts.map(([, country]) => country).sort()).toEqual(['DE', 'US']);
    expect(counts.map(([, , strong]) => strong).sort()).toEqual([1, 2]);
  });

  it('uses the last record of each session in 30 s, unless the session has ended', async () => {
    await send(api, { facts: [factsOf(ann), factsOf(bob)], records: [recordOf(ann, nowMs()), recordOf(bob, nowMs())] });
    api.clock.advance(20_000);
    await send(api, { records: [recordOf(ann, nowMs(), { nodeId: 'sfu-ams-1' }), recordOf(ann, nowMs() - 10_000)] });
    expect((await api.quality.live.view()).nodes.get('sfu-ams-1')).toEqual({ ...none, strong: 1 });
    api.clock.advance(10_000);
    expect((await api.quality.live.view()).sessions).toBe(1);
    await send(api, { events: [{ sessionId: ann, wallMs: nowMs(), kind: 'left' }] });
    api.clock.advance(1500);
    expect((await api.quality.live.view()).sessions).toBe(0);
  });

  it('is queried once in a second and a half, however many callers ask', async () => {
    const [one, two] = await Promise.all([api.quality.live.view(), api.quality.live.view()]);
    expect(two).toBe(one);
    api.clock.advance(1400);
    expect(await api.quality.live.view()).toBe(one);
    api.clock.advance(100);
    expect(await api.quality.live.view()).not.toBe(one);
  });
});
