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

/**
 * The last instant at which an occurrence can start. Undefined: it goes on, or so sparsely that COUNT is not reached in
 * thirty years.
 */
export function lastStartMs(series: Series): number | undefined {
  const rule = ruleOf(series);
  const firstMs = instantOf(series.localStart, series.timeZone);
  if (rule === undefined) return firstMs;
  if (rule.count === undefined) return rule.untilMs;
  const starts = startsOf(series, firstMs, firstMs + COUNTED_MS);
  const last = starts.at(-1);
  return starts.length < rule.count || last === undefined ? undefined : instantOf(last, series.timeZone);
}
const COUNTED_MS = 30 * 366 * 86_400_000;

/** How many starts the rule has before an instant: bounded by COUNT, so only for rules with it. */
export function startsBefore(series: Series, beforeMs: number): number {
  return startsOf(series, instantOf(series.localStart, series.timeZone), beforeMs).length;
}

/** Original starts of the rule itself in [fromMs, toMs). */
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
  return followed(localStart, rule).between(floating(first), floating(last), true).map(textOf).filter(isInside);
}

function ruleOf({ timeZone, recurrence }: Pick<Series, 'timeZone' | 'recurrence'>): Recurrence | undefined {
  if (recurrence === '') return undefined;
  const rule = readRecurrence(recurrence, timeZone);
  if (isRefused(rule)) throw new Error(`a meeting has a rule that is none: ${rule.refused}`);
  return rule;
}

/** The rule on clocks that never change; UNTIL, an instant, is judged by the caller. */
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
    ...(rule.count !== undefined && { count: rule.count }),
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
