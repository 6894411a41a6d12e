// When a meeting takes place. Rules are followed in local time, without a zone, and each time is then looked up in the
// zone: nine o'clock stays nine o'clock, and a time that the clocks leave out moves forward instead of falling out.
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { instantOf, localOf, plusDays } from './local-time.ts';
import { isRefused, type Recurrence, readRecurrence } from './recurrence.ts';

/** What of a meeting says when it is. */
export interface Series {
  /** Of the first occurrence. */
  readonly localStart: string;
  readonly timeZone: string;
  readonly durationMinutes: number;
  /** '': once. */
  readonly recurrence: string;
  /** Original local starts of occurrences that do not take place. */
  readonly exceptions: readonly string[];
  readonly overrides: readonly Override[];
}

/** What is different in one occurrence. */
export interface Override {
  /** As the rule has it: the occurrence's name within its series. */
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
  /** Absent: the meeting's. */
  readonly title?: string;
}

/** No zone differs from UTC, or from itself after a change, by more (Samoa once left out a day). */
const MARGIN_DAYS = 2;

/**
 * Occurrences whose **original** start is in [fromMs, toMs), in order of the rule, at most `most`. The caller bounds
 * the window: there is at most one a day.
 */
export function occurrencesOf(series: Series, fromMs: number, toMs: number, most: number): Occurrence[] {
  const left = new Set(series.exceptions);
  const changed = new Map(series.overrides.map((override) => [override.originalStart, override]));
  const found: Occurrence[] = [];
  for (const originalStart of startsOf(series, fromMs, toMs)) {
    if (found.length >= most) break;
    if (!left.has(originalStart)) found.push(occurrenceOf(series, originalStart, changed.get(originalStart)));
  }
  return found;
}

/** One occurrence; undefined if the rule has none that starts then, or it does not take place. */
export function occurrenceAt(series: Series, originalStart: string): Occurrence | undefined {
  if (series.exceptions.includes(originalStart) || !isStart(series, originalStart)) return undefined;
  const override = series.overrides.find((one) => one.originalStart === originalStart);
  return occurrenceOf(series, originalStart, override);
}

/** Does the rule itself have an occurrence that starts then? */
export function isStart(series: Pick<Series, 'localStart' | 'timeZone' | 'recurrence'>, local: string): boolean {
  const startsMs = instantOf(local, series.timeZone);
  return startsOf(series, startsMs, startsMs + 1).includes(local);
}

/** The last instant at which an occurrence can start. Undefined: it goes on. */
export function lastStartMs(series: Series): number | undefined {
  const rule = ruleOf(series);
  if (rule === undefined) return instantOf(series.localStart, series.timeZone);
  if (rule.count === undefined) return rule.untilMs;
  const last = countedStarts(series.localStart, rule, series.recurrence).at(-1);
  return last === undefined ? undefined : instantOf(last, series.timeZone);
}

/** How many starts the rule has before an instant: bounded by COUNT, so only for rules with it. */
export function startsBefore(series: Series, beforeMs: number): number {
  return startsOf(series, instantOf(series.localStart, series.timeZone), beforeMs).length;
}

/**
 * Original starts of the rule itself in [fromMs, toMs). The caller bounds the window, to ten years at most, but of a
 * rule with COUNT.
 */
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
      ? between(followed(localStart, rule), first, last)
      : countedStarts(localStart, rule, recurrence).filter((local) => local >= first && local <= last);
  return near.filter(isInside);
}

/** COUNT is counted for thirty years: a rule that has not come true as often by then ends. */
const COUNTED_DAYS = 30 * 366;
/** At first, and at most at once: the library looks at 10,000 days in one go. */
const FIRST_DAYS = 366;
const DAYS_AT_ONCE = 10 * 366;
/** 30 kB each at most. */
const SERIES_KEPT = 200;
const countedBefore = new Map<string, readonly string[]>();

/**
 * All starts of a rule with COUNT. The library counts from the first one again each time, for long where they are rare:
 * here it is asked without COUNT, and the answer is kept, since a series is asked for many times in a row.
 */
function countedStarts(localStart: string, rule: Recurrence, recurrence: string): readonly string[] {
  const key = `${localStart} ${recurrence}`;
  const kept = countedBefore.get(key);
  if (kept !== undefined) return kept;
  const { count = 0 } = rule;
  const endless = followed(localStart, rule);
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
  rule.between(floating(first), floating(last), true).map(textOf);

function ruleOf({ timeZone, recurrence }: Pick<Series, 'timeZone' | 'recurrence'>): Recurrence | undefined {
  if (recurrence === '') return undefined;
  const rule = readRecurrence(recurrence, timeZone);
  if (isRefused(rule)) throw new Error(`a meeting has a rule that is none: ${rule.refused}`);
  return rule;
}

/** The rule on clocks that never change; UNTIL, an instant, and COUNT are judged by the caller. */
function followed(localStart: string, rule: Recurrence): RRuleTemporal<Temporal.ZonedDateTime> {
  const list = <T>(name: string, values: readonly T[]) => (values.length === 0 ? {} : { [name]: [...values] });
  return new RRuleTemporal<Temporal.ZonedDateTime>({
    freq: rule.frequency,
    interval: rule.interval,
    ...list('byDay', rule.byDay),
    ...list('byMonthDay', rule.byMonthDay),
    ...list('byMonth', rule.byMonth),
    ...list('bySetPos', rule.bySetPos),
    wkst: rule.weekStart,
    dtstart: floating(localStart),
    tzid: 'UTC',
    cache: false,
    temporal: Temporal,
  });
}

const floating = (local: string): Temporal.ZonedDateTime => Temporal.PlainDateTime.from(local).toZonedDateTime('UTC');
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
