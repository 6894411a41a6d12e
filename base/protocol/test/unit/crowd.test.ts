import { expect, it } from 'vitest';
import { crowdPage } from '../../src/crowd.ts';

it('a page lists the people with the prefix by identity, each once, after the last of the page before', () => {
  const person = (identity: string, name: string) => ({ identity, name, joinedWallMs: 1 });
  const people = [person('c', 'Ann'), person('a', 'ANNA'), person('b', 'Bob'), person('a', 'Anna'), person('d', 'ann')];
  const page = (o: object) =>
    crowdPage(people, { afterIdentity: '', limit: 10, prefix: 'an', ...o }).map(({ identity }) => identity);
  expect([page({}), page({ limit: 2 }), page({ afterIdentity: 'a' }), page({ prefix: 'x' })]).toEqual([
    ['a', 'c', 'd'],
    ['a', 'c'],
    ['c', 'd'],
    [],
  ]);
});
