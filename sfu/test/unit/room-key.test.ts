import { checkRoomKeyOf } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { roomKeyFrom } from '../../src/control-wire.ts';

it('the node serves rooms and connection checks of tenants, and no other keys', () => {
  const check = checkRoomKeyOf('acme', 'c'.repeat(43)) ?? '';
  expect(['acme/room', check].map(roomKeyFrom)).toEqual(['acme/room', check]);
  for (const bad of [undefined, '', 'acme', 'acme/', 'acme/check/room', `${check}/more`])
    expect(() => roomKeyFrom(bad)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
});
