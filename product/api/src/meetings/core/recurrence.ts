// The supported part of RFC 5545 (RRULE).
import { Temporal } from 'temporal-polyfill';
import { instantOf } from './local-time.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

export interface Recurrence {
  readonly frequency: Frequency;
  readonly interval: number;
  /** `MO`; for months and years also `2MO`, `-1FR`. */
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
/** The library lists as many per call, so that any rule with COUNT is read quickly. */
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

/** Reads UNTIL in UTC, or as a date: the end of that day in the zone. */
export function readRecurrence(text: string, timeZone: string): Recurrence | { readonly refused: string } {
  try {
    return read(text, timeZone);
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}

export const isRefused = (rule: Recurrence | { readonly refused: string }): rule is { readonly refused: string } =>
  'refused' in rule;

/** Normalises the rule. */
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

/** Uses iCalendar's form: 20261123T090000Z. */
export const utcText = (wallMs: number): string =>
  `${Temporal.Instant.fromEpochMilliseconds(wallMs).toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')}`;

class Refused extends Error {}

function read(text: string, timeZone: string): Recurrence {
  if (text.length > TEXT_MAX) throw new Refused(`longer than ${TEXT_MAX} characters`);
  const parts = partsOf(text.toUpperCase());
  const frequency = parts.get('FREQ');
  if (frequency === undefined || !FREQUENCIES.includes(frequency))
    throw new Refused(`FREQ is one of ${FREQUENCIES.join(', ')}`);
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  if (count !== undefined && until !== undefined) throw new Refused('COUNT and UNTIL exclude each other');
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
  if (frequency === 'WEEKLY' && byMonthDay.length > 0) throw new Refused('BYMONTHDAY says nothing of weeks');
  if (byMonth.some((month) => month < 1)) throw new Refused('BYMONTH is 1 to 12');
  if (bySetPos.length > 0 && byDay.length + byMonthDay.length + byMonth.length === 0)
    throw new Refused('BYSETPOS chooses among what BYDAY, BYMONTHDAY or BYMONTH name');
  if (!/^(MO|TU|WE|TH|FR|SA|SU)$/.test(weekStart)) throw new Refused('WKST is a day of the week');
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name = '', value = '', ...more] = part.split('=');
    if (more.length > 0 || value === '') throw new Refused('it is made of NAME=VALUE with semicolons between');
    if (!PARTS.includes(name))
      throw new Refused(`meetings have no ${name.slice(0, 20)}: they have ${PARTS.join(', ')}`);
    if (parts.has(name)) throw new Refused(`${name} is there twice`);
    parts.set(name, value);
  }
  return parts;
}

function listOf(name: string, parts: ReadonlyMap<string, string>): string[] {
  const list = parts.get(name)?.split(',') ?? [];
  if (list.length > LIST_MAX) throw new Refused(`${name} has more than ${LIST_MAX} values`);
  return list;
}

/** Reads distinct numbers, positive and negative, up to `most`. */
function numbersOf(name: string, parts: ReadonlyMap<string, string>, most: number): number[] {
  const numbers = listOf(name, parts).map((text) => numberOf(name, text, -most, most));
  if (numbers.includes(0)) throw new Refused(`${name} counts from 1, or from -1 backwards`);
  return [...new Set(numbers)];
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!NUMBER.test(text) || value < least || value > most)
    throw new Refused(`${name} is a whole number from ${least} to ${most}`);
  return value;
}

function dayOf(text: string, frequency: string): string {
  const [, place, day] = DAY.exec(text) ?? [];
  if (day === undefined) throw new Refused('BYDAY is made of MO TU WE TH FR SA SU');
  if (place === undefined) return day;
  const most = frequency === 'MONTHLY' ? 5 : 53;
  if (frequency !== 'MONTHLY' && frequency !== 'YEARLY')
    throw new Refused('days have numbers in months and years only');
  return `${numberOf('the number of a day', place, -most, most) || refuseZero()}${day}`;
}

function refuseZero(): never {
  throw new Refused('days count from 1, or from -1 backwards');
}

function untilOf(text: string, timeZone: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(text) ?? [];
  if (year === undefined) throw new Refused('UNTIL is a date (20261231) or a time in UTC (20261231T090000Z)');
  if (Number(year) > UNTIL_YEAR_MAX) throw new Refused(`UNTIL ends by the year ${UNTIL_YEAR_MAX}`);
  const date = `${year}-${month}-${day}`;
  try {
    return hour === undefined
      ? instantOf(`${date}T23:59:59`, timeZone)
      : Temporal.Instant.from(`${date}T${hour}:${minute}:${second}Z`).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('UNTIL: there is no such time');
    throw error;
  }
}
