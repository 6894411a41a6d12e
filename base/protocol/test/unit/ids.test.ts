import { describe, expect, it } from 'vitest';
import {
  checkRoomKeyOf,
  cleanDisplayName,
  identityFault,
  isBlank,
  isCheckNonce,
  isCheckRoom,
  isDisplayName,
  isIdentity,
  isNodeId,
  isRoomKey,
  isSessionId,
  isTrackId,
  newId,
  partsOfRoomKey,
  producerIdOf,
  roomKeyOf,
  roomNameFault,
} from '../../src/index.ts';
import { oddIdentities } from '../vectors/claim-rows.ts';

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
    if (key !== undefined) expect(partsOfRoomKey(key)).toEqual({ tenant, room });
  });

  it('an invalid key has no parts', () => {
    for (const key of ['', '/', 'dev', 'dev/', '/room', 'dev/a/b']) expect(partsOfRoomKey(key)).toBeUndefined();
  });

  it('the room of a connection check has a key that no other room has, and no parts', () => {
    const opaque = 'aZ0_-'.repeat(9).slice(0, 43);
    const key = checkRoomKeyOf('dev', opaque) ?? '';
    expect([key, isCheckRoom(key), isRoomKey(key), partsOfRoomKey(key)]).toEqual([
      `dev/check/${opaque}`,
      true,
      true,
      undefined,
    ]);
    expect([isRoomKey('dev/check'), isCheckRoom('dev/check')]).toEqual([true, false]);
    for (const bad of [key.slice(0, -1), `${key}a`, key.replace('dev/', ''), key.replace('dev', 'd/v'), `${key}/x`, ''])
      expect([isCheckRoom(bad), isRoomKey(bad) && bad !== key.replace('dev/', '')]).toEqual([false, false]);
    expect([checkRoomKeyOf('d/v', opaque), checkRoomKeyOf('dev', 'short')]).toEqual([undefined, undefined]);
    expect(
      ['n'.repeat(22), 'n'.repeat(64), 'n'.repeat(21), 'n'.repeat(65), `${'n'.repeat(22)}/`].map(isCheckNonce),
    ).toEqual([true, true, false, false, false]);
  });

  it('parsers refuse foreign forms', () => {
    for (const bad of ['', 'TR_', 'TR_short', 'PA_AAAAAAAAAAAAAAAA', `TR_${'a'.repeat(33)}`, 'TR_abc!abcabcabc'])
      expect(isTrackId(bad)).toBe(false);
    for (const bad of ['', 'PA_x', 'TR_AAAAAAAAAAAAAAAA']) expect(isSessionId(bad)).toBe(false);
    for (const bad of ['', 'a b', 'ü', 'x'.repeat(65)]) expect(isNodeId(bad)).toBe(false);
  });

  it('an identity has no invisible characters but within a visible one, or a joiner between two', () => {
    // Zero width space, soft hyphen, no-break and ideographic space, Hangul filler, variation selector, a tag, a break.
    const unseen = ['\u200b', '\u00ad', '\u00a0', '\u3000', '\u3164', '\ufe0f', '\u{e0061}', '\n', '\u202e', '\u2066'];
    for (const one of unseen)
      for (const bad of [`vic${one}`, `${one}vic`, `v${one}ic`]) expect(isIdentity(bad)).toBe(false);
    for (const bad of ['', ' ann', 'ann ', 'x'.repeat(129), '\u200cvic', 'vic\u200d', 'v\u200c\u200dic', 'v \u200dic'])
      expect(isIdentity(bad)).toBe(false);
    for (const good of ['vic', 'v ic', '安娜', 'Ünïcode', '👩', 'x'.repeat(128), '👩'.repeat(128)])
      expect(isIdentity(good)).toBe(true);
  });

  it.each(oddIdentities)('an identity of another system is one here: %s', (_what, identity) => {
    expect([isIdentity(identity), isIdentity(`${identity} ${identity}`)]).toEqual([true, true]);
  });

  it('an identity of 60,000 characters is refused at once, whatever its characters', () => {
    for (const one of ['a', ' ', 'a ', 'a\u200d', '1\ufe0f', '\u{1f3f4}\u{e0061}'])
      expect(isIdentity(one.repeat(60_000))).toBe(false);
  });

  it('a display name is any text of 128 characters (code points) that does not affect the text around it', () => {
    const codes = [0, 9, 10, 0x1f, 0x7f, 0x9f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069];
    for (const code of codes) expect(isDisplayName(`a${String.fromCharCode(code)}b`)).toBe(false);
    expect(isDisplayName('x'.repeat(129))).toBe(false);
    for (const good of ['', ' ', 'x'.repeat(128), '👩'.repeat(128), '安娜', 'שרה/Sara', '👩‍💻', 'a\u2027b', 'a\u206ab'])
      expect(isDisplayName(good)).toBe(true);
  });

  it('a display name is cleaned: breaks become blanks, direction and control characters go, and the ends are trimmed', () => {
    const rows: [written: string, clean: string][] = [
      ['', ''],
      [' Ann\tB\r\nC\u2028D ', 'Ann B C D'],
      ['\u202eA\u0000n\u2066n\u200f\u061c', 'Ann'],
      ['\u202e \u2069', ''],
      ['👩\u200d🏫 می\u200cخواهم / c:d|e', '👩\u200d🏫 می\u200cخواهم / c:d|e'],
      ['A\ud83d', 'A'],
    ];
    for (const [written, clean] of rows) expect([written, cleanDisplayName(written)]).toEqual([written, clean]);
  });

  it('a fault of an identity or room is described without showing the text', () => {
    expect([identityFault('geheim\u202e'), identityFault('\u200dgeheim'), identityFault('x'.repeat(130))]).toEqual([
      'it contains U+202E',
      expect.stringContaining('joiner'),
      'it is a text of 130 characters',
    ]);
    expect([roomNameFault('geheim/x'), roomNameFault(' x'), roomNameFault('')]).toEqual([
      'it contains "/"',
      'it begins or ends with a blank',
      'it is empty',
    ]);
  });

  it('a text is blank when all of it is invisible', () => {
    const unseen = [
      '\u200b',
      '\u200d',
      '\u00ad',
      '\ufeff',
      '\u3164',
      '\u115f',
      '\u2800',
      '\ufe0f',
      '\u{e0041}',
      '\u3000',
    ];
    for (const one of ['', ' ', ...unseen, unseen.join('')]) {
      expect(isBlank(one)).toBe(true);
      expect(isBlank(` ${one}a`)).toBe(false);
    }
    for (const seen of ['.', '👩‍💻', '\u2801', '한', 'שרה']) expect(isBlank(seen)).toBe(false);
  });

  it('new ids are accepted by their parsers', () => {
    const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i * 17);
    expect(isTrackId(newId('TR_', bytes))).toBe(true);
    expect(isSessionId(newId('PA_', bytes))).toBe(true);
    expect(producerIdOf('TR_a', 'sfu-1', 3)).toBe('TR_a@sfu-1#3');
  });
});
