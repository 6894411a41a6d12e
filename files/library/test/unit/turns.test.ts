// Turns of tenants and owners at the places of a node.
import { describe, expect, it } from 'vitest';
import { isPlaceFree, nextInTurn } from '../../src/core/turns.ts';

/** `acme/ann` is work of the user ann of the tenant acme; `acme/` is that of an API key. */
const workOf = (text: string) => {
  const [tenant = '', owner = ''] = text.split('/');
  return { text, tenant, owner };
};
const worksOf = (text: string) => text.split(' ').filter(Boolean).map(workOf);

describe('of four places', () => {
  it.each([
    ['a free node', '', 'acme/ann', true],
    ['a user with one', 'acme/ann', 'acme/ann', true],
    ['a user with two', 'acme/ann acme/ann', 'acme/ann', false],
    ['another user of the tenant', 'acme/ann acme/ann', 'acme/bob', true],
    ['a user of the same id in another tenant', 'acme/ann acme/ann', 'globex/ann', true],
    ['a tenant with three', 'acme/ann acme/ann acme/bob', 'acme/eve', false],
    ['another tenant beside three', 'acme/ann acme/ann acme/bob', 'globex/ann', true],
    ['API keys with two', 'acme/ acme/', 'acme/', true],
    ['API keys with three', 'acme/ acme/ acme/', 'acme/', false],
    ['a node without a free place', 'acme/ann acme/ann acme/bob globex/ann', 'initech/eve', false],
  ])('%s: %s running, %s may begin: %s', (_, running, asked, isFree) => {
    expect(isPlaceFree(workOf(asked), worksOf(running), 4)).toBe(isFree);
  });
});

it.each([1, 2, 3])('of %i places everyone may have one, and no user two', (places) => {
  expect(isPlaceFree(workOf('acme/ann'), [], places)).toBe(true);
  expect(isPlaceFree(workOf('acme/ann'), worksOf('acme/ann'), places)).toBe(false);
});

describe('the next work is', () => {
  it.each([
    ['the first of a free node', 'acme/ann acme/bob globex/eve', '', 'acme/ann'],
    ['of the tenant with the least running', 'acme/bob acme/bob globex/eve', 'acme/ann', 'globex/eve'],
    ['of the user with the least running', 'acme/ann acme/ann acme/bob', 'acme/ann', 'acme/bob'],
    ['the first of equals', 'acme/eve acme/bob', 'acme/ann', 'acme/eve'],
    ['none beyond the shares', 'acme/ann acme/ann', 'acme/ann acme/ann', undefined],
    ['none when none waits', '', 'acme/ann', undefined],
  ])('%s', (_, waiting, running, next) => {
    expect(nextInTurn(worksOf(waiting), worksOf(running), 4)?.text).toBe(next);
  });
});
