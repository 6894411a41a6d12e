import { limits } from '@meridian/protocol';
import { expect, test } from 'vitest';
import { capacity, utilisation } from '../../../src/placing/core/filters/capacity.ts';
import { type NodeOverrides, node, verdict } from '../fixtures.ts';

const rows: { name: string; node: NodeOverrides; expect: string }[] = [
  { name: 'CPU at the limit', node: { load: { cpu: 0.8 } }, expect: 'CPU 80 % of its cores, at most 80 %' },
  {
    name: 'CPU above one core (a burst)',
    node: { load: { cpu: 1.3 } },
    expect: 'CPU 130 % of its cores, at most 80 %',
  },
  { name: 'CPU just below', node: { load: { cpu: 0.799 } }, expect: 'passes' },
  {
    name: 'sessions seen up to capacity',
    node: { sessionsSeen: 10, capacity: { sessions: 10 } },
    expect: '10 sessions charged, carries 10',
  },
  {
    name: 'charged sessions alone up to capacity',
    node: { sessionsAssumed: 10, capacity: { sessions: 10 } },
    expect: '10 sessions charged, carries 10',
  },
  {
    name: 'seen and charged together',
    node: { sessionsSeen: 7, sessionsAssumed: 3, capacity: { sessions: 10 } },
    expect: '10 sessions charged, carries 10',
  },
  {
    name: 'one seat left',
    node: { sessionsSeen: 7, sessionsAssumed: 2, capacity: { sessions: 10 } },
    expect: 'passes',
  },
  {
    name: 'no stated sessions, up to the bound of the wire',
    node: { sessionsSeen: limits.sessionsPerNodeMax, capacity: { sessions: 0 } },
    expect: `${limits.sessionsPerNodeMax} sessions charged, carries ${limits.sessionsPerNodeMax}`,
  },
  { name: 'no stated sessions, below it', node: { sessionsSeen: 500, capacity: { sessions: 0 } }, expect: 'passes' },
  {
    name: 'bandwidth sent at 80 %',
    node: { load: { txBps: 8e8 }, capacity: { bandwidthBps: 1e9 } },
    expect: 'bandwidth 80 %, at most 80 %',
  },
  {
    name: 'bandwidth received at 80 %',
    node: { load: { rxBps: 8e8 }, capacity: { bandwidthBps: 1e9 } },
    expect: 'bandwidth 80 %, at most 80 %',
  },
  // 7e8 + 50 × 2e6 = 8e8
  {
    name: 'bandwidth with what charged sessions will need',
    node: { load: { txBps: 7e8 }, sessionsAssumed: 50, capacity: { bandwidthBps: 1e9 } },
    expect: 'bandwidth 80 %, at most 80 %',
  },
  {
    name: 'bandwidth with fewer of them',
    node: { load: { txBps: 7e8 }, sessionsAssumed: 49, capacity: { bandwidthBps: 1e9 } },
    expect: 'passes',
  },
  { name: 'no stated bandwidth', node: { load: { txBps: 9e12 }, capacity: { bandwidthBps: 0 } }, expect: 'passes' },
  {
    name: 'consumers at the limit',
    node: { load: { consumers: 500 }, capacity: { consumers: 500 } },
    expect: '500 consumers, carries 500',
  },
  { name: 'no stated consumers', node: { load: { consumers: 5000 }, capacity: { consumers: 0 } }, expect: 'passes' },
];

test.each(rows)('capacity judges $name: $expect', (row) => {
  expect(verdict(capacity, node(row.node))).toBe(row.expect);
});

test('utilisation is the largest share, and 1 exactly where the filter begins to refuse', () => {
  const busy = node({ load: { cpu: 0.4, txBps: 2e8 }, sessionsSeen: 30, capacity: { bandwidthBps: 1e9 } });
  expect(utilisation(busy, 0)).toBeCloseTo(0.5, 9); // 0.4 / 0.8; sessions 0.3, bandwidth 0.2 / 0.8 = 0.25
  expect(utilisation(node({ load: { cpu: 0.8 } }), 0)).toBe(1);
  expect(utilisation(node({ sessionsAssumed: 100 }), 0)).toBe(1);
});
