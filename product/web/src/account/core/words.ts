import { dayOf, placeInMonth, plusDays, weekDayOf, weekDays } from '../../core/local-time.ts';
import { timeRange as rangeOf, timeFormat, type UserLocale } from '../../core/time-formats.ts';
import type { Say } from './messages/texts.ts';
import type { Repeat } from './repeat.ts';

/** Formats a span between two API times, such as 09:00 – 09:30. */
export const timeRange = (startsAt: string, endsAt: string, reader: UserLocale): string =>
  rangeOf({ startsMs: Date.parse(startsAt), endsMs: Date.parse(endsAt) }, reader);

export function whenText(
  startsAt: string,
  endsAt: string,
  nowMs: number,
  { say, ...reader }: UserLocale & { say: Say },
): string {
  const day = dayTitle(dayOf(Date.parse(startsAt), reader.timeZone), nowMs, reader);
  return say('list.when', { day, time: timeRange(startsAt, endsAt, reader) });
}

/** Formats Monday 23 November; adds the year if it is another. */
export function dayTitle(day: string, nowMs: number, { locale, timeZone }: UserLocale): string {
  const isThisYear = day.slice(0, 4) === dayOf(nowMs, timeZone).slice(0, 4);
  const format = timeFormat(isThisYear ? 'longDay' : 'longDate', { locale, timeZone: 'UTC' });
  return format(Date.parse(`${day}T00:00:00Z`));
}

export function nearDay(
  day: string,
  nowMs: number,
  { timeZone }: Pick<UserLocale, 'timeZone'>,
): 'list.today' | 'list.tomorrow' | undefined {
  const today = dayOf(nowMs, timeZone);
  return day === today ? 'list.today' : day === plusDays(today, 1) ? 'list.tomorrow' : undefined;
}

export function durationText(minutes: number, say: Say): string {
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return say('form.minutes', { count: minutes });
  if (minutes % 60 === 0) return say('form.hours', { count: hours });
  return say('form.hoursMinutes', { hours, minutes: minutes % 60 });
}

/** Returns Mon, 周一 …, in the order of `weekDays`. */
export function weekDayNames(locale: string, form: 'weekday' | 'longWeekday' | 'narrowWeekday'): readonly string[] {
  const format = timeFormat(form, { locale, timeZone: 'UTC' });
  const MONDAY_MS = Date.UTC(2024, 0, 1);
  return weekDays.map((_, at) => format(MONDAY_MS + at * 86_400_000));
}

export function kindText(
  kind: Repeat['kind'],
  { day, rule }: { day: string; rule: string },
  o: { say: Say; locale: string },
): string {
  const { say, locale } = o;
  if (kind === 'other') return say('form.repeat.other', { rule });
  if (kind === 'monthDay') return say('form.repeat.monthDay', { day: Number(day.slice(8, 10)) });
  return say(`form.repeat.${kind}`, kind === 'monthWeekDay' ? placeWords(day, { say, locale }) : {});
}

/** Returns the words for a weekday's position in its month: the last Monday. */
function placeWords(day: string, { say, locale }: { say: Say; locale: string }): { nth: string; weekday: string } {
  const { nth, isLast } = placeInMonth(day);
  const place = isLast ? 'form.nthLast' : (`form.nth${Math.min(nth, 4) as 1 | 2 | 3 | 4}` as const);
  return { nth: say(place), weekday: weekDayNames(locale, 'longWeekday')[weekDays.indexOf(weekDayOf(day))] ?? '' };
}

/** Describes a series beside an occurrence: "Every Monday and Wednesday". `day`: date of an occurrence. */
export function ruleText(repeat: Repeat, day: string, o: { say: Say; locale: string }): string {
  const { say, locale } = o;
  const { kind, every } = repeat;
  if (kind === 'none' || kind === 'other') return say('list.recurring');
  if (kind === 'daily' && every > 1) return say('rule.days', { count: every });
  if (kind === 'weekly') {
    const on = weekDays.flatMap((one, at) => (repeat.days.includes(one) ? [at] : []));
    // The short Chinese names (周一) are also the usual ones.
    const names = weekDayNames(locale, on.length > 2 || locale.startsWith('zh') ? 'weekday' : 'longWeekday');
    const days = new Intl.ListFormat(locale).format(on.map((at) => names[at] ?? ''));
    return every === 1 ? say('rule.week', { days }) : say('rule.weeks', { count: every, days });
  }
  if (kind === 'monthDay' && every > 1) return say('rule.monthDay', { count: every, day: Number(day.slice(8, 10)) });
  if (kind === 'monthWeekDay' && every > 1)
    return say('rule.monthWeekDay', { count: every, ...placeWords(day, { say, locale }) });
  return kindText(kind, { day, rule: repeat.rule }, o);
}
