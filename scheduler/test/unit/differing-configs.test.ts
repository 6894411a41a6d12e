import { limits, wire } from '@meridian/protocol';
import { expect, test } from 'vitest';
import { differingConfigs } from '../../src/fleet/core/config.ts';

const node = (nodeId: string, config: Record<string, string>, kind = 'sfu') => ({
  nodeId,
  kind,
  config: Object.entries(config).map(([key, value]) => ({ key, value })),
});
const shown = (nodes: Parameters<typeof differingConfigs>[0]) => Object.fromEntries(differingConfigs(nodes));

test('differingConfigs shows all nodes’ values of a key on which they disagree, and of no other', () => {
  const nodes = [node('a', { x: '1', y: '1' }), node('b', { x: '2', y: '1' }), node('c', { x: '1', y: '1' })];
  expect(shown(nodes)).toEqual({
    a: [{ key: 'x', value: '1' }],
    b: [{ key: 'x', value: '2' }],
    c: [{ key: 'x', value: '1' }],
  });
});

test('differingConfigs compares nodes of a kind only, and a node without settings differs from none', () => {
  const silent = { nodeId: 'd', kind: 'sfu' };
  expect(shown([node('a', { x: '1' }), node('b', { x: '2' }, 'api'), silent])).toEqual({});
});

test('differingConfigs leaves out all settings of the largest fleet, whose other fields fill the frame', () => {
  const nodes = Array.from({ length: limits.nodesMax }, (_, at) => node(`n${at}`, { x: String(at % 2) }));
  expect(shown(nodes)).toEqual({});
  expect(Object.keys(shown(nodes.slice(0, 3000)))).toHaveLength(3000);
});

test('differingConfigs fits the frame of an answer for a thousand nodes of which one differs in every key', () => {
  const value = 'v'.repeat(limits.configValueCharactersMax);
  const config = (last: string) =>
    Object.fromEntries(Array.from({ length: limits.configValuesMax }, (_, at) => [`key${at}`, `${value}${last}`]));
  const nodes = Array.from({ length: 1000 }, (_, at) => node(`n${at}`, config(at === 0 ? 'x' : 'y')));
  const found = differingConfigs(nodes);
  expect(new Set([...found.values()].map((values) => values.length))).toEqual(new Set([1]));
  const answer = wire.FleetSeen.encode({ nodes: [...found.values()].map((all) => ({ node: { config: [...all] } })) });
  expect(answer.finish().byteLength).toBeLessThan(limits.controlFrameBytesMax / 2);
});
