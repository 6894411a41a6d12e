// Rules are applied in local time, and each result is then converted with the zone: nine o'clock stays nine o'clock,
// and a time that clocks skip moves forward instead of disappearing.
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { instantOf, localOf, plusDays } from './local-time.ts';
import { isRefused, type Recurrence, readRecurrence } from './recurrence.ts';

export interface Series {
  readonly localStart: string;
  readonly timeZone: string;
  readonly durationMinutes: number;
  /** Recurrence rule; '' if the meeting takes place once. */
  readonly recurrence: string;
  readonly exceptions: readonly string[];
  readonly overrides: readonly Override[];
}

export interface Override {
  /** Local start by the rule, which identifies the occurrence within its series. */
  readonly originalStart: string;
  readonly localStart?: string;
  readonly durationMinutes?: number;
  readonly title?: string;
}

export interface Occurrence {
  readonly originalStart: string;
  readonly localStart: string;
  readonly startsMs: number;
  readonly endsMs: number;
  /** Title of the occurrence; absent if it is the meeting's. */
  readonly title?: string;
}

/** The largest difference of a zone from UTC, or from itself after a change (Samoa once skipped a day). */
const MARGIN_DAYS = 2;

/** Returns occurrences whose **original** start is in [fromMs, toMs). The caller must bound the window. */
export function occurrencesOf(series: Series, fromMs: number, toMs: number, most: number): Occurrence[] {
  const cancelledStarts = new Set(series.exceptions);
  const changed = new Map(series.overrides.map((override) => [override.originalStart, override]));
  const found: Occurrence[] = [];
  for (const originalStart of startsOf(series, fromMs, toMs)) {
    if (found.length >= most) break;
    if (!cancelledStarts.has(originalStart))
      found.push(occurrenceOf(series, originalStart, changed.get(originalStart)));
  }
  return found;
}

/** Returns undefined if the rule has no occurrence with this start, or if it was cancelled. */
export function occurrenceAt(series: Series, originalStart: string): Occurrence | undefined {
  if (series.exceptions.includes(originalStart) || !isStart(series, originalStart)) return undefined;
  const override = series.overrides.find((one) => one.originalStart === originalStart);
  return occurrenceOf(series, originalStart, override);
}

/** Returns whether the rule has this start, even of a cancelled occurrence. */
export function isStart(series: Pick<Series, 'localStart' | 'timeZone' | 'recurrence'>, local: string): boolean {
  const startsMs = instantOf(local, series.timeZone);
  return startsOf(series, startsMs, startsMs + 1).includes(local);
}

/** Returns undefined for an endless series. */
export function lastStartMs(series: Series): number | undefined {
  const rule = ruleOf(series);
  if (rule === undefined) return instantOf(series.localStart, series.timeZone);
  if (rule.count === undefined) return rule.untilMs;
  const last = countedStarts(series.localStart, rule, series.recurrence).at(-1);
  return last === undefined ? undefined : instantOf(last, series.timeZone);
}

/** Returns the number of starts before `beforeMs`. Only for rules with COUNT, which bounds the result. */
export function startsBefore(series: Series, beforeMs: number): number {
  return startsOf(series, instantOf(series.localStart, series.timeZone), beforeMs).length;
}

/** Returns original starts in [fromMs, toMs), which may span at most ten years unless the rule has COUNT. */
export function startsOf(
  { localStart, timeZone, recurrence }: Pick<Series, 'localStart' | 'timeZone' | 'recurrence'>,
  fromMs: number,
  toMs: number,
): string[] {
  const rule = ruleOf({ timeZone, recurrence });
  const endMs = Math.min(toMs, rule?.untilMs === undefined ? toMs : rule.untilMs + 1);
  const isInside = (local: string): boolean => {
    const startsMs = instantOf(local, timeZone);
    return startsMs >= fromMs && startsMs < endMs;
  };
  if (rule === undefined) return isInside(localStart) ? [localStart] : [];
  const first = plusDays(localOf(fromMs, timeZone), -MARGIN_DAYS);
  const last = plusDays(localOf(endMs, timeZone), MARGIN_DAYS);
  if (last < localStart) return [];
  const near =
    rule.count === undefined
      ? between(ruleIterator(localStart, rule), first, last)
      : countedStarts(localStart, rule, recurrence).filter((local) => local >= first && local <= last);
  return near.filter(isInside);
}

