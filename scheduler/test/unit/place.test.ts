import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { scoresOf } from '../../src/placing/core/explain.ts';
import { isBusy, isNear } from '../../src/placing/core/near.ts';
import { contextOf, place, totalOf } from '../../src/placing/core/place.ts';
import { policy } from '../../src/placing/core/policy.ts';
import { candidatesOf, rejectionsOf } from '../../src/placing/core/shortlist.ts';
import type { NodeView } from '../../src/placing/core/view.ts';
import { node, rolls, singapore, view, want } from './fixtures.ts';

const fra = (id: string, overrides = {}) => node({ nodeId: id, ...overrides });
const sgp = (id: string, overrides = {}) =>
  node({ nodeId: id, region: 'ap', city: 'singapore', ...singapore, ...overrides });
const chosen = (nodes: NodeView[], o: Parameters<typeof view>[1] = {}, overrides = {}, rand = rolls(0)) => {
  const decision = place(view(nodes, o), want(overrides), policy, rand);
  return decision.ok ? decision.nodeId : decision.code;
};

describe('the chosen node', () => {
  test.each([
    { name: 'none, when there is no node', nodes: [], expect: 'NO_NODE' },
    { name: 'none, when all are dead', nodes: [fra('a', { liveness: 'dead' })], expect: 'NO_NODE' },
    {
      name: 'none, when the near node is full and the far node dead',
      nodes: [fra('a', { sessionsSeen: 100 }), sgp('b', { liveness: 'dead' })],
      expect: 'NO_CAPACITY',
    },
    { name: 'the far one, when the near one is full', nodes: [fra('a', { sessionsSeen: 100 }), sgp('b')], expect: 'b' },
    {
      name: 'the far node, when the near node is full by charges that it has not reported yet',
      nodes: [fra('a', { sessionsAssumed: 100 }), sgp('b')],
      expect: 'b',
    },
    {
      name: 'the near node, although it is busy and the far node idle',
      nodes: [fra('a', { sessionsSeen: 99 }), sgp('b')],
      expect: 'a',
    },
    {
      name: 'the less loaded of two equals',
      nodes: [fra('a', { sessionsSeen: 9 }), fra('b', { sessionsSeen: 3 })],
      expect: 'b',
    },
    {
      name: 'the less charged of two equals',
      nodes: [fra('a', { sessionsAssumed: 9 }), fra('b', { sessionsAssumed: 3 })],
      expect: 'b',
    },
    {
      name: 'a neighbour 400 km off, when the near node is almost full',
      nodes: [fra('a', { sessionsSeen: 95 }), fra('b', { latitude: 52.52, longitude: 13.4 })],
      expect: 'b',
    },
  ])('$name', (row) => expect(chosen(row.nodes)).toBe(row.expect));

  test('the node to which the client is connected, among equals only', () => {
    const equals = [fra('a', { sessionsSeen: 9 }), fra('b', { sessionsSeen: 3 })];
    expect(chosen(equals, {}, { preferNodeId: 'a' })).toBe('a');
    const onOneHost = equals.map((one) => ({ ...one, hostId: 'h1' }));
    expect(chosen(onOneHost, {}, { preferNodeId: 'a' })).toBe('a');
    expect(chosen([fra('a'), sgp('b')], {}, { preferNodeId: 'b' })).toBe('a');
    expect(chosen([fra('a', { liveness: 'dead' }), fra('b')], {}, { preferNodeId: 'a' })).toBe('b');
    expect(chosen(equals, {}, { preferNodeId: 'gone' })).toBe('b');
  });

  test('a client in Singapore gets Singapore although its room lives in Frankfurt', () => {
    const nodes = [fra('a', { hostId: 'h1' }), fra('b', { hostId: 'h1' }), sgp('c')];
    expect(chosen(nodes, { holders: ['a', 'b'], from: singapore }, { location: singapore })).toBe('c');
  });

  test('of two nodes on one host the holder of the room is chosen, though it has more load', () => {
    const nodes = [fra('a', { hostId: 'h', sessionsSeen: 0 }), fra('b', { hostId: 'h', sessionsSeen: 40 })];
    expect(chosen(nodes, { holders: ['b'] })).toBe('b');
    expect(chosen(nodes)).toBe('a');
  });

  test('a holder of the room that is nearly full is passed over for another node of its host', () => {
    const nodes = [fra('a', { hostId: 'h' }), fra('b', { hostId: 'h', sessionsSeen: 95 })];
    expect(chosen(nodes, { holders: ['b'] })).toBe('a');
  });

  test('may be a silent node when most nodes are silent at once, and the decision has the mode panic', () => {
    const nodes = [fra('a', { liveness: 'suspect' }), sgp('b', { liveness: 'suspect' })];
    const decision = place(view(nodes, { freshShare: 0 }), want(), policy, rolls(0));
    expect(decision).toMatchObject({ ok: true, nodeId: 'a', mode: 'panic' });
    expect(chosen(nodes, { freshShare: 0.5 })).toBe('NO_NODE');
  });
});

