// VTIMEZONE (RFC 5545, 3.6.5) that lists each change of the offset as a date, since countries change their rules
// anyway.
import { Temporal } from 'temporal-polyfill';

/** Time span that a VTIMEZONE covers. */
const YEARS = 20;
/** Offsets change twice a year, and more often in a few zones that interrupt summer time for Ramadan. */
const CHANGES_MAX = 4 * YEARS;

interface Change {
  /** Local time of the change, in the offset before it. */
  readonly local: string;
  readonly from: string;
  readonly to: string;
  readonly isSummer: boolean;
}

/** Returns lines separated by CRLF. */
export function vtimezoneOf(timeZone: string, fromMs: number): string {
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  const first: Change = {
    local: basic(start.toPlainDateTime()),
    from: offsetText(start.offsetNanoseconds),
    to: offsetText(start.offsetNanoseconds),
    isSummer: false,
  };
  const groups = new Map<string, Change[]>();
  for (const change of changesAfter(start)) {
    const key = `${change.from} ${change.to}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${timeZone}`,
    ...[[first], ...groups.values()].flatMap(observance),
    'END:VTIMEZONE',
  ].join('\r\n');
}

function changesAfter(start: Temporal.ZonedDateTime): Change[] {
  const last = start.add({ years: YEARS });
  const changes: Change[] = [];
  let at = start;
  while (changes.length < CHANGES_MAX) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || Temporal.ZonedDateTime.compare(next, last) > 0) break;
    const before = next.subtract({ nanoseconds: 1 }).offsetNanoseconds;
    changes.push({
      local: basic(next.toInstant().toZonedDateTimeISO(offsetText(before, ':')).toPlainDateTime()),
      from: offsetText(before),
      to: offsetText(next.offsetNanoseconds),
      isSummer: next.offsetNanoseconds > before,
    });
    at = next;
  }
  return changes;
}

function observance(changes: readonly Change[]): string[] {
  const [first, ...otherChanges] = changes;
  if (first === undefined) return [];
  const kind = first.isSummer ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${first.local}`,
    `TZOFFSETFROM:${first.from}`,
    `TZOFFSETTO:${first.to}`,
    // The first date is repeated, because some programs (ical.js) ignore DTSTART if RDATE is present.
    ...(otherChanges.length === 0 ? [] : changes.map(({ local }) => `RDATE:${local}`)),
    `END:${kind}`,
  ];
}

const basic = (time: Temporal.PlainDateTime): string =>
  time.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');

function offsetText(nanoseconds: number, between = ''): string {
  const minutes = Math.abs(nanoseconds) / 60e9;
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${nanoseconds < 0 ? '-' : '+'}${part(minutes / 60)}${between}${part(minutes % 60)}`;
}
