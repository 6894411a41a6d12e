import { describe, expect, it } from 'vitest';
import { conflicting } from '../../../src/me/core/conflicts.ts';
import { claimsOf, tokenEndMs } from '../../../src/me/core/token.ts';
import { usualSettings } from '../../../src/meetings/core/meeting.ts';

describe('conflicts', () => {
  const at = (meeting: string, startsMs: number, endsMs: number) => ({ meeting, startsMs, endsMs });
  it.each([
    ['no meeting', [], []],
    ['one meeting', [at('a', 0, 10)], []],
    ['adjacent meetings', [at('a', 0, 10), at('b', 10, 20)], []],
    ['overlapping meetings', [at('a', 0, 10), at('b', 9, 20)], [0, 1]],
    ['the same meeting twice', [at('a', 0, 10), at('a', 5, 15)], []],
    ['one meeting that overlaps several', [at('a', 0, 100), at('b', 10, 20), at('c', 20, 30)], [0, 1, 2]],
    [
      'a short meeting before two that overlap',
      [at('a', 0, 100), at('b', 1, 2), at('c', 99, 120), at('d', 100, 110)],
      [0, 1, 2, 3],
    ],
    ['a meeting far from others', [at('a', 0, 5), at('b', 6, 9), at('c', 8, 9)], [1, 2]],
  ])('are right for: %s', (_, list, expected) => {
    const found = conflicting(list);
    expect(list.flatMap((one, index) => (found.has(one) ? [index] : []))).toEqual(expected);
  });
});

describe('the token for a meeting', () => {
  const HOUR_MS = 3_600_000;
  it.each([
    ['an hour after the end', { endsMs: 2 * HOUR_MS }, 3 * HOUR_MS],
    ['an hour from now if the meeting is over', { endsMs: -HOUR_MS }, HOUR_MS],
    ['an hour from now if the meeting never takes place', undefined, HOUR_MS],
    ['within 25 hours, however far ahead the meeting is', { endsMs: 1000 * HOUR_MS }, 25 * HOUR_MS],
  ])('ends %s', (_, occurrence, expected) => {
    expect(tokenEndMs(occurrence, 0)).toBe(expected);
  });
  it('names its user, with whom it can be revoked, and leaves the role to the room', () => {
    const me = { id: 'ann', name: 'Ann' };
    const meeting = { room: 'mt_1', settings: usualSettings, hosts: ['ann'], cohosts: [], invitees: [] };
    expect(claimsOf(meeting, me)).toEqual({
      sub: 'ann',
      name: 'Ann',
      via: 'user:ann',
      video: { room: 'mt_1', roomJoin: true },
    });
    const fenced = { ...usualSettings, regions: ['eu'] };
    expect(claimsOf({ ...meeting, settings: fenced }, me)).toMatchObject({ video: { regions: ['eu'] } });
    const show = { ...meeting, settings: { ...usualSettings, kind: 'show' as const } };
    expect([claimsOf(show, me), claimsOf(show, { id: 'bob', name: 'Bob' })]).toEqual([
      claimsOf(meeting, me),
      expect.objectContaining({ video: { room: 'mt_1', roomJoin: true, canPublish: false } }),
    ]);
    const waiting = { ...meeting, settings: { ...usualSettings, waitingRoom: true } };
    expect([claimsOf(waiting, me), claimsOf(waiting, { id: 'bob', name: 'Bob' })]).toMatchObject([
      expect.not.objectContaining({ needsPolicy: true }),
      { needsPolicy: true },
    ]);
  });
});
