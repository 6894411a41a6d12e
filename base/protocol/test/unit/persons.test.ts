import { expect, it } from 'vitest';
import { isBannedBy, isSamePerson } from '../../src/index.ts';

it.each([
  ['bea', 'bea', true],
  ['bea', 'bea-encoder', true],
  ['bea-viewer', 'bea-encoder', true],
  ['bea', 'bea-viewer-encoder', true],
  ['bea-encoder-encoder', 'bea-viewer', true],
  ['bea', 'bea-encoders', false],
  ['bea', 'bea-encoder-2', false],
  ['bea', 'ben-encoder', false],
])('%s and %s are the same person: %s', (a, b, isSame) => {
  expect([isSamePerson(a, b), isSamePerson(b, a)]).toEqual([isSame, isSame]);
  expect(isBannedBy({ bans: [{ identity: a, untilWallMs: 0 }] }, b, 0)).toBe(isSame);
});