test('power of two choices: with three near-equals the rolls draw two, and the less loaded of the two wins', () => {
  const nodes = [fra('a', { sessionsSeen: 1 }), fra('b', { sessionsSeen: 2 }), fra('c', { sessionsSeen: 3 })];
  // rolls: first index = floor(roll × 3), second = first + 1 + floor(roll × 2), modulo 3
  expect(chosen(nodes, {}, {}, rolls(0, 0))).toBe('a'); // a against b
  expect(chosen(nodes, {}, {}, rolls(0.4, 0))).toBe('b'); // b against c: a is not drawn, though it has the least
  expect(chosen(nodes, {}, {}, rolls(0.4, 0.9))).toBe('a'); // b against a
  expect(chosen(nodes, {}, {}, rolls(0.999, 0.999))).toBe('b'); // c against b
});

test('a fresh node is judged by its load with the whole room, because its small share fills up faster', () => {
  // The new node may have 32 at its start: 9 are 28 % and with a room of five 44 %; the old goes from 30 % to 35 %.
  const capacity = { sessions: 100, consumers: 0, bandwidthBps: 0, cpuCores: 1 };
  const old = fra('old', { capacity, sessionsSeen: 30 });
  const fresh = fra('fresh', { capacity, sessionsSeen: 9, freshSinceMs: 0 });
  expect(chosen([old, fresh], { nowMs: 0 })).toBe('old');
  expect(chosen([old, fra('fresh', { capacity, sessionsSeen: 4, freshSinceMs: 0 })], { nowMs: 0 })).toBe('fresh');
  const siblings = [fra('old', { capacity, hostId: 'h', sessionsSeen: 30 }), { ...fresh, hostId: 'h' }];
  expect(chosen(siblings, { nowMs: 0 })).toBe('old');
});

