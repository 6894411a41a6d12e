import { expect, test } from 'vitest';
import { avoidList } from '../../../src/placing/core/filters/avoid-list.ts';
import { honest } from '../../../src/placing/core/filters/honest.ts';
import { moveTarget } from '../../../src/placing/core/filters/move-target.ts';
import { notDraining } from '../../../src/placing/core/filters/not-draining.ts';
import { onHost } from '../../../src/placing/core/filters/on-host.ts';
import { regionPin } from '../../../src/placing/core/filters/region-pin.ts';
import { type NodeOverrides, node, verdict, view, want } from '../fixtures.ts';

test.each([
  { name: 'a node whose figures contradict', node: { distrust: 'load 1, list 9' }, expect: 'load 1, list 9' },
  { name: 'a node whose figures agree', node: {}, expect: 'passes' },
] as { name: string; node: NodeOverrides; expect: string }[])('honest judges $name: $expect', (row) => {
  expect(verdict(honest, node(row.node))).toBe(row.expect);
});

test.each([
  { name: 'a node with a drain command', node: { drainReason: 'new kernel' }, expect: 'draining: new kernel' },
  { name: 'a node with a drain command without words', node: { drainReason: '' }, expect: 'draining: ' },
  { name: 'a node that drains by itself', node: { state: 'draining' }, expect: 'draining: the node says so' },
  { name: 'a cordoned node', node: { cordonReason: 'rack 4' }, expect: 'cordoned: rack 4' },
  { name: 'a serving node', node: {}, expect: 'passes' },
] as { name: string; node: NodeOverrides; expect: string }[])('not-draining judges $name: $expect', (row) => {
  expect(verdict(notDraining, node(row.node))).toBe(row.expect);
});

test.each([
  { pin: '', region: 'eu', expect: 'passes' },
  { pin: 'eu', region: 'eu', expect: 'passes' },
  { pin: 'eu', region: 'eu-west', expect: 'is in eu-west, pinned to eu' },
  { pin: 'EU', region: 'eu', expect: 'is in eu, pinned to EU' },
  { pin: 'eu,us', region: 'us', expect: 'passes' },
  { pin: 'eu,us', region: 'ap', expect: 'is in ap, pinned to eu, us' },
  { pin: 'eu', region: '', expect: 'is in , pinned to eu' },
])('region-pin "$pin" judges a node in $region: $expect', (row) => {
  expect(verdict(regionPin, node({ region: row.region }), { want: want({ regionPin: row.pin }) })).toBe(row.expect);
});

test.each([
  { avoid: [], expect: 'passes' },
  { avoid: ['other', 'n'], expect: 'passes' },
  { avoid: ['other', 'n1'], expect: 'the asking side avoids it' },
])('avoid-list $avoid judges n1: $expect', (row) => {
  expect(verdict(avoidList, node(), { want: want({ avoidNodeIds: row.avoid }) })).toBe(row.expect);
});

test.each([
  { to: undefined, expect: 'passes' },
  { to: [], expect: 'passes' },
  { to: ['n2', 'n1'], expect: 'passes' },
  { to: ['n2'], expect: 'the move goes to n2' },
])('move-target judges n1 for a move to $to: $expect', ({ to, expect: expected }) => {
  const move = to === undefined ? {} : { move: { fromNodeId: 'n0', toNodeIds: to, reason: 'a test' } };
  expect(verdict(moveTarget, node(), { want: want(move) })).toBe(expected);
});

const gateway = { nodeId: 'gw-1', hostId: 'host-gw' };
test.each([
  { name: 'no opener', opener: undefined, hostId: 'h', expect: 'passes' },
  { name: 'may be anywhere', opener: { ...gateway, onHost: false }, hostId: 'h', expect: 'passes' },
  { name: 'has to be there', opener: { ...gateway, onHost: true }, hostId: 'host-gw', expect: 'passes' },
  {
    name: 'has to be elsewhere',
    opener: { ...gateway, onHost: true },
    hostId: 'h',
    expect: 'is on h, and gw-1 needs a media node of its own host host-gw',
  },
])('on-host judges a node for a session that $name: $expect', ({ opener, hostId, expect: expected }) => {
  const request = want(opener === undefined ? {} : { opener });
  expect(verdict(onHost, node({ hostId }), { want: request })).toBe(expected);
  expect(onHost.reject(view([]), request, node({ hostId }))?.retryable ?? false).toBe(false);
});
