import { expect, test } from 'vitest';
import { type NodeRef, planNodes } from '../../src/routing/core/plan-nodes.ts';
import { description } from './fixtures.ts';

const ref = (nodeId: string, state: NodeRef['state'] = 'alive'): NodeRef => ({
  description: description({ nodeId }),
  state,
});
const byId = (...refs: NodeRef[]) => new Map(refs.map((one) => [one.description.nodeId, one]));

test.each([
  { name: 'its state', after: { ...ref('a'), state: 'suspect' as const } },
  { name: 'its description, by registering again', after: ref('a') },
])('a node is sent again after a change of $name', ({ after }) => {
  const book = planNodes();
  book.replace(byId(ref('a')), 1);
  book.replace(byId(after), 2);
  expect([...book.since(1).changed.values()]).toEqual([after]);
});

test('an unchanged node is not sent again', () => {
  const book = planNodes();
  const [a, b] = [ref('a'), ref('b')];
  book.replace(byId(a, b), 1);
  book.replace(byId({ ...a }, ref('b', 'draining')), 2);
  expect([...book.since(1).changed.keys()]).toEqual(['b']);
});
