import { assumedPrices } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstKeyAt, KEYS_PER_S } from '../../../src/quality/core/session-keys.ts';
import { fleetNode, seenLink } from '../../support/scripted-fleet.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let api: TestApi;
let nowMs: number;
let number = 0;
beforeEach(async () => {
  api = await testApi();
  nowMs = Math.floor(api.clock.wallMs());
});
afterEach(() => api.close());

const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
  const answer = await api.ask(method, path, { signer: operatorKey, scope: 'operator', ...(body && { body }) });
  return { status: answer.statusCode, text: answer.body, json: answer.json() };
};

interface Stay {
  readonly sid: string;
  readonly identity: string;
  /** Minutes before now; `to` absent: it goes on. */
  readonly from: number;
  readonly to?: number;
  readonly place?: string;
  readonly at?: readonly [latitudeTenths: number, longitudeTenths: number];
  readonly node?: string;
  readonly rttUs?: number;
  /** Of its last record, minutes before now; absent: its end. */
  readonly silent?: number;
}

async function add(stays: readonly Stay[]): Promise<void> {
  for (const { sid, identity, from, to, place = 'Bonn', at = [507, 71], ...o } of stays) {
    number += 1;
    const joined_ms = nowMs - from * MINUTE_MS;
    await api.store.db
      .insertInto('quality_sessions')
      .values({
        key: firstKeyAt(joined_ms) + (number % KEYS_PER_S),
        session_id: `PA_${String(number).padStart(16, '0')}`,
        tenant: 'tenant-of-it',
        room: 'room-of-it',
        sid,
        identity,
        name: 'Ann of Bonn',
        joined_ms,
        left_ms: to === undefined ? null : nowMs - to * MINUTE_MS,
        last_ms: nowMs - (o.silent ?? to ?? 0) * MINUTE_MS,
        place,
        latitude_tenths: at[0],
        longitude_tenths: at[1],
        node_id: o.node ?? 'sfu-1',
        rtt_us: o.rttUs ?? 0,
      })
      .execute();
  }
}

const pairOf = (sid: string, from: number, to: number): Stay[] => [
  { sid, identity: `identity-ann-${sid}`, from, to },
  { sid, identity: `identity-bo-${sid}`, from, to },
];

describe('GET /cost/trace', () => {
  it('has rooms with places, nodes and times, and no name of anything', async () => {
    const media = (id: string, city: string, host: string) => fleetNode({ id, city, host });
    api.fleet.nodes = [
      fleetNode({ id: 'sig-1', city: 'Bonn', kind: 'signaling', host: 'host-a' }),
      media('sfu-1', 'Bonn', 'host-a'),
      media('sfu-2', 'Bonn', 'host-a'),
      media('sfu-3', 'Riga', 'host-b'),
      fleetNode({ id: 'sfu-4', city: 'Riga', host: 'host-c', state: 'dead' }),
    ];
    api.fleet.links = [
      seenLink('host-a', 'host-b', { rttMs: 31 }),
      seenLink('host-b', 'host-a', { rttMs: 30 }),
      seenLink('host-a', 'host-c'),
      seenLink('host-a', 'host-a'),
    ];
    await add([
      { sid: 'RM_a', identity: 'identity-ann', from: 400, to: 300, rttUs: 12_500 },
      { sid: 'RM_a', identity: 'identity-bo', from: 380, to: 340, at: [-339, 1512], node: 'sfu-3' },
      { sid: 'RM_a', identity: 'identity-ann', from: 290, to: 280, node: 'sfu-gone' },
      { sid: 'RM_a', identity: 'identity-bo', from: 339, to: 290 },
    ]);
    const { status, json, text } = await ask('GET', '/cost/trace');
    expect([status, json]).toEqual([
      200,
      {
        from: new Date(nowMs - 6 * HOUR_MS).toISOString(),
        to: new Date(nowMs).toISOString(),
        share: 1,
        nodes: [
          { nodeId: 'sfu-1', region: 'eu', city: 'Bonn', latitude: 50, longitude: 8, sessionsMax: 100 },
          { nodeId: 'sfu-2', region: 'eu', city: 'Bonn', latitude: 50, longitude: 8, sessionsMax: 100 },
          { nodeId: 'sfu-3', region: 'eu', city: 'Riga', latitude: 50, longitude: 8, sessionsMax: 100 },
        ],
        links: [{ from: 0, to: 2, rttMs: 30 }],
        places: [
          { latitude: 50.7, longitude: 7.1 },
          { latitude: -33.9, longitude: 151.2 },
        ],
        rooms: [
          [
            { person: 0, place: 0, node: 0, fromS: 0, toS: 3600, rttMs: 12.5 },
            { person: 1, place: 1, node: 2, fromS: 0, toS: 1200 },
            { person: 1, place: 0, node: 0, fromS: 1260, toS: 4200 },
            { person: 0, place: 0, node: -1, fromS: 4200, toS: 4800 },
          ],
        ],
        prices: {
          currency: 'USD',
          nodeHours: [{ price: assumedPrices.nodeHour }],
          traffic: [{ unit: 'GB', price: assumedPrices.gigabyte }],
        },
      },
    ]);
    for (const name of ['identity', 'Ann', 'tenant-of-it', 'room-of-it', 'PA_', 'RM_', 'host-'])
      expect(text).not.toContain(name);
  });

  it('has the prices that are set', async () => {
    const prices = { currency: 'EUR', nodeHours: [{ kind: 'sfu', region: 'eu', price: 1 }], traffic: [] };
    const row = { id: 'prices', prices: JSON.stringify(prices), updated_ms: 1 };
    await api.store.db.insertInto('cost_prices').values(row).execute();
    expect((await ask('GET', '/cost/trace')).json).toMatchObject({ prices, rooms: [], share: 1 });
  });

  it('leaves out what does not overlap, rooms of one person, sessions without a place, and counts none twice', async () => {
    await add([
      ...pairOf('RM_before', 700, 361),
      ...pairOf('RM_over', 361, 359),
      ...pairOf('RM_too_old', 13 * 60 + 360, 10),
      { sid: 'RM_alone', identity: 'ann', from: 60, to: 50 },
      { sid: 'RM_alone', identity: 'ann', from: 40, to: 30 },
      { sid: 'RM_nowhere', identity: 'ann', from: 60, to: 50 },
      { sid: 'RM_nowhere', identity: 'bo', from: 60, to: 50, place: '' },
      { sid: 'RM_runs', identity: 'ann', from: 60 },
      // No node said when it ended.
      { sid: 'RM_runs', identity: 'bo', from: 60, silent: 30 },
    ]);
    const { json } = await ask('GET', '/cost/trace');
    expect(json.rooms.map((room: { fromS: number; toS: number }[]) => room.map((one) => [one.fromS, one.toS]))).toEqual(
      [
        [
          [0, 60],
          [0, 60],
        ],
        [
          [18_000, 21_600],
          [18_000, 19_800],
        ],
      ],
    );
    // Of the four that were live.
    expect(json.share).toBe(0.5);
  });

  it('has the first fifty of a larger room', async () => {
    const people = Array.from({ length: 53 }, (_, at) => ({ sid: 'RM_a', identity: `i${at}`, from: 200 - at, to: 90 }));
    const back = ['i52', 'i0'].map((identity) => ({ sid: 'RM_a', identity, from: 80, to: 70 }));
    await add([...people, ...back]);
    const [room] = (await ask('GET', '/cost/trace')).json.rooms;
    expect(room.map(({ person }: { person: number }) => person)).toEqual([...Array(50).keys(), 0]);
  });

  it('is a sample, the same each time, that says its share', async () => {
    for (let room = 0; room < 250; room += 1) await add(pairOf(`RM_${String(room * 7919).padStart(8, '0')}`, 60, 50));
    const whole = (await ask('GET', '/cost/trace?rooms=250')).json;
    expect([whole.rooms.length, whole.share]).toEqual([250, 1]);
    const part = (await ask('GET', '/cost/trace?rooms=225')).json;
    expect([part.rooms.length, part.share]).toEqual([225, 0.9]);
    expect((await ask('GET', '/cost/trace?rooms=225')).json).toEqual(part);
  });

  it.each([
    ['rooms=0', '?rooms'],
    ['rooms=5001', '?rooms'],
    ['from=2020-01-01T00:00:00Z', '?from'],
    ['from=2999-01-01T00:00:00Z', '?from'],
    ['to=2999-01-01T00:00:00Z', '?to'],
    ['from=yesterday', '?from'],
  ])('refuses %s', async (query, pointer) => {
    expect(await ask('GET', `/cost/trace?${query}`)).toMatchObject({
      status: 400,
      json: { code: 'REQUEST_INVALID', errors: [{ pointer }] },
    });
  });

  it('says when the centre is away', async () => {
    api.centre.state = 'down';
    expect((await ask('GET', '/cost/trace')).json).toMatchObject({ code: 'CENTRE_UNREACHABLE' });
  });
});

