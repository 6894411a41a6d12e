import { limits, type wire } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { descriptionFrom, loadFrom, reportFrom, roomsFrom } from '../../src/adapters/links/wire.ts';
import { feedToWire } from '../../src/adapters/links/world-wire.ts';
import { description, noLoad } from './fixtures.ts';

const good: wire.NodeDescription.$Properties = {
  nodeId: 'n1',
  kind: 'sfu',
  region: 'eu',
  city: 'frankfurt',
  hostId: 'h1',
  latitude: 50,
  longitude: 8,
  incarnation: 'i1',
  capacity: { sessions: 10 },
  versions: { protocol: 1, router: 1 },
};

/** Returns the field that a refusal names, or 'accepted'. */
function fieldRefused(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(code).toBe('REQUEST_INVALID');
    return /^field (.+) has a value/.exec(message)?.[1] ?? message;
  }
  return 'accepted';
}

describe('a registration', () => {
  test.each([
    { name: 'no node', change: null, expect: 'node' },
    { name: 'an empty id', change: { nodeId: '' }, expect: 'node_id, kind or region' },
    { name: 'an id with a blank', change: { nodeId: 'a b' }, expect: 'node_id, kind or region' },
    { name: 'an id of 65 characters', change: { nodeId: 'x'.repeat(65) }, expect: 'node_id, kind or region' },
    { name: 'no kind', change: { kind: '' }, expect: 'node_id, kind or region' },
    { name: 'no host', change: { hostId: '' }, expect: 'host_id' },
    { name: 'a city with a line break', change: { city: 'a\nb' }, expect: 'city' },
    { name: 'no incarnation', change: { incarnation: '' }, expect: 'incarnation' },
    { name: 'no latitude', change: { latitude: null }, expect: 'latitude or longitude' },
    { name: 'a latitude that is no number', change: { latitude: Number.NaN }, expect: 'latitude or longitude' },
    { name: 'a longitude off the globe', change: { longitude: 181 }, expect: 'latitude or longitude' },
    { name: 'a negative capacity', change: { capacity: { cpuCores: -1 } }, expect: 'capacity.cpu_cores' },
    {
      name: 'an endless capacity',
      change: { capacity: { bandwidthBps: Number.POSITIVE_INFINITY } },
      expect: 'capacity.bandwidth_bps',
    },
    {
      name: 'a port beyond 65535',
      change: { addresses: [{ ip: '::1', port: 70_000 }] },
      expect: 'address.ip, announced or port',
    },
    {
      name: 'an endless purpose',
      change: { addresses: [{ purpose: 'x'.repeat(17) }] },
      expect: 'address.purpose or protocol',
    },
    { name: '33 addresses', change: { addresses: Array.from({ length: 33 }, () => ({})) }, expect: 'addresses' },
    { name: 'a public URL of 513 characters', change: { publicUrl: 'x'.repeat(513) }, expect: 'public_url' },
    { name: 'no versions (they read as 0)', change: { versions: null }, expect: 'accepted' },
    { name: 'all required fields', change: {}, expect: 'accepted' },
  ])('with $name: $expect', (row) => {
    const message = row.change === null ? null : { ...good, ...row.change };
    expect(fieldRefused(() => descriptionFrom(message as wire.NodeDescription.$Properties))).toBe(row.expect);
  });
});

test('a registration with settings beyond the bounds is accepted, and those settings are left out or cut', () => {
  const many = Array.from({ length: 70 }, (_, at) => ({ key: `k${at}`, value: 'v'.repeat(300) }));
  const bad = [{ key: '', value: '1' }, { key: 'x'.repeat(65), value: '1' }, { key: 'a\nb', value: '1' }, {}];
  const { config = [] } = descriptionFrom({ ...good, config: [...bad, ...many] });
  expect(config.map(({ key }) => key)).toEqual(
    many.slice(0, limits.configValuesMax - bad.length).map(({ key }) => key),
  );
  expect(new Set(config.map(({ value }) => value.length))).toEqual(new Set([limits.configValueCharactersMax]));
  expect(descriptionFrom(good).config).toEqual([]);
});

test('a node takes a sparse plan when it says so, and older nodes say nothing', () => {
  expect(descriptionFrom({ ...good, sparsePlan: true }).takesSparsePlan).toBe(true);
  expect(descriptionFrom(good).takesSparsePlan).toBe(false);
});

test('the world feed for instances has disks, and no configuration', () => {
  const config = [{ key: 'x', value: '1' }];
  const node = { description: description({ config }), load: { ...noLoad, diskBytes: 9, diskFreeBytes: 3 } };
  const fed = { ...node, state: 'serving', isUsable: true, drainReason: undefined, cordonReason: undefined };
  const delta = { version: 1, since: 0, changed: new Map([['n', { what: 'node' as const, node: fed }]]), gone: [] };
  const [first] = feedToWire(delta, false).nodes ?? [];
  expect(first?.node?.config).toBeUndefined();
  expect(first?.load).toMatchObject({ diskBytes: 9, diskFreeBytes: 3 });
});

