import { expect, test } from 'vitest';
import { geography } from '../../../src/core/scores/geography.ts';
import { load } from '../../../src/core/scores/load.ts';
import { roomAffinity } from '../../../src/core/scores/room-affinity.ts';
import { candidate, context, node } from '../fixtures.ts';

test.each([
  { rttMs: 0, expect: 100 },
  { rttMs: 14, expect: 96.5 }, // 100 × (1 − 14/400)
  { rttMs: 173, expect: 56.75 }, // Frankfurt–Singapore: 100 × (1 − 173/400)
  { rttMs: 400, expect: 0 },
  { rttMs: 5000, expect: 0 },
])('geography gives $expect for an estimate of $rttMs ms', (row) => {
  expect(geography.score(context(), candidate([node()], row.rttMs)).score).toBeCloseTo(row.expect, 9);
});

test.each([
  { name: 'an idle node', sessions: [0], expect: 100 },
  { name: 'a node at the knee', sessions: [60], expect: 100 },
  { name: 'a node above the knee', sessions: [80], expect: 75 }, // 100 × (1 − (0.2/0.4)²)
  { name: 'a full node', sessions: [100], expect: 0 },
  { name: 'an overfull node', sessions: [250], expect: 0 },
  { name: 'a host by its least loaded node', sessions: [100, 80], expect: 75 },
])('load gives $expect to $name', (row) => {
  const [first = node(), ...rest] = row.sessions.map((sessionsSeen, at) => node({ nodeId: `n${at}`, sessionsSeen }));
  expect(load.score(context(), candidate([first, ...rest])).score).toBeCloseTo(row.expect, 9);
});

test('load counts charged sessions like seen ones', () => {
  const charged = load.score(context(), candidate([node({ sessionsAssumed: 80 })]));
  expect(charged.score).toBeCloseTo(75, 9);
  expect(charged.reason).toBe('80 % of its capacity charged');
});

test.each([
  {
    name: 'does not hold the room',
    holders: [],
    nearestRttMs: 20,
    rttMs: 20,
    score: 0,
    reason: 'does not hold the room',
  },
  {
    name: 'holds it and is the nearest',
    holders: ['n1'],
    nearestRttMs: 20,
    rttMs: 20,
    score: 100,
    reason: 'holds the room and is near',
  },
  {
    name: 'holds it, 3 ms farther',
    holders: ['n1'],
    nearestRttMs: 20,
    rttMs: 23,
    score: 100,
    reason: 'holds the room and is near',
  },
  {
    name: 'holds it, 3.1 ms farther',
    holders: ['n1'],
    nearestRttMs: 20,
    rttMs: 23.1,
    score: 0,
    reason: 'holds the room, but is 3 ms farther than the nearest',
  },
  {
    name: 'holds it, 10 % farther of much',
    holders: ['n1'],
    nearestRttMs: 100,
    rttMs: 110,
    score: 100,
    reason: 'holds the room and is near',
  },
  {
    name: 'holds it on the other side of the world',
    holders: ['n1'],
    nearestRttMs: 14,
    rttMs: 173,
    score: 0,
    reason: 'holds the room, but is 159 ms farther than the nearest',
  },
])('room affinity of a candidate that $name: $score', (row) => {
  const result = roomAffinity.score(context(row), candidate([node()], row.rttMs));
  expect(result).toEqual({ score: row.score, reason: row.reason });
});
