// Requests of a lane run one after another, and only so many wait.
import { expect, it } from 'vitest';
import { Lane } from '../../src/clients/lane.ts';

function setUp(max: number) {
  const lane = new Lane(max);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (name: string): boolean =>
    lane.run(() => {
      begun.push(name);
      return new Promise((resolve) => ends.push(resolve));
    });
  const endNext = async (): Promise<void> => {
    ends.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { begun, run, endNext };
}

it('a request of an idle lane begins at once, the others in order after it', async () => {
  const { begun, run, endNext } = setUp(8);
  expect([run('a'), run('b'), run('c')]).toEqual([true, true, true]);
  expect(begun).toEqual(['a']);
  await endNext();
  expect(begun).toEqual(['a', 'b']);
  await endNext();
  expect(begun).toEqual(['a', 'b', 'c']);
  await endNext();
  expect(run('d')).toBe(true);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

it('a request beyond the bound is refused, until one has ended', async () => {
  const { begun, run, endNext } = setUp(2);
  expect([run('a'), run('b'), run('c')]).toEqual([true, true, false]);
  await endNext();
  expect([run('d'), run('e')]).toEqual([true, false]);
  expect(begun).toEqual(['a', 'b']);
});
