import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { Told } from '../../src/core/plan-book.ts';
import { type NodeRef, planNodes } from '../../src/core/plan-nodes.ts';
import { description } from './fixtures.ts';

const ref = (nodeId: string, state: NodeRef['state'] = 'alive'): NodeRef => ({
  description: description({ nodeId }),
  state,
});
const idsOf = (refs: readonly NodeRef[]): string[] => refs.map(({ description: { nodeId } }) => nodeId);
const ids = ({ changed, gone }: Told<NodeRef>): string[][] => [idsOf(changed), idsOf(gone)];

test('who holds nothing is told all, who holds the newest nothing, and between them what has changed', () => {
  const book = planNodes();
  const [a, b, c] = [ref('a'), ref('b'), ref('c')];
  book.update([a, b], 5);
  expect(book.since(0)).toEqual({ since: 0, changed: [a, b], gone: [] });
  expect(book.since(5)).toEqual({ since: 5, changed: [], gone: [] });
  book.update([a, b, c], 6); // c has come
  book.update([a, { ...b, state: 'draining' }, c], 7);
  book.update([a, c], 9); // b has left
  expect(ids(book.since(5))).toEqual([['c'], ['b']]);
  expect(ids(book.since(6))).toEqual([[], ['b']]);
  expect(ids(book.since(0))).toEqual([['a', 'c'], []]);
});

test.each([
  { name: 'its state', after: { ...ref('a'), state: 'suspect' as const } },
  { name: 'its description, by registering again', after: ref('a') },
])('a node changes by $name', ({ after }) => {
  const book = planNodes();
  book.update([ref('a')], 1);
  book.update([after], 2);
  expect(book.since(1).changed).toEqual([after]);
});

test('a version of another book, and one from before what is remembered, get the whole', () => {
  const book = planNodes();
  book.update([ref('a')], 3);
  expect(book.since(4).since).toBe(0);
  const many = Array.from({ length: 1100 }, (_, index) => ref(`n${index}`));
  book.update(many, 5);
  for (let left = 1; left <= 1100; left += 1) book.update(many.slice(left), 5 + left);
  expect(book.since(5 + 20)).toMatchObject({ since: 0 });
  expect(book.since(5 + 100)).toMatchObject({ since: 105, changed: [] });
});

test('a receiver that takes deltas, some of them late, holds what the centre holds', () => {
  for (let round = 0; round < 60; round += 1) {
    const rng = seededRng(`plan nodes ${round}`);
    const book = planNodes();
    const all = new Map<string, NodeRef>();
    let held = new Map<string, NodeRef>();
    let version = 0;
    for (let turn = 1; turn <= 40; turn += 1) {
      const nodeId = `n${rng.int(6)}`;
      if (rng.int(3) === 0) all.delete(nodeId);
      else all.set(nodeId, ref(nodeId, rng.int(2) === 0 ? 'alive' : 'draining'));
      book.update([...all.values()], turn);
      if (rng.int(2) === 0) continue;
      const told = book.since(version);
      if (told.since === 0) held = new Map();
      for (const gone of idsOf(told.gone)) held.delete(gone);
      for (const node of told.changed) held.set(node.description.nodeId, node);
      version = turn;
      expect(Object.fromEntries(held), `round ${round}`).toEqual(Object.fromEntries(all));
    }
  }
});
