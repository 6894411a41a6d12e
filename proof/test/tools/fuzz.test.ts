// A short run of `npm run lab -- fuzz`, and proof that it notices broken promises.
import { expect, it } from 'vitest';
import { type FuzzTarget, fuzz } from '../../lab/fuzz/target.ts';
import { targets } from '../../lab/fuzz/targets.ts';

const bounds = { executions: 200, seconds: 60, seed: 1 + Math.floor(Math.random() * 1e6) };
const valid = (o: Partial<FuzzTarget>): FuzzTarget => ({
  name: 'one',
  seeds: [Uint8Array.of(1, 2, 3)],
  run: () => undefined,
  isDeclared: () => false,
  ownBytes: 0,
  ...o,
});

it.each(targets)('$name keeps its promises with mutated and arbitrary bytes', (target) => {
  for (const seed of target.seeds) target.run(seed, { int: () => 0 } as never);
  const { executions, refused } = fuzz(target, bounds);
  expect(executions, `seed ${bounds.seed}`).toBeGreaterThan(50);
  expect(refused, `seed ${bounds.seed}`).toBeLessThan(executions);
});

it('an undeclared error is thrown with its input', () => {
  const run = (): void => {
    throw new RangeError('no');
  };
  expect(() => fuzz(valid({ run }), bounds)).toThrow(/one: execution 0 of seed \d+, input [0-9a-f]*$/);
  expect(fuzz(valid({ run, isDeclared: (error) => error instanceof RangeError }), bounds).refused).toBeGreaterThan(50);
});

it('an array with a length beyond the input is noticed, and counting ends with the run', () => {
  const before = globalThis.Uint8Array;
  const run = (): void => void new Uint8Array(1 << 20);
  expect(() => fuzz(valid({ run }), bounds)).toThrow(/execution 0/);
  expect(fuzz(valid({ run, ownBytes: 1 << 20 }), { ...bounds, executions: 20 }).mostBytes).toBe(1 << 20);
  expect(globalThis.Uint8Array).toBe(before);
});

it('the same seed makes the same inputs', () => {
  const inputs = (): string[] => {
    const seen: string[] = [];
    fuzz(valid({ run: (input) => void seen.push(Buffer.from(input).toString('hex')) }), { ...bounds, executions: 50 });
    return seen;
  };
  expect(inputs()).toEqual(inputs());
});
