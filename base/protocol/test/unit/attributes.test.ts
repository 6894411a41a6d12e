import { describe, expect, it } from 'vitest';
import { areAttributes, attributesWith, changedAttributes, limits } from '../../src/index.ts';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

describe('attributes', () => {
  it.each([
    ['none', {}, true],
    ['as many as the limit', many(limits.attributesMax), true],
    ['one more than the limit', many(limits.attributesMax + 1), false],
    ['without a key', { '': 'x' }, false],
    ['as large as the limit', { é: 'é'.repeat(limits.attributesBytesMax / 2 - 1) }, true],
    ['a byte above the limit', { éx: 'é'.repeat(limits.attributesBytesMax / 2 - 1) }, false],
  ])('are bounded: %s', (_name, attributes, fit) => {
    expect(areAttributes(attributes)).toBe(fit);
  });

  it('change by key, and an empty value deletes its key', () => {
    const before = { hand: 'up', seat: '4' };
    const after = attributesWith(before, { hand: '', mood: 'good' });
    expect(after).toEqual({ seat: '4', mood: 'good' });
    expect(changedAttributes(before, after)).toEqual({ hand: '', mood: 'good' });
    expect(changedAttributes(before, { seat: '4', hand: 'up' })).toBeUndefined();
  });
});
