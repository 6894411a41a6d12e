import { type Rng, secureRng, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';

const generators: [string, () => Rng][] = [
  ['seeded', () => seededRng('seed')],
  ['secure', secureRng],
];

describe.each(generators)('the %s generator', (_name, make) => {
  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('refuses %d as the bound of a whole number', (bound) => {
    expect(() => make().int(bound)).toThrow(RangeError);
  });

  it.each([-1, 1.5, 65_537])('refuses to make %d bytes', (count) => {
    expect(() => make().bytes(count)).toThrow(RangeError);
  });

  it('stays in its ranges, edges included', () => {
    const rng = make();
    for (let at = 0; at < 5_000; at++) {
      const value = rng.next();
      expect(value >= 0 && value < 1).toBe(true);
      expect([0, 1, 2]).toContain(rng.int(3));
    }
    expect(rng.int(1)).toBe(0);
    expect(rng.int(2 ** 32)).toBeLessThan(2 ** 32);
    expect(rng.bytes(0)).toHaveLength(0);
    expect(rng.bytes(33)).toHaveLength(33);
  });

  it('spreads evenly over ten cells', () => {
    const rng = make();
    const cells = Array.from({ length: 10 }, () => 0);
    for (let at = 0; at < 20_000; at++) {
      const cell = at % 2 === 0 ? rng.int(10) : Math.floor(rng.next() * 10);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    // 2000 expected per cell with a standard deviation of 42; a deviation of eight times that does not happen by
    // chance.
    for (const count of cells) expect(Math.abs(count - 2_000)).toBeLessThan(8 * 42);
  });

  it('has both values of every bit in its bytes', () => {
    const bytes = make().bytes(1_000);
    const or = bytes.reduce((all, byte) => all | byte, 0);
    const and = bytes.reduce((all, byte) => all & byte, 0xff);
    expect([or, and]).toEqual([0xff, 0]);
  });
});

describe('a seeded generator', () => {
  const draw = (rng: Rng): number[] => Array.from({ length: 8 }, () => rng.int(1_000_000));

  it('gives the same numbers for the same seed and different numbers for another seed', () => {
    expect(draw(seededRng('a'))).toEqual(draw(seededRng('a')));
    expect(draw(seededRng('a'))).not.toEqual(draw(seededRng('b')));
  });

  it('gives these numbers for this seed, on every machine and in every version', () => {
    expect(draw(seededRng('meridian'))).toMatchInlineSnapshot(`
      [
        772855,
        822179,
        406767,
        459473,
        136601,
        328162,
        121081,
        150189,
      ]
    `);
  });

  it('forks by label: independent of earlier draws, different between labels and from itself', () => {
    const freshRng = seededRng('a');
    const used = seededRng('a');
    draw(used);
    expect(draw(freshRng.fork('x'))).toEqual(draw(used.fork('x')));
    expect(draw(freshRng.fork('x'))).not.toEqual(draw(freshRng.fork('y')));
    expect(draw(freshRng.fork('x'))).not.toEqual(draw(seededRng('a')));
    expect(draw(seededRng('1:a').fork('x'))).not.toEqual(draw(seededRng('a').fork('x').fork('x')));
  });
});