describe('POST /cost/policies', () => {
  const figures = {
    policy: 'single',
    costPerUserHour: 0.07,
    onewayMsMean: 130,
    onewayMsP95: 240,
    shareUnder150Ms: 0.6,
    nodesPerRoom: 1,
    relayedShare: 0,
    movesPerPersonHour: 0,
  };
  const comparison = {
    from: '2026-11-26T00:00:00.000Z',
    to: '2026-11-26T06:00:00.000Z',
    rooms: 3,
    people: 9,
    nodes: 2,
    share: 1,
    currency: 'USD',
    policies: [figures],
    notes: ['Links as they are now.'],
  };

  it('keeps the ten newest, and is in the audit log', async () => {
    const ids: string[] = [];
    for (let rooms = 1; rooms <= 12; rooms += 1) {
      const { status, json } = await ask('POST', '/cost/policies', { ...comparison, rooms });
      expect([status, json]).toEqual([
        201,
        { ...comparison, rooms, id: json.id, madeAt: new Date(Math.floor(api.clock.wallMs())).toISOString() },
      ]);
      ids.unshift(json.id);
      await api.clock.advance(1000);
    }
    const { json } = await ask('GET', '/cost/policies');
    expect(json.comparisons.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 10));
    expect(json.comparisons[0]).toMatchObject({ ...comparison, rooms: 12 });
    expect(await api.store.db.selectFrom('policy_comparisons').select('id').execute()).toHaveLength(10);
    const acts = await api.store.db.selectFrom('audit_entries').selectAll().execute();
    expect(acts.filter(({ operation }) => operation === 'createPolicyComparison')).toHaveLength(12);
  });

  it.each([
    ['/policies/0/onewayMsMean', JSON.stringify({ ...comparison, policies: [figures] }).replace('130', '1e999')],
    ['/policies', JSON.stringify({ ...comparison, policies: [] })],
    ['/rooms', JSON.stringify({ ...comparison, rooms: 0 })],
    ['/currency', JSON.stringify({ ...comparison, currency: 'dollars' })],
    ['/from', JSON.stringify({ ...comparison, from: comparison.to })],
  ])('refuses what is wrong at %s', async (pointer, payload) => {
    const token = await api.token({ scope: 'operator' }, operatorKey);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/cost/policies', headers, payload });
    expect([answer.statusCode, answer.json().errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
  });
});
