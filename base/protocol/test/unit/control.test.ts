// Tests that the numbers of requests and messages keep their meaning, as nodes of two versions may share a link.
import { expect, it } from 'vitest';
import { note, rpc } from '../../src/control.ts';

/** Numbers of removed requests, which are never reused. */
const removedNumbers = [19, 57, 96, 103, 106, 152, 153, 158, 161, 162];

it('each number stands for a single request or message, and no number of a removed one is reused', () => {
  const inUse = [...Object.entries(rpc), ...Object.entries(note)];
  const namesOf = Map.groupBy(inUse, ([, { number }]) => number);
  const shared = [...namesOf].filter(([, kinds]) => kinds.length > 1);
  expect(shared.map(([number, kinds]) => [number, kinds.map(([name]) => name)])).toEqual([]);
  expect(inUse.filter(([, { number }]) => removedNumbers.includes(number)).map(([name]) => name)).toEqual([]);
});
