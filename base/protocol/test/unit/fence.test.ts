import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceContains, fenceOf, intersectFences, isFence, isInFence, limits } from '../../src/index.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const regions = ['ap', 'eu', 'sa', 'us', 'eu-west'];
const fence = fc.subarray(regions).map((names) => fenceOf(names) ?? '');

describe('a fence', () => {
  it.each([
    ['one region', ['eu'], 'eu'],
    ['several, sorted and each once', ['us', 'eu', 'us'], 'eu,us'],
    ['none', [], undefined],
    ['no name', [''], undefined],
    ['a comma in a name', ['eu,us'], undefined],
    ['a blank in a name', ['eu '], undefined],
    ['as many as the limit', Array.from({ length: limits.fenceRegionsMax }, (_, n) => `r${n}`), expect.any(String)],
    ['one more than the limit', Array.from({ length: limits.fenceRegionsMax + 1 }, (_, n) => `r${n}`), undefined],
  ])('of %s', (_name, names, text) => {
    expect(fenceOf(names)).toEqual(text);
  });

  it.each([
    ['', true],
    ['eu', true],
    ['eu,us', true],
    ['us,eu', false],
    ['eu,eu', false],
    ['eu,', false],
    [',', false],
  ])('as the text %j is valid: %s', (text, is) => {
    expect(isFence(text)).toBe(is);
  });

  it('admits its regions, and no node with an unknown region', () => {
    expect(['eu', 'us', 'eu-west', ''].map((region) => isInFence('eu,us', region))).toEqual([true, true, false, false]);
    expect(isInFence('', '')).toBe(true);
  });

  it(`contains and intersects like a set (SEED=${seed})`, () => {
    fc.assert(
      fc.property(fence, fence, (one, other) => {
        const inside = (text: string) => regions.filter((region) => isInFence(text, region));
        const meet = intersectFences(one, other);
        const both = inside(one).filter((region) => isInFence(other, region));
        expect(meet === undefined ? [] : inside(meet)).toEqual(both);
        if (meet !== undefined)
          expect([isFence(meet), fenceContains(one, meet), fenceContains(other, meet)]).toEqual([true, true, true]);
        // Only the empty fence contains a fence without regions, even if `one` lists all regions of today.
        const holds = inside(other).every((region) => isInFence(one, region)) && (one === '' || other !== '');
        expect(fenceContains(one, other)).toBe(holds);
      }),
      { seed, numRuns: 500 },
    );
  });
});
