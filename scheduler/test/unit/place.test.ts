import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { place, placeSlice } from '../../src/core/place.ts';
import { policy } from '../../src/core/policy.ts';
import type { NodeView } from '../../src/core/view.ts';
import { frankfurt, node, rolls, singapore, view, want } from './fixtures.ts';

const fra = (id: string, wish = {}) => node({ nodeId: id, ...wish });
const sgp = (id: string, wish = {}) => node({ nodeId: id, region: 'ap', city: 'singapore', ...singapore, ...wish });
const chosen = (nodes: NodeView[], o: Parameters<typeof view>[1] = {}, wish = {}, rand = rolls(0)) => {
  const decision = place(view(nodes, o), want(wish), policy, rand);
  return decision.ok ? decision.nodeId : decision.code;
};

describe('who is taken', () => {
  test.each([
    { name: 'nobody, when there is no node', nodes: [], expect: 'NO_NODE' },
    { name: 'nobody, when all are dead', nodes: [fra('a', { liveness: 'dead' })], expect: 'NO_NODE' },
    {
      name: 'nobody, when the near one is full and the far one dead',
      nodes: [fra('a', { sessionsSeen: 100 }), sgp('b', { liveness: 'dead' })],
      expect: 'NO_CAPACITY',
    },
    { name: 'the far one, when the near one is full', nodes: [fra('a', { sessionsSeen: 100 }), sgp('b')], expect: 'b' },
    {
      name: 'the far one, when the near one is charged full and has reported nothing',
      nodes: [fra('a', { sessionsAssumed: 100 }), sgp('b')],
      expect: 'b',
    },
    {
      name: 'the near one, when the far one is idle and it is busy',
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
      name: 'a neighbour 400 km off, when the near one is almost full',
      nodes: [fra('a', { sessionsSeen: 95 }), fra('b', { latitude: 52.52, longitude: 13.4 })],
      expect: 'b',
    },
  ])('$name', (row) => expect(chosen(row.nodes)).toBe(row.expect));

  test('a client in Singapore gets Singapore although its room lives in Frankfurt', () => {
    const nodes = [fra('a', { hostId: 'h1' }), fra('b', { hostId: 'h1' }), sgp('c')];
    expect(chosen(nodes, { holders: ['a', 'b'] }, { location: singapore })).toBe('c');
  });

  test('of two nodes on one host the one that holds the room is taken, though it has more load', () => {
    const nodes = [fra('a', { hostId: 'h', sessionsSeen: 0 }), fra('b', { hostId: 'h', sessionsSeen: 40 })];
    expect(chosen(nodes, { holders: ['b'] })).toBe('b');
    expect(chosen(nodes)).toBe('a');
  });

  test('the holder is left for its sibling when it is nearly full', () => {
    const nodes = [fra('a', { hostId: 'h' }), fra('b', { hostId: 'h', sessionsSeen: 95 })];
    expect(chosen(nodes, { holders: ['b'] })).toBe('a');
  });

  test('silence is no reason when most nodes are silent at once, and the decision says panic', () => {
    const nodes = [fra('a', { liveness: 'suspect' }), sgp('b', { liveness: 'suspect' })];
    const decision = place(view(nodes, { freshShare: 0 }), want(), policy, rolls(0));
    expect(decision).toMatchObject({ ok: true, nodeId: 'a', mode: 'panic' });
    expect(chosen(nodes, { freshShare: 0.5 })).toBe('NO_NODE');
  });
});

test('power of two choices: with three near-equals the rolls decide who competes, the load decides who wins', () => {
  const nodes = [fra('a', { sessionsSeen: 1 }), fra('b', { sessionsSeen: 2 }), fra('c', { sessionsSeen: 3 })];
  // rolls: first index = floor(roll × 3), second = first + 1 + floor(roll × 2), modulo 3
  expect(chosen(nodes, {}, {}, rolls(0, 0))).toBe('a'); // a against b
  expect(chosen(nodes, {}, {}, rolls(0.4, 0))).toBe('b'); // b against c: a is not drawn, though it has the least
  expect(chosen(nodes, {}, {}, rolls(0.4, 0.9))).toBe('a'); // b against a
  expect(chosen(nodes, {}, {}, rolls(0.999, 0.999))).toBe('b'); // c against b
});

test('charges alone spread a surge over equals: no node gets more than its share and the chance of the draw', () => {
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

test('at most eight hosts are scored, the nearest ones, and rejections come nearest first', () => {
  const far = Array.from({ length: 20 }, (_, index) =>
    fra(`n${String(index).padStart(2, '0')}`, { latitude: 50 - index }),
  );
  const nodes = [...far, fra('dead', { liveness: 'dead' })];
  const decision = place(view(nodes), want(), policy, rolls(0));
  expect(decision.ok && decision.scores.map((row) => row.nodeId)).toEqual(far.slice(0, 8).map((row) => row.nodeId));
  expect(decision.rejections.map((row) => `${row.nodeId} ${row.filter}`)).toEqual(['dead alive']);
});

test('each score row adds up, with its weights', () => {
  const decision = place(view([fra('a'), sgp('b')], { holders: ['a'] }), want(), policy, rolls(0));
  if (!decision.ok) throw new Error('not placed');
  // a: 0.8 × 96.5 + 0.15 × 100 + 0.05 × 100 = 97.2; b: 0.8 × 56.73 + 0.15 × 100 = 60.38 (10,260 km)
  expect(decision.scores.map((row) => [row.nodeId, row.total])).toEqual([
    ['a', 97.2],
    ['b', expect.closeTo(60.38, 1)],
  ]);
  expect(policy.scores.reduce((sum, score) => sum + score.weight, 0)).toBeCloseTo(1, 9);
});

describe('the slice that is kept for the explanation', () => {
  test('decides the same as the whole view, for 300 random clusters', () => {
    for (let round = 0; round < 300; round += 1) {
      const rng = seededRng(`round ${round}`);
      const nodes = Array.from({ length: 1 + rng.int(120) }, (_, index) =>
        node({
          nodeId: `n${index}`,
          hostId: `h${rng.int(60)}`,
          latitude: rng.next() * 160 - 80,
          longitude: rng.next() * 360 - 180,
          liveness: (['alive', 'alive', 'alive', 'suspect', 'dead'] as const)[rng.int(5)] ?? 'alive',
          drainReason: rng.int(8) === 0 ? 'test' : undefined,
          routerVersion: 1 + rng.int(2),
          sessionsSeen: rng.int(110),
          sessionsAssumed: rng.int(10),
        }),
      );
      const holders = nodes.filter(() => rng.int(10) === 0).map((holder) => holder.nodeId);
      const whole = view(nodes, { holders, freshShare: rng.next() });
      const wish = want({ location: { latitude: rng.next() * 160 - 80, longitude: rng.next() * 360 - 180 } });
      const draw = (): (() => number) => {
        const fork = rng.fork('draw');
        return () => fork.next();
      };
      const slice = placeSlice(whole, wish, policy);
      expect(place(slice, wish, policy, draw()), `round ${round}`).toEqual(place(whole, wish, policy, draw()));
    }
  });

  test('names few hosts of a large cluster', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) => fra(`n${index}`, { longitude: (index % 360) - 180 }));
    expect(placeSlice(view(nodes), want({ location: frankfurt }), policy).nodes).toHaveLength(8);
  });
});
