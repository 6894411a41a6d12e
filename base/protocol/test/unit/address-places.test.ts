import { AddressPlaces } from '@meridian/protocol';
import { expect, it } from 'vitest';

const house = () => {
  const waiting = new AddressPlaces({ total: 6, perAddress: 4 });
  const ended: string[] = [];
  const enter = (address: string, name: string) => waiting.enter(address, () => ended.push(name));
  return { waiting, ended, enter };
};

it('an address is refused at its bound, without ending any of its sockets', () => {
  const { waiting, ended, enter } = house();
  for (const name of ['a', 'b', 'c', 'd']) expect(enter('10.0.0.1', name)).toBeDefined();
  expect(enter('10.0.0.1', 'e')).toBeUndefined();
  expect([waiting.total, ended]).toEqual([4, []]);
});

it('when all places are taken, the oldest socket of the address with the most is ended for the newcomer', () => {
  const { waiting, ended, enter } = house();
  enter('10.0.0.2', 'other');
  for (const name of ['a', 'b', 'c']) enter('10.0.0.1', name);
  for (const name of ['x', 'y']) enter('10.0.0.3', name);
  expect(enter('10.0.0.4', 'new')).toBeDefined();
  expect([waiting.total, ended]).toEqual([6, ['a']]);
  expect(enter('10.0.0.5', 'newer')).toBeDefined();
  expect(ended).toEqual(['a', 'b']);
});

it('a socket that was ended, or leaves twice, is subtracted once', () => {
  const { waiting, ended, enter } = house();
  const leaves = ['a', 'b', 'c'].map((name) => enter('10.0.0.1', name));
  for (const name of ['x', 'y', 'z']) enter('10.0.0.2', name);
  enter('10.0.0.3', 'new');
  expect(ended).toEqual(['a']);
  for (const leave of [...leaves, ...leaves]) leave?.();
  expect(waiting.total).toBe(4);
});

it('a socket that cannot be ended keeps the newcomer out', () => {
  const waiting = new AddressPlaces({ total: 1, perAddress: 1 });
  expect(waiting.enter('10.0.0.1')).toBeDefined();
  expect(waiting.enter('10.0.0.2', () => expect.unreachable())).toBeUndefined();
});
