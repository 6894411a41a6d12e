// Converts between the form's repetition and RFC 5545 rules.
import {
  dayOf,
  isDay,
  placeInMonth,
  plusDays,
  plusMonths,
  type WeekDay,
  weekDayOf,
  weekDays,
} from '../../core/local-time.ts';

export const repeatKinds = ['none', 'daily', 'weekdays', 'weekly', 'monthDay', 'monthWeekDay'] as const;
export type RepeatKind = (typeof repeatKinds)[number] | 'other';

export interface Repeat {
  readonly kind: RepeatKind;
  /** Weekdays of a `weekly` repetition; always includes that of the start. */
  readonly days: readonly WeekDay[];
  readonly every: number;
  readonly end: RepeatEnd;
  /** Rule of the kind `other`, which this form cannot express and keeps unchanged; '' for other kinds. */
  readonly rule: string;
}
export type RepeatEnd =
  | { readonly kind: 'never' }
  | { readonly kind: 'until'; readonly day: string }
  | { readonly kind: 'count'; readonly count: number };

export const noRepeat: Repeat = { kind: 'none', days: [], every: 1, end: { kind: 'never' }, rule: '' };
export const EVERY_MAX = 99;
export const COUNT_MAX = 1000;

const WORKING: readonly WeekDay[] = ['MO', 'TU', 'WE', 'TH', 'FR'];

/** Returns the rule for a first occurrence on `day` (2026-11-23); '' without repetition. */
export function ruleOf(repeat: Repeat, day: string): string {
  const { kind, every, end } = repeat;
  if (kind === 'none') return '';
  if (kind === 'other') return repeat.rule;
  return [...frequencyOf(repeat, day), ...(every === 1 ? [] : [`INTERVAL=${every}`]), ...endOf(end)].join(';');
}

function frequencyOf({ kind, days }: Repeat, day: string): string[] {
  const start = weekDayOf(day);
  if (kind === 'daily') return ['FREQ=DAILY'];
  if (kind === 'weekdays') return ['FREQ=WEEKLY', `BYDAY=${WORKING.join(',')}`];
  if (kind === 'weekly')
    return ['FREQ=WEEKLY', `BYDAY=${weekDays.filter((one) => one === start || days.includes(one)).join(',')}`];
  if (kind === 'monthDay') return ['FREQ=MONTHLY', `BYMONTHDAY=${Number(day.slice(8, 10))}`];
  const { nth, isLast } = placeInMonth(day);
  return ['FREQ=MONTHLY', `BYDAY=${isLast ? -1 : nth}${start}`];
}

function endOf(end: RepeatEnd): string[] {
  if (end.kind === 'until') return [`UNTIL=${end.day.replaceAll('-', '')}`];
  return end.kind === 'count' ? [`COUNT=${end.count}`] : [];
}

/** Parses a rule with its first occurrence on `day`, in a zone. */
export function repeatOf(rule: string, day: string, timeZone: string): Repeat {
  if (rule === '') return noRepeat;
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const repeat = readKind(parts, day);
  const end = readEnd(parts, timeZone);
  const every = Number(parts.get('INTERVAL') ?? 1);
  const supportedParts = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY', 'WKST'];
  const isExpressible = [...parts.keys()].every((name) => supportedParts.includes(name)) && every <= EVERY_MAX;
  // The start of the week (WKST) decides which weeks an interval of several weeks selects.
  const isWeekPlain = (parts.get('WKST') ?? 'MO') === 'MO' || every === 1;
  if (repeat === undefined || end === undefined || !isExpressible || !isWeekPlain)
    return { ...noRepeat, kind: 'other', rule };
  const isWorking = repeat.kind === 'weekdays' && every !== 1;
  return isWorking
    ? { ...noRepeat, kind: 'weekly', days: WORKING, every, end }
    : { ...noRepeat, ...repeat, every, end };
}

