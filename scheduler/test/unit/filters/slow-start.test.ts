import { expect, test } from 'vitest';
import { slowStart } from '../../../src/placing/core/filters/slow-start.ts';
import { place } from '../../../src/placing/core/place.ts';
import { policy } from '../../../src/placing/core/policy.ts';
import { inFlightMax, SLOW_START_MS, slowStartWeight } from '../../../src/placing/core/slow-start.ts';
import { node, rolls, verdict, view, want } from '../fixtures.ts';

test.each([
  { name: 'long ago', freshSinceMs: undefined, nowMs: 0, weight: 1 },
  { name: 'just now', freshSinceMs: 0, nowMs: 0, weight: 0.1 },
  { name: 'before the clock went back', freshSinceMs: 1000, nowMs: 0, weight: 0.1 },
  { name: 'half a slow start ago', freshSinceMs: 0, nowMs: SLOW_START_MS / 2, weight: 0.5 },
  { name: 'a whole slow start ago', freshSinceMs: 0, nowMs: SLOW_START_MS, weight: 1 },
])('a node that came $name has $weight of its capacity', ({ freshSinceMs, nowMs, weight }) => {
  expect(slowStartWeight(freshSinceMs, nowMs)).toBe(weight);
});

const big = { capacity: { sessions: 1000 }, freshSinceMs: 0 };
test.each([
  { name: 'below its share', node: { ...big, sessionsSeen: 99 }, nowMs: 0, expect: 'passes' },
  {
    name: 'at its share',
    node: { ...big, sessionsSeen: 100 },
    nowMs: 0,
    expect: '100 sessions charged, takes 100 so soon after its start',
  },
  { name: 'at that share, later', node: { ...big, sessionsSeen: 100 }, nowMs: SLOW_START_MS / 2, expect: 'passes' },
  {
    name: 'with many on their way',
    node: { ...big, sessionsAssumed: 50 },
    nowMs: 0,
    expect: '50 sessions are on their way to it, so soon after its start',
  },
  {
    name: 'with as many, long after its start',
    node: { ...big, freshSinceMs: undefined, sessionsAssumed: 50 },
    nowMs: 0,
    expect: 'passes',
  },
  {
    name: 'small, below 32',
    node: { capacity: { sessions: 40 }, freshSinceMs: 0, sessionsSeen: 31 },
    nowMs: 0,
    expect: 'passes',
  },
])('a node $name: $expect', (row) => {
  const subject = node(row.node);
  expect(verdict(slowStart, subject, { view: view([subject], { nowMs: row.nowMs }) })).toBe(row.expect);
});

test('at least 16 sessions may be charged and not seen yet, so that a small node takes a school class at once', () => {
  expect(inFlightMax(node({ freshSinceMs: 0 }), 40, 0)).toBe(16);
});

test('where all other nodes are full, a new node takes its full capacity, and the mode is not degraded', () => {
  const fresh = node({ nodeId: 'fresh', freshSinceMs: 0, sessionsAssumed: 60 });
  const full = node({ nodeId: 'full', sessionsSeen: 100 });
  expect(place(view([full, fresh]), want(), policy, rolls(0))).toMatchObject({ nodeId: 'fresh', mode: 'normal' });
  const old = node({ nodeId: 'old', sessionsSeen: 60 });
  expect(place(view([fresh, old]), want(), policy, rolls(0))).toMatchObject({ nodeId: 'old', mode: 'normal' });
});