test('charges alone spread a surge over equal nodes: each gets its share, to within the chance of the draws', () => {
  const rng = seededRng('surge');
  const counts = new Map(['a', 'b', 'c', 'd'].map((id) => [id, 0]));
  for (let index = 0; index < 200; index += 1) {
    const nodes = [...counts].map(([id, sessionsAssumed]) => fra(id, { sessionsAssumed }));
    const id = chosen(nodes, {}, {}, () => rng.next());
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  // Power of two choices keeps the most loaded within log log n of the mean of 50.
  for (const count of counts.values()) expect(Math.abs(count - 50)).toBeLessThanOrEqual(3);
});

test('the first eight proposed hosts that pass are scored, and rejections come in the order of the proposal', () => {
  const far = Array.from({ length: 20 }, (_, index) =>
    fra(`n${String(index).padStart(2, '0')}`, { latitude: 50 - index }),
  );
  const seen = view([...far, fra('dead', { liveness: 'dead' })]);
  expect(candidatesOf(seen, want(), policy).candidates.map(({ nodes }) => nodes[0].nodeId)).toEqual(
    far.slice(0, 8).map((row) => row.nodeId),
  );
  expect(rejectionsOf(seen, want(), policy).map((row) => `${row.nodeId} ${row.filter}`)).toEqual(['dead alive']);
});

test('the parts of each score row add up by their weights, and as many rows as requested are shown, among them the chosen host', () => {
  const seen = view([fra('a'), sgp('b'), sgp('c')], { holders: ['a'] });
  const record = { view: seen, want: want(), decision: place(seen, want(), policy, rolls(0)) };
  const rows = scoresOf(record, policy);
  // a: 0.68 × 96.5 + 0.16 × 100 + 0.16 × 100; b: 0.68 × 56.73 (10,260 km)
  expect(rows.map((row) => [row.nodeId, row.total])).toEqual([
    ['a', 97.62],
    ['b', expect.closeTo(38.58, 1)],
    ['c', expect.closeTo(38.58, 1)],
  ]);
  for (const { total, parts } of rows) {
    expect(parts.reduce((sum, { score, weight }) => sum + score * weight, 0)).toBeCloseTo(total, 1);
  }
  expect(policy.scores.reduce((sum, score) => sum + score.weight, 0)).toBeCloseTo(1, 9);
  expect(scoresOf({ ...record, decision: { ...record.decision, hostId: 'host-c' } as never }, policy, 2)).toMatchObject(
    [{ nodeId: 'a' }, { hostId: 'host-c' }],
  );
});

describe('timed sites go before guesses', () => {
  const berlin = { city: 'berlin', latitude: 52.52, longitude: 13.4 };
  test('a timed site is chosen though a guess says that an untimed site is nearer', () => {
    expect(chosen([fra('a'), fra('b', berlin)], { timed: { berlin: 30 } })).toBe('b');
    expect(chosen([fra('a'), fra('b', berlin)])).toBe('a');
  });

  test('the site nearer to the room is chosen among sites timed within 10 ms of each other, otherwise the nearest to the client', () => {
    const nodes = [fra('a'), fra('b', berlin)];
    const members = [{ hostId: 'host-b', sessions: 2, accessRttMs: 10 }];
    expect(chosen(nodes, { timed: { frankfurt: 10, berlin: 20 }, members })).toBe('b');
    expect(chosen(nodes, { timed: { frankfurt: 10, berlin: 20.1 }, members })).toBe('a');
    expect(chosen(nodes, { timed: { frankfurt: 10, berlin: 20 } })).toBe('a');
  });
});

describe('an overloaded fleet', () => {
  const members = [{ hostId: 'host-a', sessions: 1, accessRttMs: 10 }];
  const hot = [fra('a', { load: { cpu: 0.85 } }), sgp('b', { load: { cpu: 0.95 } })];

  test('takes a join into a living room above its soft limits, and says so', () => {
    const decision = place(view(hot, { members }), want(), policy, rolls(0));
    expect(decision).toMatchObject({ ok: true, nodeId: 'a', mode: 'degraded' });
    expect(decision.degraded).toContain('soft limits');
  });

  test.each([
    { name: 'a new room', o: {}, nodes: hot },
    { name: 'a join beyond the hard limit', o: { members }, nodes: [fra('a', { load: { cpu: 0.92 } })] },
    { name: 'a join beyond the number of sessions', o: { members }, nodes: [fra('a', { sessionsSeen: 100 })] },
  ])('refuses $name', ({ o, nodes }) => expect(chosen(nodes, o)).toBe('NO_CAPACITY'));

  test('is named when the near hosts are full and a far one is chosen', () => {
    const nodes = [fra('a', { sessionsSeen: 100 }), sgp('b')];
    expect(place(view(nodes), want(), policy, rolls(0))).toMatchObject({
      nodeId: 'b',
      mode: 'degraded',
      degraded: 'hosts that are 159 ms nearer take no more sessions: they are full',
    });
  });
});

describe('a session that a gateway opens', () => {
  const opener = (hostId: string, onHost = false) => ({ opener: { nodeId: 'gw-1', hostId, onHost } });
  const nodes = [fra('a'), fra('b', { sessionsSeen: 70 }), sgp('c')];

  test.each([
    { name: 'goes to the host of the gateway, though that is busier', on: nodes, want: opener('host-b'), expect: 'b' },
    { name: 'goes to the host of the gateway, though that is far', on: nodes, want: opener('host-c'), expect: 'c' },
    { name: 'goes to another host when no media node is on that host', on: nodes, want: opener('host-x'), expect: 'a' },
    {
      name: 'goes to another host when the gateway’s host is full',
      on: [fra('a'), fra('b', { sessionsSeen: 100 })],
      want: opener('host-b'),
      expect: 'a',
    },
    { name: 'goes to the host of the gateway when it must', on: nodes, want: opener('host-c', true), expect: 'c' },
    { name: 'is refused when it must, and no node is there', on: nodes, want: opener('h', true), expect: 'NO_NODE' },
    {
      name: 'is refused when it must be on the gateway’s host, which is full',
      on: [fra('a'), fra('b', { sessionsSeen: 100 })],
      want: opener('host-b', true),
      expect: 'NO_CAPACITY',
    },
    {
      name: 'goes to the host of a room of mode single',
      on: nodes,
      room: { holders: ['a'] },
      want: { ...opener('host-b'), mode: 'single' },
      expect: 'a',
    },
    {
      name: 'begins a room of mode single on the gateway’s host',
      on: nodes,
      want: { ...opener('host-b'), mode: 'single', roomKey: 't/r1' },
      expect: 'b',
    },
  ])('$name', (row) => expect(chosen(row.on, row.room, row.want)).toBe(row.expect));
});

describe('mode single', () => {
  const three = [fra('a'), fra('b'), fra('c')];

  test('puts a new room on the host of its key’s hash, whatever the draws, and so spreads rooms over all hosts', () => {
    const of = (roomKey: string, roll: number) => chosen(three, {}, { mode: 'single', roomKey }, rolls(roll));
    const keys = Array.from({ length: 30 }, (_, index) => `t/r${index}`);
    for (const key of keys) expect(of(key, 0)).toBe(of(key, 0.99));
    expect(new Set(keys.map((key) => of(key, 0))).size).toBe(3);
  });

  test('walks past a host that is more than a quarter above the mean', () => {
    const nodes = [fra('a', { sessionsSeen: 60 }), fra('b', { sessionsSeen: 10 }), fra('c', { sessionsSeen: 10 })];
    const keys = Array.from({ length: 30 }, (_, index) => `t/r${index}`);
    expect(keys.map((roomKey) => chosen(nodes, {}, { mode: 'single', roomKey }))).not.toContain('a');
  });

  test('splits a room when its host is full, and the decision has the mode degraded', () => {
    const seen = view([fra('a', { sessionsSeen: 100 }), fra('b')], { holders: ['a'] });
    expect(place(seen, want({ mode: 'single' }), policy, rolls(0))).toMatchObject({ nodeId: 'b', mode: 'degraded' });
  });
});

test('the scores order hosts: near before far, free before busy, then by least delay to the room', () => {
  for (let round = 0; round < 300; round += 1) {
    const rng = seededRng(`points ${round}`);
    const nodes = Array.from({ length: 2 + rng.int(10) }, (_, index) =>
      fra(`n${index}`, {
        city: `c${rng.int(5)}`,
        latitude: 50 - rng.int(12),
        sessionsSeen: rng.int(100),
        sessionsExpected: rng.int(3),
      }),
    );
    const timed = Object.fromEntries(
      [0, 1, 2].filter(() => rng.int(2) === 0).map((city) => [`c${city}`, 5 + rng.int(30)]),
    );
    const members = nodes
      .filter(() => rng.int(4) === 0)
      .map(({ hostId }) => ({ hostId, sessions: 1 + rng.int(3), accessRttMs: rng.int(40) }));
    const seen = view(nodes, { timed, members });
    const { candidates } = candidatesOf(seen, want(), policy);
    const context = contextOf(seen, want(), candidates);
    const rank = (candidate: (typeof candidates)[number]): number[] => {
      if (!isNear(context, candidate)) return [2, 0];
      return [isBusy(candidate) ? 1 : 0, candidate.feltMs];
    };
    for (const a of candidates) {
      for (const b of candidates) {
        const [stepA = 0, feltA = 0] = rank(a);
        const [stepB = 0, feltB = 0] = rank(b);
        if (stepA < stepB || (stepA === 0 && stepB === 0 && feltB - feltA > 30)) {
          expect(totalOf(context, a, policy), `round ${round}`).toBeGreaterThan(totalOf(context, b, policy));
        }
      }
    }
  }
});