function readKind(parts: ReadonlyMap<string, string>, day: string): Pick<Repeat, 'kind' | 'days'> | undefined {
  const days = parts.get('BYDAY')?.split(',') ?? [];
  const monthDay = parts.get('BYMONTHDAY');
  const frequency = parts.get('FREQ');
  if (frequency === 'DAILY')
    return days.length === 0 && monthDay === undefined ? { kind: 'daily', days: [] } : undefined;
  if (frequency === 'WEEKLY') {
    if (!days.every(isWeekDay) || monthDay !== undefined) return undefined;
    const isWorking = days.length === WORKING.length && WORKING.every((one) => days.includes(one));
    return isWorking
      ? { kind: 'weekdays', days: [] }
      : { kind: 'weekly', days: days.length === 0 ? [weekDayOf(day)] : days };
  }
  if (frequency !== 'MONTHLY') return undefined;
  if (days.length === 0 && Number(monthDay ?? day.slice(8, 10)) === Number(day.slice(8, 10)))
    return { kind: 'monthDay', days: [] };
  const { nth, isLast } = placeInMonth(day);
  const expressibleDays = [
    `${nth}${weekDayOf(day)}`,
    `+${nth}${weekDayOf(day)}`,
    ...(isLast ? [`-1${weekDayOf(day)}`] : []),
  ];
  // A rule for the fourth weekday of a month where that is also the last one: the form would write it as the last.
  if (monthDay !== undefined || days.length !== 1 || (isLast && days[0] !== `-1${weekDayOf(day)}`)) return undefined;
  return expressibleDays.includes(days[0] ?? '') ? { kind: 'monthWeekDay', days: [] } : undefined;
}

const isWeekDay = (text: string): text is WeekDay => weekDays.some((one) => one === text);

function readEnd(parts: ReadonlyMap<string, string>, timeZone: string): RepeatEnd | undefined {
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')];
  if (count !== undefined) return { kind: 'count', count: Number(count) };
  if (until === undefined) return { kind: 'never' };
  const [, year, month, date, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(until) ?? [];
  if (year === undefined) return undefined;
  const day = `${year}-${month}-${date}`;
  if (hour === undefined) return { kind: 'until', day };
  return { kind: 'until', day: dayOf(Date.parse(`${day}T${hour}:${minute}:${second}Z`), timeZone) };
}

/** Default end: three months after the first occurrence, since a series without end is rarely meant. */
export const usualEnd = (day: string): RepeatEnd => ({ kind: 'until', day: plusMonths(day, 3) });

/** Changes the kind. A meeting that took place once gets the default end. */
export function withKind(repeat: Repeat, kind: RepeatKind, day: string): Repeat {
  const begins = repeat.kind === 'none' && kind !== 'none' && kind !== 'other' && isDay(day);
  return { ...repeat, kind, end: begins ? usualEnd(day) : repeat.end };
}

/** Moves the first occurrence: the start's day becomes a day of a weekly rule; a default end moves along. */
export function movedTo(repeat: Repeat, oldDay: string, day: string): Repeat {
  if (!isDay(oldDay) || !isDay(day)) return repeat; // incomplete input
  const days = weekDays.filter((one) => one !== weekDayOf(oldDay) && repeat.days.includes(one));
  const { end } = repeat;
  const isUsual = end.kind === 'until' && end.day === plusMonths(oldDay, 3);
  return { ...repeat, days, end: isUsual ? usualEnd(day) : end };
}

export const isEndless = (rule: string): boolean => rule !== '' && !/(^|;)(COUNT|UNTIL)=/.test(rule);

export function endedBefore(rule: string, day: string): string {
  const rest = rule.split(';').filter((part) => !/^(COUNT|UNTIL)=/.test(part));
  return [...rest, `UNTIL=${plusDays(day, -1).replaceAll('-', '')}`].join(';');
}

export function repeatProblem(
  repeat: Repeat,
  day: string,
): 'form.weekendStart' | 'form.everyWrong' | 'form.untilWrong' | 'form.countWrong' | undefined {
  const { kind, every, end } = repeat;
  if (kind === 'none' || kind === 'other') return undefined;
  if (kind === 'weekdays' && !WORKING.includes(weekDayOf(day))) return 'form.weekendStart';
  if (!Number.isInteger(every) || every < 1 || every > EVERY_MAX) return 'form.everyWrong';
  if (end.kind === 'until' && (!isDay(end.day) || end.day < day)) return 'form.untilWrong';
  if (end.kind === 'count' && !(Number.isInteger(end.count) && end.count >= 1 && end.count <= COUNT_MAX))
    return 'form.countWrong';
  return undefined;
}
