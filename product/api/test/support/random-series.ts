// Random recurring meetings, mostly near clock changes, for vectors and for the comparison with other programs.
import type { Rng } from '@meridian/runtime';
import { plusDays } from '../../src/meetings/core/local-time.ts';
import { type Meeting, usualSettings } from '../../src/meetings/core/meeting.ts';
import { type Override, occurrencesOf, type Series, startsOf } from '../../src/meetings/core/occurrences.ts';
import { utcText } from '../../src/meetings/core/recurrence.ts';

/**
 * Zones with and without summer time, in both hemispheres; some shift by half an hour, at midnight, or back in winter.
 */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/St_Johns',
  'America/Havana',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Africa/Cairo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
] as const;
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const COMPARED_MS = 3 * 366 * 86_400_000;
const COMPARED_MAX = 1100;

/** Returns the rng's next series whose first occurrence is its start. */
export function randomSeries(rng: Rng): Series {
  for (;;) {
    const timeZone = oneOf(rng, ZONES);
    const start = plusDays(`2026-01-01T${randomTime(rng)}`, rng.int(900));
    const days = rng.int(4) === 0 ? weekOfChanges(rng, start) : start;
    const rule = randomRule(rng);
    const open = { localStart: days, timeZone, recurrence: rule };
    // The start is the first occurrence: RFC 5545 leaves the meaning of any other start open.
    const localStart = firstOf(open);
    if (localStart === undefined) continue;
    const bare: Series = {
      localStart,
      timeZone,
      durationMinutes: 5 * (1 + rng.int(48)),
      recurrence: `${rule}${randomEnd(rng, localStart)}`,
      exceptions: [],
      overrides: [],
    };
    return withChanges(rng, bare);
  }
}

export const meetingOf = (series: Series): Meeting => ({
  ...series,
  id: 'mt_1',
  tenant: 'acme',
  number: '100000000',
  room: 'mt_1',
  title: 'Weekly',
  description: '',
  bookedBy: '',
  leadersBookedBy: '',
  hosts: [],
  cohosts: [],
  invitees: [],
  settings: usualSettings,
  passwordHash: '',
  status: 'scheduled',
  version: 1,
  sequence: 0,
  createdMs: 0,
  updatedMs: 0,
});

export function comparedTimes(series: Series): [startsMs: number, endsMs: number][] {
  const fromMs = Date.parse(`${series.localStart}Z`) - 2 * 86_400_000;
  return occurrencesOf(series, fromMs, fromMs + COMPARED_MS, COMPARED_MAX)
    .map(({ startsMs, endsMs }): [number, number] => [startsMs, endsMs])
    .sort(([a], [b]) => a - b);
}

function firstOf(open: Pick<Series, 'localStart' | 'timeZone' | 'recurrence'>): string | undefined {
  const fromMs = Date.parse(`${open.localStart}Z`) - 86_400_000;
  return startsOf(open, fromMs, fromMs + COMPARED_MS)[0];
}

/** Most of the world changes its clocks in these weeks. */
function weekOfChanges(rng: Rng, start: string): string {
  const day = oneOf(rng, ['03-07', '03-28', '10-24', '10-31', '04-03', '09-25', '09-05', '04-23'] as const);
  return plusDays(`${start.slice(0, 4)}-${day}T${start.slice(11)}`, -rng.int(30));
}

function randomTime(rng: Rng): string {
  const hour = rng.int(2) === 0 ? rng.int(4) : rng.int(24);
  const minute = oneOf(rng, [0, 0, 30, 15, 45, 5] as const);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`;
}

function randomRule(rng: Rng): string {
  const interval = rng.int(3) === 0 ? `;INTERVAL=${2 + rng.int(4)}` : '';
  const month = rng.int(5) === 0 ? `;BYMONTH=${randomList(rng, numbers(12), 4)}` : '';
  const days = `;BYDAY=${randomList(rng, DAYS, 4)}`;
  const placed = `;BYDAY=${oneOf(rng, ['1', '2', '3', '4', '5', '-1', '-2'] as const)}${oneOf(rng, DAYS)}`;
  const monthDays = `;BYMONTHDAY=${randomList(rng, [...numbers(31), -1, -2, -3], 3)}`;
  const position = `;BYSETPOS=${oneOf(rng, [1, 2, -1, -2, '1,-1'] as const)}`;
  const daily = [`FREQ=DAILY${interval}${month}`, `FREQ=DAILY${interval}${days}`];
  const week = rng.int(3) === 0 ? ';WKST=SU' : '';
  const weekly = [
    `FREQ=WEEKLY${interval}`,
    `FREQ=WEEKLY${interval}${days}${week}`,
    `FREQ=WEEKLY${interval}${month}${days}${week}`,
  ];
  const monthly = [
    `FREQ=MONTHLY${interval}${month}`,
    `FREQ=MONTHLY${interval}${month}${placed}`,
    `FREQ=MONTHLY${interval}${monthDays}`,
    `FREQ=MONTHLY${interval}${days}${position}`,
    `FREQ=MONTHLY${interval}${monthDays}${days}`,
    `FREQ=MONTHLY${interval}${days}`,
  ];
  const yearly = [
    `FREQ=YEARLY`,
    `FREQ=YEARLY;BYMONTH=${randomList(rng, numbers(12), 3)}`,
    `FREQ=YEARLY;BYMONTH=${1 + rng.int(12)}${placed}`,
    `FREQ=YEARLY;BYMONTH=${randomList(rng, numbers(12), 3)}${monthDays}`,
    `FREQ=YEARLY;BYMONTH=${1 + rng.int(12)}${days}${position}`,
    `FREQ=YEARLY;BYDAY=${1 + rng.int(50)}${oneOf(rng, DAYS)}`,
  ];
  return oneOf(rng, [daily, weekly, weekly, monthly, monthly, yearly][rng.int(6)] ?? weekly);
}

function randomEnd(rng: Rng, localStart: string): string {
  const kind = rng.int(3);
  if (kind === 0) return `;COUNT=${1 + rng.int(120)}`;
  const last = plusDays(localStart, rng.int(800));
  return kind === 1 ? `;UNTIL=${utcText(Date.parse(`${last}Z`) + (rng.int(25) - 12) * 3_600_000)}` : '';
}

function withChanges(rng: Rng, series: Series): Series {
  if (rng.int(2) === 0) return series;
  const fromMs = Date.parse(`${series.localStart}Z`) - 2 * 86_400_000;
  const firstOccurrences = occurrencesOf(series, fromMs, fromMs + COMPARED_MS / 2, 60);
  const exceptions: string[] = [];
  const overrides: Override[] = [];
  for (const { originalStart } of firstOccurrences.slice(1)) {
    const kind = rng.int(10);
    if (kind === 0) exceptions.push(originalStart);
    if (kind === 1)
      overrides.push({
        originalStart,
        localStart: `${plusDays(originalStart, rng.int(5) - 2).slice(0, 10)}T${randomTime(rng)}`,
        durationMinutes: 5 * (1 + rng.int(20)),
      });
  }
  return { ...series, exceptions, overrides };
}

const numbers = (most: number): number[] => Array.from({ length: most }, (_, at) => at + 1);

function oneOf<T>(rng: Rng, values: readonly T[]): T {
  const value = values[rng.int(values.length)];
  if (value === undefined) throw new Error('an empty list');
  return value;
}

function randomList<T>(rng: Rng, values: readonly T[], most: number): string {
  const chosen = Array.from({ length: 1 + rng.int(most) }, () => oneOf(rng, values));
  return [...new Set(chosen)].join(',');
}
