import type { wire } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { optionsOf } from '../../src/wire/options-wire.ts';

const scored = (id: string, total: number): wire.ScoreLine.$Properties => ({
  hostId: `host-${id}`,
  nodeId: id,
  total,
  parts: [{ name: 'access', score: 50, weight: 0.8, reason: `about ${id} ms` }],
});
const refused = (id: string, filter = 'capacity', hostId = `host-${id}`): wire.Rejection.$Properties => ({
  hostId,
  nodeId: id,
  filter,
  reason: 'draining: the operator said something private',
});
const reply = (o: Partial<wire.DecisionExplained>): wire.DecisionExplained =>
  ({ nodeId: 'b', scores: [], rejections: [], ...o }) as wire.DecisionExplained;
const idsOf = (o: Partial<wire.DecisionExplained>): string[] =>
  optionsOf(reply(o)).map((option) => option.nodeId ?? '');

describe('the options that a client gets', () => {
  test.each([
    { name: 'are none without scored nodes', of: {}, want: [] },
    {
      name: 'begin with the chosen node, also when another node has more points',
      of: { scores: [scored('a', 90), scored('b', 89)] },
      want: ['b', 'a'],
    },
    {
      name: 'name at most two other nodes, the best first',
      of: { scores: [scored('e', 1), scored('b', 9), scored('c', 3), scored('d', 5)] },
      want: ['b', 'd', 'c'],
    },
    {
      name: 'name at most two refused nodes, one per host, and none of a host with a scored node',
      of: {
        scores: [scored('b', 9)],
        rejections: [
          refused('b2', 'capacity', 'host-b'),
          refused('x'),
          refused('x2', 'alive', 'host-x'),
          refused('y'),
          refused('z'),
        ],
      },
      want: ['b', 'x', 'y'],
    },
  ])('$name', ({ of, want }) => expect(idsOf(of)).toEqual(want));

  test('have the points of every part and the best possible', () => {
    expect(optionsOf(reply({ scores: [scored('b', 40)] }))).toEqual([
      { nodeId: 'b', points: 40, parts: [{ name: 'access', points: 40, pointsMax: 80, reason: 'about b ms' }] },
    ]);
  });

  test('have the filter of a refused node and not the operator’s text', () => {
    const [option] = optionsOf(reply({ rejections: [refused('x', 'not-draining')] }));
    expect(option).toEqual({ nodeId: 'x', filter: 'not-draining' });
    expect(JSON.stringify(option)).not.toContain('private');
  });
});
