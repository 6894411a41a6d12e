// The numbers of requests and messages: each of one meaning, for good, as nodes of two versions may share a link.
import { expect, it } from 'vitest';
import { note, rpc } from '../../src/control.ts';

/** What these meant is gone; they mean nothing else. */
const gone = [19, 57, 96, 103, 106, 152, 153, 158, 161, 162];

it('each number stands for one request or one message, and none that is gone for another', () => {
  const inUse = [...Object.entries(rpc), ...Object.entries(note)];
  const namesOf = Map.groupBy(inUse, ([, { number }]) => number);
  const shared = [...namesOf].filter(([, kinds]) => kinds.length > 1);
  expect(shared.map(([number, kinds]) => [number, kinds.map(([name]) => name)])).toEqual([]);
  expect(inUse.filter(([, { number }]) => gone.includes(number)).map(([name]) => name)).toEqual([]);
});
