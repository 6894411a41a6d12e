import { expect, test } from 'vitest';
import { alive } from '../../../src/placing/core/filters/alive.ts';
import { type NodeOverrides, node, verdict, view } from '../fixtures.ts';

const silent = 'suspect: no report in time';
const rows: { name: string; node: NodeOverrides; freshShare: number; expect: string }[] = [
  { name: 'a dead node', node: { liveness: 'dead' }, freshShare: 1, expect: 'dead: no report for too long' },
  { name: 'a dead node in panic', node: { liveness: 'dead' }, freshShare: 0, expect: 'dead: no report for too long' },
  {
    name: 'a fresh node whose link is down',
    node: { isLinked: false },
    freshShare: 1,
    expect: 'its link to the centre is down',
  },
  {
    name: 'a node without link in panic',
    node: { isLinked: false },
    freshShare: 0,
    expect: 'its link to the centre is down',
  },
  {
    name: 'a node that starts',
    node: { state: 'starting' },
    freshShare: 1,
    expect: 'says of itself that it is starting',
  },
  {
    name: 'a node that fails, in panic',
    node: { state: 'failing' },
    freshShare: 0,
    expect: 'says of itself that it is failing',
  },
  { name: 'a suspect node among many fresh ones', node: { liveness: 'suspect' }, freshShare: 0.9, expect: silent },
  {
    name: 'a suspect node when exactly half are fresh',
    node: { liveness: 'suspect' },
    freshShare: 0.5,
    expect: silent,
  },
  {
    name: 'a suspect node when less than half are fresh',
    node: { liveness: 'suspect' },
    freshShare: 0.49,
    expect: 'passes',
  },
  { name: 'a fresh node', node: {}, freshShare: 1, expect: 'passes' },
  {
    name: 'a draining node, which another filter judges',
    node: { state: 'draining' },
    freshShare: 1,
    expect: 'passes',
  },
];

test.each(rows)('alive judges $name: $expect', (row) => {
  const subject = node(row.node);
  expect(verdict(alive, subject, { view: view([subject], { freshShare: row.freshShare }) })).toBe(row.expect);
});
