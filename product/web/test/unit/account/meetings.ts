// A sample meeting and its occurrences, as in the API.
import type { Meeting, MyOccurrence } from '../../../src/account/core/model.ts';

export const meetingWith = (change: Partial<Meeting>): Meeting => ({
  id: 'mt_1',
  number: '100000000',
  room: 'mt_1',
  status: 'scheduled',
  title: 'Weekly',
  description: '',
  localStart: '2026-11-02T09:00:00',
  startsAt: '2026-11-02T08:00:00Z',
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO',
  exceptions: [],
  overrides: [],
  hosts: [],
  cohosts: [],
  invitees: [],
  settings: settingsWith({}),
  hasPassword: false,
  version: 3,
  sequence: 0,
  createdAt: '2026-10-01T08:00:00Z',
  updatedAt: '2026-10-01T08:00:00Z',
  ...change,
});

export const settingsWith = (change: Partial<Meeting['settings']>): Meeting['settings'] => ({
  waitingRoom: false,
  joinBeforeHost: true,
  capacity: 0,
  muteOnEntry: false,
  hardEnd: false,
  record: 'off',
  kind: 'meeting',
  regions: [],
  ...change,
});

export const occurrenceAt = (startsAt: string, change: Partial<MyOccurrence> = {}): MyOccurrence => ({
  meetingId: 'mt_1',
  number: '100000000',
  room: 'mt_1',
  title: 'Weekly',
  originalStart: startsAt.slice(0, 19),
  startsAt,
  endsAt: new Date(Date.parse(startsAt) + 1_800_000).toISOString(),
  part: 'host',
  isRecurring: false,
  recurrence: '',
  timeZone: 'Europe/Berlin',
  mayChange: true,
  hasConflict: false,
  ...change,
});
