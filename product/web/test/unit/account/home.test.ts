import { describe, expect, it } from 'vitest';
import { nextDays } from '../../../src/account/core/days.ts';
import { type JoinOffer, joinTarget } from '../../../src/account/core/join-target.ts';
import { occurrenceAt } from './meetings.ts';

const origin = 'https://meet.example.org';
const production: JoinOffer = { origin, hasNumbers: true, hasRooms: false };
const development: JoinOffer = { origin, hasNumbers: true, hasRooms: true };
const alone: JoinOffer = { origin, hasNumbers: false, hasRooms: true };

describe('the field of the home page', () => {
  it.each([
    ['', { error: 'home.joinMissing' }],
    ['  ', { error: 'home.joinMissing' }],
    ['12345678', { error: 'home.joinNumberWrong' }],
    ['012345678', { error: 'home.joinNumberWrong' }],
    ['design', { error: 'home.joinUnknown' }],
    ['javascript:alert(1)', { error: 'home.joinUnknown' }],
    ['//evil.example/m/123456789', { error: 'home.joinUnknown' }],
    ['https://evil.example/m/123456789', { error: 'home.joinElsewhere' }],
    ['http://meet.example.org/m/123456789', { error: 'home.joinElsewhere' }],
    [`${origin}.evil.example/m/123456789`, { error: 'home.joinElsewhere' }],
    [`${origin}/admin/users`, { error: 'home.joinNoMeeting' }],
    [`${origin}/`, { error: 'home.joinNoMeeting' }],
    [`${origin}/?room=`, { error: 'home.joinNoMeeting' }],
    ['123456789', { href: '/m/123456789' }],
    [' 123 456-789 ', { href: '/m/123456789' }],
    [`${origin}/m/123456789`, { href: '/m/123456789' }],
    ['Meet.example.org/j/AbC', { href: '/j/AbC' }],
    [`${origin}/j/AbC?lang=zh`, { href: '/j/AbC?lang=zh' }],
    [`${origin}/meetings/mt_1/join`, { href: '/meetings/mt_1/join' }],
    [`${origin}/?room=a%20b&show=1`, { href: '/?room=a%20b&show=1' }],
    [`${origin}/#token=a.b.c`, { href: '/#token=a.b.c' }],
    [`${origin}/play/stage`, { href: '/play/stage' }],
  ])('%j', (typed, expected) => {
    expect(joinTarget(typed, production)).toEqual(expected);
  });

  it('takes the name of a room only where visitors may enter any', () => {
    expect(joinTarget('design review', development)).toEqual({ href: '/?room=design+review' });
    expect(joinTarget('123456789', development)).toEqual({ href: '/m/123456789' });
    expect(joinTarget('123456789', alone)).toEqual({ href: '/?room=123456789' });
    expect(joinTarget('a/b', alone)).toEqual({ error: 'home.joinUnknown' });
  });
});

it('the home page lists what runs or comes today and tomorrow, and not what was declined', () => {
  const nowMs = Date.parse('2026-11-23T10:00:00Z');
  const starts = ['22T09:00', '23T09:45', '23T15:00', '24T09:00', '25T09:00'].map((one) => `2026-11-${one}:00Z`);
  const list = starts.map((startsAt) => occurrenceAt(startsAt));
  const shown = nextDays(list, nowMs, 'UTC').map(({ startsAt }) => startsAt);
  expect(shown).toEqual(starts.slice(1, 4));
  const declined = list.map((one) => ({ ...one, answer: 'declined' as const }));
  expect(nextDays(declined, nowMs, 'UTC')).toEqual([]);
});
