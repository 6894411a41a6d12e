import { describe, expect, it } from 'vitest';
import {
  isIdentity,
  isNodeId,
  isSessionId,
  isTrackId,
  newId,
  partsOf,
  producerIdOf,
  roomKeyOf,
} from '../../src/index.ts';

describe('ids', () => {
  const rooms: [tenant: string, room: string, ok: boolean][] = [
    ['', 'room', false],
    ['dev', '', false],
    ['dev', 'a/b', false],
    ['de/v', 'room', false],
    ['dev', ' room', false],
    ['dev', 'room ', false],
    ['dev', 'ro\u0000om', false],
    ['dev', 'ro\nom', false],
    ['dev', 'x'.repeat(129), false],
    ['dev', 'x'.repeat(128), true],
    ['dev', '会议室 1', true],
    ['dev', 'Ünïcode', true],
    ['x'.repeat(65), 'room', false],
  ];
  it.each(rooms)('tenant %j, room %j: legal = %j', (tenant, room, ok) => {
    const key = roomKeyOf(tenant, room);
    expect(key !== undefined).toBe(ok);
    if (key !== undefined) expect(partsOf(key)).toEqual({ tenant, room });
  });

  it('a key that is none has no parts', () => {
    for (const key of ['', '/', 'dev', 'dev/', '/room', 'dev/a/b']) expect(partsOf(key)).toBeUndefined();
  });

  it('parsers say no to foreign shapes', () => {
    for (const bad of ['', 'TR_', 'TR_short', 'PA_AAAAAAAAAAAAAAAA', `TR_${'a'.repeat(33)}`, 'TR_abc!abcabcabc'])
      expect(isTrackId(bad)).toBe(false);
    for (const bad of ['', 'PA_x', 'TR_AAAAAAAAAAAAAAAA']) expect(isSessionId(bad)).toBe(false);
    for (const bad of ['', 'a b', 'ü', 'x'.repeat(65)]) expect(isNodeId(bad)).toBe(false);
    expect(isIdentity('\u2028')).toBe(false);
  });

  it('makes ids its own parsers accept', () => {
    const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i * 17);
    expect(isTrackId(newId('TR_', bytes))).toBe(true);
    expect(isSessionId(newId('PA_', bytes))).toBe(true);
    expect(producerIdOf('TR_a', 'sfu-1', 3)).toBe('TR_a@sfu-1#3');
  });
});
