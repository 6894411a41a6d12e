// Parses and writes the supported part of RFC 5545 (RRULE).
import { Temporal } from 'temporal-polyfill';
import { instantOf } from './local-time.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

export interface Recurrence {
  readonly frequency: Frequency;
  readonly interval: number;
  /** Days such as `MO`; for months and years also `2MO`, `-1FR`. */
  readonly byDay: readonly string[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly bySetPos: readonly number[];
  readonly weekStart: string;
  readonly count: number | undefined;
  /** The last instant at which an occurrence may start. */
  readonly untilMs: number | undefined;
}

const TEXT_MAX = 500;
/** The library lists as many starts per call, so any rule with COUNT is read quickly. */
export const COUNT_MAX = 1000;
const INTERVAL_MAX = 400;
const LIST_MAX = 62;
const UNTIL_YEAR_MAX = 2200;

const FREQUENCIES: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const DAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;
const NUMBER = /^[+-]?\d{1,4}$/;
const PARTS: readonly string[] = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
];

/** Parses a rule. UNTIL is in UTC, or a date, which means the end of that day in the zone. */
export function readRecurrence(text: string, timeZone: string): Recurrence | { readonly refused: string } {
  try {
    return parseRule(text, timeZone);
  } catch (error) {
    if (error instanceof RecurrenceError) return { refused: error.message };
    throw error;
  }
}

export const isRefused = (rule: Recurrence | { readonly refused: string }): rule is { readonly refused: string } =>
  'refused' in rule;

/** Returns the rule in a normal form. */
export function recurrenceText(rule: Recurrence): string {
  const list = (name: string, values: readonly (string | number)[]): string[] =>
    values.length === 0 ? [] : [`${name}=${values.join(',')}`];
  return [
    `FREQ=${rule.frequency}`,
    ...(rule.interval === 1 ? [] : [`INTERVAL=${rule.interval}`]),
    ...list('BYMONTH', rule.byMonth),
    ...list('BYMONTHDAY', rule.byMonthDay),
    ...list('BYDAY', rule.byDay),
    ...list('BYSETPOS', rule.bySetPos),
    ...(rule.weekStart === 'MO' ? [] : [`WKST=${rule.weekStart}`]),
    ...(rule.count === undefined ? [] : [`COUNT=${rule.count}`]),
    ...(rule.untilMs === undefined ? [] : [`UNTIL=${utcText(rule.untilMs)}`]),
  ].join(';');
}

/** Returns a time in iCalendar's form: 20261123T090000Z. */
export const utcText = (wallMs: number): string =>
  `${Temporal.Instant.fromEpochMilliseconds(wallMs).toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}`;

class RecurrenceError extends Error {}

function parseRule(text: string, timeZone: string): Recurrence {
  if (text.length > TEXT_MAX) throw new RecurrenceError(`longer than ${TEXT_MAX} characters`);
  const parts = partsOf(text.toUpperCase());
  const frequency = parts.get('FREQ');
  if (frequency === undefined || !FREQUENCIES.includes(frequency))
    throw new RecurrenceError(`FREQ must be one of ${FREQUENCIES.join(', ')}`);
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  if (count !== undefined && until !== undefined) throw new RecurrenceError('COUNT and UNTIL exclude each other');
  const rule: Recurrence = {
    frequency: frequency as Frequency,
    interval: numberOf('INTERVAL', parts.get('INTERVAL') ?? '1', 1, INTERVAL_MAX),
    byDay: [...new Set(listOf('BYDAY', parts).map((day) => dayOf(day, frequency)))],
    byMonthDay: numbersOf('BYMONTHDAY', parts, 31),
    byMonth: numbersOf('BYMONTH', parts, 12),
    bySetPos: numbersOf('BYSETPOS', parts, 366),
    weekStart: parts.get('WKST') ?? 'MO',
    count: count === undefined ? undefined : numberOf('COUNT', count, 1, COUNT_MAX),
    untilMs: until === undefined ? undefined : untilOf(until, timeZone),
  };
  checkTogether(rule);
  return rule;
}

function checkTogether({ frequency, byDay, byMonthDay, byMonth, bySetPos, weekStart }: Recurrence): void {
  if (frequency === 'WEEKLY' && byMonthDay.length > 0)
    throw new RecurrenceError('BYMONTHDAY cannot be used with WEEKLY');
  if (byMonth.some((month) => month < 1)) throw new RecurrenceError('BYMONTH must be 1 to 12');
  if (bySetPos.length > 0 && byDay.length + byMonthDay.length + byMonth.length === 0)
    throw new RecurrenceError('BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH');
  if (!/^(MO|TU|WE|TH|FR|SA|SU)$/.test(weekStart)) throw new RecurrenceError('WKST must be a day of the week');
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    if (more.length > 0 || value === '')
      throw new RecurrenceError('the rule must consist of NAME=VALUE, separated by semicolons');
    if (!PARTS.includes(name))
      throw new RecurrenceError(`${name.slice(0, 20)} is not supported; supported are ${PARTS.join(', ')}`);
    if (parts.has(name)) throw new RecurrenceError(`${name} appears twice`);
    parts.set(name, value);
  }
  return parts;
}

function listOf(name: string, parts: ReadonlyMap<string, string>): string[] {
  const list = parts.get(name)?.split(',') ?? [];
  if (list.length > LIST_MAX) throw new RecurrenceError(`${name} has more than ${LIST_MAX} values`);
  return list;
}

/** Parses distinct numbers from -`most` to `most`, except 0. */
function numbersOf(name: string, parts: ReadonlyMap<string, string>, most: number): number[] {
  const numbers = listOf(name, parts).map((text) => numberOf(name, text, -most, most));
  if (numbers.includes(0)) throw new RecurrenceError(`${name} counts from 1, or from -1 backwards`);
  return [...new Set(numbers)];
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!NUMBER.test(text) || value < least || value > most)
    throw new RecurrenceError(`${name} must be a whole number from ${least} to ${most}`);
  return value;
}

function dayOf(text: string, frequency: string): string {
  const [, position, day] = DAY.exec(text) ?? [];
  if (day === undefined) throw new RecurrenceError('BYDAY must consist of MO TU WE TH FR SA SU');
  if (position === undefined) return day;
  const positionMax = frequency === 'MONTHLY' ? 5 : 53;
  if (frequency !== 'MONTHLY' && frequency !== 'YEARLY')
    throw new RecurrenceError('days may have numbers in months and years only');
  return `${numberOf('the number of a day', position, -positionMax, positionMax) || refuseZero()}${day}`;
}

function refuseZero(): never {
  throw new RecurrenceError('days count from 1, or from -1 backwards');
}

function untilOf(text: string, timeZone: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(text) ?? [];
  if (year === undefined)
    throw new RecurrenceError('UNTIL must be a date (20261231) or a time in UTC (20261231T090000Z)');
  if (Number(year) > UNTIL_YEAR_MAX) throw new RecurrenceError(`UNTIL must not be after the year ${UNTIL_YEAR_MAX}`);
  const date = `${year}-${month}-${day}`;
  try {
    return hour === undefined
      ? instantOf(`${date}T23:59:59`, timeZone)
      : Temporal.Instant.from(`${date}T${hour}:${minute}:${second}Z`).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) throw new RecurrenceError('UNTIL is not a valid time');
    throw error;
  }
}
