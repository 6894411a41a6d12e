import { expect, it } from 'vitest';
import { TurnedAwayRooms } from '../../src/core/index.ts';

const overloaded = { retryAfterMs: 1000, message: 'full' };

it('a turned-away room is refused until it may ask the centre again', () => {
  const turned = new TurnedAwayRooms(10);
  expect(turned.find('t/a', 0)).toBeUndefined();
  turned.add('t/a', overloaded, 0);
  expect(turned.find('t/a', 400)).toEqual({ retryAfterMs: 600, message: 'full' });
  expect(turned.find('t/b', 400)).toBeUndefined();
  expect(turned.find('t/a', 1000)).toBeUndefined();
});

it('beyond the bound of turned-away rooms the oldest is forgotten', () => {
  const turned = new TurnedAwayRooms(2);
  for (const room of ['t/a', 't/b', 't/a', 't/c']) turned.add(room, overloaded, 0);
  expect(['t/a', 't/b', 't/c'].map((room) => turned.find(room, 1) !== undefined)).toEqual([true, false, true]);
});