describe('a load', () => {
  test('has at most as much free disk as disk', () => {
    expect(loadFrom({ diskBytes: 100, diskFreeBytes: 40 })).toMatchObject({ diskBytes: 100, diskFreeBytes: 40 });
    expect(loadFrom({ diskBytes: 100, diskFreeBytes: 140 })).toMatchObject({ diskBytes: 100, diskFreeBytes: 100 });
    expect(loadFrom({ diskFreeBytes: 140 })).toMatchObject({ diskBytes: 0, diskFreeBytes: 0 });
  });

  test('has the reported rates to other nodes, without invalid rows, for as many nodes as a fleet may have', () => {
    expect(loadFrom({})).not.toHaveProperty('sent');
    expect(loadFrom({ sent: {} }).sent).toEqual([]);
    const bad = [-1, Number.NaN, Number.POSITIVE_INFINITY].map((bps) => ({ nodeId: 'n2', bps }));
    const unnamed = [{ bps: 1 }, { nodeId: 'a b', bps: 1 }, { nodeId: 'x'.repeat(65), bps: 1 }];
    const rows = [{ nodeId: 'n2', bps: 0.5 }, ...bad, ...unnamed, { nodeId: 'not-in-the-fleet' }];
    expect(loadFrom({ sent: { rows } }).sent).toEqual([
      { nodeId: 'n2', bps: 0.5 },
      { nodeId: 'not-in-the-fleet', bps: 0 },
    ]);
    const many = Array.from({ length: limits.nodesMax + 1 }, (_, at) => ({ nodeId: `n${at}`, bps: 1 }));
    expect(loadFrom({ sent: { rows: many } }).sent).toEqual(many.slice(0, -1));
  });

  test.each([
    { load: { diskBytes: Number.POSITIVE_INFINITY }, expect: 'load.disk_bytes' },
    { load: { diskBytes: 100, diskFreeBytes: -1 }, expect: 'load.disk_free_bytes' },
    { load: { diskBytes: 100, diskFreeBytes: Number.NaN }, expect: 'load.disk_free_bytes' },
    { load: { cpu: Number.NaN }, expect: 'load.cpu' },
    { load: { cpu: -0.1 }, expect: 'load.cpu' },
    { load: { txBps: Number.POSITIVE_INFINITY }, expect: 'load.tx_bps' },
    { load: { loopLagMsP99: Number.NaN }, expect: 'load.loop_lag_ms_p99' },
    { load: null, expect: 'accepted' },
    { load: { cpu: 1.5, sessions: 4 }, expect: 'accepted' },
  ])('$load: $expect', (row) => expect(fieldRefused(() => loadFrom(row.load))).toBe(row.expect));
});

describe('a list of rooms', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
  test.each([
    { name: 'a key without a tenant', room: { roomKey: 'room' }, expect: 'room.room_key' },
    { name: 'a key with three parts', room: { roomKey: 't/a/b' }, expect: 'room.room_key' },
    { name: 'an owner that is no id', room: { roomKey: 't/r', ownerId: 'a b' }, expect: 'room.owner_id' },
    { name: 'a negative epoch', room: { roomKey: 't/r', epoch: -1 }, expect: 'room.epoch' },
    {
      name: 'too many sessions',
      room: { roomKey: 't/r', sessionIds: ids(limits.sessionsPerNodeMax + 1) },
      expect: 'room.session_ids',
    },
    {
      name: 'an endless session id',
      room: { roomKey: 't/r', sessionIds: ['x'.repeat(65)] },
      expect: 'room.session_ids',
    },
    {
      name: 'too many decisions',
      room: { roomKey: 't/r', decisionIds: ids(limits.sessionsPerNodeMax + 1) },
      expect: 'room.decision_ids',
    },
    {
      name: 'valid fields only',
      room: { roomKey: 't/会议', epoch: 3, ownerId: 'sig', sessionIds: ['s'] },
      expect: 'accepted',
    },
  ])('with $name: $expect', (row) => expect(fieldRefused(() => roomsFrom([row.room]))).toBe(row.expect));

  test('longer than the bound is refused', () => {
    const rooms = Array.from({ length: limits.roomsPerNodeMax + 1 }, () => ({ roomKey: 't/r' }));
    expect(fieldRefused(() => roomsFrom(rooms))).toBe('rooms');
  });

  test('leaves out empty decision ids: a session that was admitted without the centre has no decision', () => {
    expect(roomsFrom([{ roomKey: 't/r', decisionIds: ['', 'd', ''] }])[0]?.decisionIds).toEqual(['d']);
  });
});

test.each([
  { change: { state: 'happy' }, expect: 'state' },
  { change: { state: '' }, expect: 'state' },
  { change: { confirmedDecisionIds: Array.from({ length: 10_001 }, () => 'd') }, expect: 'confirmed_decision_ids' },
  { change: { roomsGone: Array.from({ length: limits.roomsPerNodeMax + 1 }, () => 't/r') }, expect: 'rooms_gone' },
  { change: {}, expect: 'accepted' },
])('a report with $change.state …: $expect', (row) => {
  const report = {
    state: 'serving',
    roomsChanged: [],
    roomsGone: [],
    confirmedDecisionIds: [],
    sessionCount: 0,
    sessionHash: 0,
    incarnation: 'i',
  };
  expect(fieldRefused(() => reportFrom({ ...report, ...row.change } as unknown as wire.Report))).toBe(row.expect);
});
