import { limits } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import {
  type AuthorityStep,
  compareLineages,
  type Lineage,
  type NodeTrust,
  nextStep,
  nodesNotReady,
  type RotationStep,
  refusalOf,
} from '../../src/administration/authority-steps.ts';

const single = (fingerprint: string): Lineage => ({ step: 'single', fingerprint, nextFingerprint: undefined });
const pair = (step: AuthorityStep, fingerprint: string, nextFingerprint: string): Lineage => ({
  step,
  fingerprint,
  nextFingerprint,
});
const node = (nodeId: string, authorities: string[], heldMs = Number.POSITIVE_INFINITY): NodeTrust => ({
  nodeId,
  authorities,
  heldMs,
});
const lineages = { single: single('A'), begin: pair('begin', 'A', 'B'), switch: pair('switch', 'A', 'B') };
const refused = (lineage: Lineage, wanted: RotationStep, nodes: NodeTrust[] = [], isForced = false) =>
  refusalOf(lineage, { requested: wanted, nodes, isForced });

describe('a step of the authority’s replacement', () => {
  const steps = ['begin', 'switch', 'end'] as const;
  test.each(
    Object.values(lineages).flatMap((lineage) =>
      steps.filter((step) => step !== nextStep(lineage.step)).map((step) => [lineage.step, step, lineage] as const),
    ),
  )('at %s is not %s, also when it is forced: the refusal names the next one', (_at, wanted, lineage) => {
    for (const isForced of [false, true])
      expect(refused(lineage, wanted, [], isForced)).toEqual({
        code: 'OUT_OF_ORDER',
        message: `the step is ${lineage.step}: the next one is ${nextStep(lineage.step)}`,
        nodeIds: [],
      });
  });

  test.each<[string, Lineage, NodeTrust[], string[]]>([
    ['begin waits for no node', lineages.single, [node('old', ['A']), node('away', [])], []],
    ['switch waits for a node that has not renewed', lineages.begin, [node('a', ['A']), node('b', ['A', 'B'])], ['a']],
    ['switch waits for a node that has not reported', lineages.begin, [node('away', [])], ['away']],
    ['switch waits for a node of another cluster', lineages.begin, [node('odd', ['X', 'Y'])], ['odd']],
    ['switch waits for no renewed node, however recent', lineages.begin, [node('a', ['A', 'B'], 0)], []],
    ['end waits for a node of the old authority', lineages.switch, [node('a', ['A', 'B'])], ['a']],
    ['end waits for a node that has not reported', lineages.switch, [node('away', [])], ['away']],
    [
      'end waits while grants live that were signed before',
      lineages.switch,
      [node('a', ['B', 'A'], limits.grantLifetimeMs), node('b', ['B', 'A'], limits.grantLifetimeMs + 1)],
      ['a'],
    ],
    ['end waits for no other node', lineages.switch, [node('a', ['B', 'A']), node('b', ['B'])], []],
  ])('%s', (_what, lineage, nodes, waited) => {
    expect(nodesNotReady(lineage, nodes)).toEqual(waited);
    const wanted = nextStep(lineage.step);
    expect(refused(lineage, wanted, nodes)?.nodeIds ?? []).toEqual(waited);
    expect(refused(lineage, wanted, nodes)?.code).toBe(waited.length === 0 ? undefined : 'AUTHORITY_IN_USE');
    expect(refused(lineage, wanted, nodes, true)).toBeUndefined();
  });

  test('is refused with ten node ids in the message, and the ids of all nodes beside the message', () => {
    const nodes = Array.from({ length: 12 }, (_, index) => node(`n${index}`, ['A']));
    const refusal = refused(lineages.begin, 'switch', nodes);
    expect(refusal?.nodeIds).toHaveLength(12);
    expect(refusal?.message).toMatch(/^12 nodes .+: n0, .+, n9 …$/);
  });
});

test.each<[Lineage, Lineage, ReturnType<typeof compareLineages>]>([
  [single('A'), single('B'), 'other'],
  [pair('begin', 'A', 'B'), pair('begin', 'A', 'C'), 'other'],
  [single('A'), pair('switch', 'B', 'C'), 'other'],
  [single('A'), single('A'), 'same'],
  [pair('begin', 'A', 'B'), pair('begin', 'A', 'B'), 'same'],
  [pair('begin', 'A', 'B'), single('A'), 'later'],
  [pair('switch', 'A', 'B'), pair('begin', 'A', 'B'), 'later'],
  [single('B'), pair('switch', 'A', 'B'), 'later'],
  [pair('begin', 'B', 'C'), pair('switch', 'A', 'B'), 'later'],
])('of two lineages of the authority, %j against %j is %s', (a, b, age) => {
  expect(compareLineages(a, b)).toBe(age);
  const back = { same: 'same', other: 'other', later: 'earlier', earlier: 'later' } as const;
  expect(compareLineages(b, a)).toBe(back[age]);
});
