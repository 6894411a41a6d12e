import { expect, test } from 'vitest';
import { access } from '../../../src/placing/core/scores/access.ts';
import { load } from '../../../src/placing/core/scores/load.ts';
import { room } from '../../../src/placing/core/scores/room.ts';
import { candidate, context, node } from '../fixtures.ts';

test.each([
  { name: 'of 0 ms', nearestRttMs: 0, approach: { rttMs: 0 }, score: 100, reason: 'about 0 ms from the client' },
  // 100 × (1 − 14/400)
  { name: '14 ms', nearestRttMs: 14, approach: { rttMs: 14 }, score: 96.5, reason: 'about 14 ms from the client' },
  {
    name: 'nearly as near',
    nearestRttMs: 14,
    approach: { rttMs: 22 },
    score: 96.5,
    reason: 'about 22 ms from the client',
  },
  {
    name: 'just farther',
    nearestRttMs: 14,
    approach: { rttMs: 25 },
    score: 93.75,
    reason: 'about 25 ms from the client',
  },
  {
    name: 'off the scale',
    nearestRttMs: 14,
    approach: { rttMs: 5000 },
    score: 0,
    reason: 'about 5000 ms from the client',
  },
  {
    name: 'timed',
    hasTimed: true,
    nearestRttMs: 40,
    approach: { rttMs: 40, isTimed: true },
    score: 90,
    reason: '40 ms from the client, timed',
  },
  {
    name: 'a good guess beside a timed site: no better than that, less what it may be wrong by',
    hasTimed: true,
    nearestRttMs: 40,
    approach: { rttMs: 10, sdMs: 12 },
    score: 87,
    reason: 'about 10 ms from the client, give or take 12',
  },
])('access $name gives $score', ({ approach, score, reason, ...o }) => {
  const subject = candidate([node()], approach);
  expect(access.score(context(o), subject)).toBeCloseTo(score, 9);
  expect(access.reason(context(o), subject)).toBe(reason);
});

const members = [{ hostId: 'elsewhere', sessions: 2, accessRttMs: 10 }];
test.each([
  { name: 'no member, near the client,', o: {}, score: 98, reason: 'the room is new' },
  {
    name: 'no member, and is far',
    o: { nearestRttMs: 5 },
    score: 0,
    reason: 'the room is new, is farther than the nearest',
  },
  { name: 'no member, on another node,', o: { holders: ['n2'] }, score: 98, reason: 'does not hold the room' },
  { name: 'no member, still on this host,', o: { holders: ['n1'] }, score: 100, reason: 'holds the room' },
  {
    name: 'no member, held before, and is busy',
    o: { holders: ['n1'] },
    used: 75,
    score: 98,
    reason: 'holds the room',
  },
  {
    name: 'two with the least delay',
    o: { members, leastFeltMs: 100 },
    feltMs: 100,
    score: 98,
    reason: 'does not hold the room, 15 ms one way to the participants in it',
  },
  {
    name: 'two, 30 ms more each',
    o: { members, leastFeltMs: 100 },
    feltMs: 160,
    score: 69,
    reason: 'does not hold the room, 15 ms one way to the participants in it',
  },
  {
    name: 'two, far more',
    o: { members, holders: ['n1'], leastFeltMs: 100 },
    feltMs: 1000,
    score: 42,
    reason: 'holds the room, 15 ms one way to the participants in it',
  },
  {
    name: 'two with less delay than the least free host, being busy',
    o: { members, leastFeltMs: 100 },
    feltMs: 50,
    used: 80,
    score: 98,
    reason: 'does not hold the room, 15 ms one way to the participants in it',
  },
  {
    name: 'two, whose long delays weigh more than their ms',
    o: { members, leastFeltMs: 100 },
    toMembersMs: [185],
    feltMs: 610,
    score: 40,
    reason: 'does not hold the room, 200 ms one way to the participants in it',
  },
  {
    name: 'two beside one on another host, and says the mean over all three',
    o: { members: [...members, { hostId: 'third', sessions: 1, accessRttMs: 40 }], leastFeltMs: 150 },
    toMembersMs: [5, 30],
    feltMs: 150,
    score: 98,
    reason: 'does not hold the room, 33 ms one way to the participants in it',
  },
  {
    name: 'two, far from the client',
    o: { members, holders: ['n1'], nearestRttMs: 5 },
    score: 0,
    reason: 'holds the room, is farther than the nearest',
  },
])(
  'a host whose room has $name gets $score for it',
  ({ o, feltMs = 10, used = 0, toMembersMs = [], score, reason }) => {
    const subject = { ...candidate([node({ sessionsSeen: used })], { toMembersMs }), feltMs };
    expect(room.score(context(o), subject)).toBeCloseTo(score, 9);
    expect(room.reason(context(o), subject)).toBe(reason);
  },
);

test.each([
  { name: 'an idle host', sessions: [0], nearestRttMs: 20, score: 100, reason: '0 % of its capacity charged' },
  {
    name: 'a host below three quarters',
    sessions: [74],
    nearestRttMs: 20,
    score: 100,
    reason: '74 % of its capacity charged',
  },
  { name: 'a busy host', sessions: [75], nearestRttMs: 20, score: 0, reason: '75 % of its capacity charged' },
  {
    name: 'a host by its least used node',
    sessions: [100, 20],
    nearestRttMs: 20,
    score: 100,
    reason: '20 % of its capacity charged',
  },
  {
    name: 'a far host, however idle',
    sessions: [0],
    nearestRttMs: 5,
    score: 0,
    reason: '0 % of its capacity charged, is farther than the nearest',
  },
])('load gives $score to $name', ({ sessions, nearestRttMs, score, reason }) => {
  const [first = node(), ...rest] = sessions.map((sessionsSeen, at) => node({ nodeId: `n${at}`, sessionsSeen }));
  const subject = candidate([first, ...rest]);
  expect(load.score(context({ nearestRttMs }), subject)).toBe(score);
  expect(load.reason(context({ nearestRttMs }), subject)).toBe(reason);
});