/** Starts of a rule with COUNT are computed for thirty years; a rule with more occurrences ends there. */
const COUNTED_DAYS = 30 * 366;
/** Days of the first query, since the library examines 10,000 days in a call. */
const FIRST_DAYS = 366;
const DAYS_AT_ONCE = 10 * 366;
/** Cached series; each takes at most 30 kB. */
const SERIES_KEPT = 200;
const countedBefore = new Map<string, readonly string[]>();

/** Caches the starts of the rule without COUNT, because the library would count from the first start at each call. */
function countedStarts(localStart: string, rule: Recurrence, recurrence: string): readonly string[] {
  const key = `${localStart} ${recurrence}`;
  const cachedStarts = countedBefore.get(key);
  if (cachedStarts !== undefined) return cachedStarts;
  const { count = 0 } = rule;
  const endless = ruleIterator(localStart, rule);
  const found: string[] = [];
  for (let day = 0, days = FIRST_DAYS; found.length < count && day < COUNTED_DAYS; day += days, days = DAYS_AT_ONCE) {
    const [from, to] = [plusDays(localStart, day), plusDays(localStart, Math.min(day + days, COUNTED_DAYS))];
    found.push(...between(endless, from, to).filter((local) => local < to));
  }
  const starts = found.slice(0, count);
  countedBefore.set(key, starts);
  const [oldest] = countedBefore.size > SERIES_KEPT ? countedBefore.keys() : [];
  if (oldest !== undefined) countedBefore.delete(oldest);
  return starts;
}

const between = (rule: RRuleTemporal<Temporal.ZonedDateTime>, first: string, last: string): string[] =>
  rule.between(floatingTime(first), floatingTime(last), true).map(textOf);

function ruleOf({ timeZone, recurrence }: Pick<Series, 'timeZone' | 'recurrence'>): Recurrence | undefined {
  if (recurrence === '') return undefined;
  const rule = readRecurrence(recurrence, timeZone);
  if (isRefused(rule)) throw new Error(`a meeting has an invalid rule: ${rule.refused}`);
  return rule;
}

/** Returns the rule's starts on clocks that never change. The caller applies UNTIL and COUNT. */
function ruleIterator(localStart: string, rule: Recurrence): RRuleTemporal<Temporal.ZonedDateTime> {
  const list = <T>(name: string, values: readonly T[]) => (values.length === 0 ? {} : { [name]: [...values] });
  return new RRuleTemporal<Temporal.ZonedDateTime>({
    freq: rule.frequency,
    interval: rule.interval,
    ...list('byDay', rule.byDay),
    ...list('byMonthDay', rule.byMonthDay),
    ...list('byMonth', rule.byMonth),
    ...list('bySetPos', rule.bySetPos),
    wkst: rule.weekStart,
    dtstart: floatingTime(localStart),
    tzid: 'UTC',
    cache: false,
    temporal: Temporal,
  });
}

const floatingTime = (local: string): Temporal.ZonedDateTime =>
  Temporal.PlainDateTime.from(local).toZonedDateTime('UTC');
const textOf = (time: Temporal.ZonedDateTime): string => time.toPlainDateTime().toString({ smallestUnit: 'second' });

function occurrenceOf(series: Series, originalStart: string, override: Override | undefined): Occurrence {
  const localStart = override?.localStart ?? originalStart;
  const startsMs = instantOf(localStart, series.timeZone);
  return {
    originalStart,
    localStart,
    startsMs,
    endsMs: startsMs + (override?.durationMinutes ?? series.durationMinutes) * 60_000,
    ...(override?.title !== undefined && { title: override.title }),
  };
}
