// The visible time span of a session: selection, moves, URL and text.

import type { TrafficKey } from '../../../admin/traffic/text.ts';
import { spanText } from '../../../admin/traffic/when.ts';
import { dayOf } from '../../../core/local-time.ts';
import type { SayOf } from '../../../core/messages/both-languages.ts';
import { timeFormat, type UserLocale } from '../../../core/time-formats.ts';
import type { DecisionStory, QualityPoint, SessionTimeline, TimelineEvent } from '../../types.ts';
import type { SayTimeline } from '../text.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Shortest span: six of the finest points. A shorter one would show nothing more. */
export const SPAN_MIN_MS = 60_000;

const lengthOf = ({ fromMs, toMs }: Span): number => toMs - fromMs;

/** Moves the span into `whole` and makes it a minute long at least. Returns undefined if it would fill `whole`. */
export function clamped(span: Span, whole: Span): Span | undefined {
  const lengthMs = Math.max(SPAN_MIN_MS, lengthOf(span));
  if (lengthMs >= lengthOf(whole)) return undefined;
  // A short span grows on both sides.
  const wantedMs = Math.round((span.fromMs + span.toMs - lengthMs) / 2);
  const fromMs = Math.min(whole.toMs - lengthMs, Math.max(whole.fromMs, wantedMs));
  return { fromMs, toMs: fromMs + lengthMs };
}

/** Movement from which a press counts as a drag; a shorter one is a click. */
const DRAG_MIN_PX = 8;

/** Converts a drag on a line of `widthPx` that shows `shown`. Returns undefined for too short a movement. */
export function spanOfPixels(fromPx: number, toPx: number, widthPx: number, shown: Span): Span | undefined {
  if (Math.abs(toPx - fromPx) < DRAG_MIN_PX || widthPx <= 0) return undefined;
  const timeAt = (px: number): number =>
    Math.round(shown.fromMs + (Math.min(widthPx, Math.max(0, px)) / widthPx) * lengthOf(shown));
  return { fromMs: timeAt(Math.min(fromPx, toPx)), toMs: timeAt(Math.max(fromPx, toPx)) };
}

export function halved(shown: Span, whole: Span): Span | undefined {
  const quarterMs = Math.round(lengthOf(shown) / 4);
  return clamped({ fromMs: shown.fromMs + quarterMs, toMs: shown.toMs - quarterMs }, whole);
}

export function shifted(shown: Span, whole: Span, direction: 'earlier' | 'later'): Span | undefined {
  const byMs = Math.round(lengthOf(shown) / 2) * (direction === 'earlier' ? -1 : 1);
  const fromMs = Math.min(whole.toMs - lengthOf(shown), Math.max(whole.fromMs, shown.fromMs + byMs));
  return clamped({ fromMs, toMs: fromMs + lengthOf(shown) }, whole);
}

export function spanIn(search: string): Span | undefined {
  const query = new URLSearchParams(search);
  const [fromMs, toMs] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

export const spanQuery = (span: Span | undefined): Readonly<Record<string, string>> =>
  span === undefined ? {} : { from: new Date(span.fromMs).toISOString(), to: new Date(span.toMs).toISOString() };

/** Returns the URL's query with its `?`; keeps other parameters. */
export function searchWith(search: string, span: Span | undefined): string {
  const query = new URLSearchParams(search);
  query.delete('from');
  query.delete('to');
  for (const [name, time] of Object.entries(spanQuery(span))) query.set(name, time);
  const text = query.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** Span below which times show seconds. */
const SECONDS_BELOW_MS = 600_000;

export interface SpanSpeech {
  readonly say: SayTimeline;
  readonly sayTraffic: SayOf<TrafficKey>;
  readonly reader: UserLocale;
}

/** Formats 14:02 – 14:20 of 8 h; adds days if the session passed midnight. */
export function spanSentence(shown: Span, whole: Span, { say, sayTraffic, reader }: SpanSpeech): string {
  const isOneDay = dayOf(whole.fromMs, reader.timeZone) === dayOf(whole.toMs, reader.timeZone);
  const isExact = lengthOf(shown) < SECONDS_BELOW_MS;
  const time = timeFormat(isOneDay ? (isExact ? 'exactTime' : 'time') : isExact ? 'exactDayTime' : 'dayTime', reader);
  const values = { from: time(shown.fromMs), to: time(shown.toMs) };
  return say('shownSpan', { ...values, whole: spanText(whole.fromMs, whole.toMs, sayTraffic) });
}

/** Returns the points whose step, which ends at their time, overlaps the span. */
export const pointsWithin = (points: readonly QualityPoint[], { fromMs, toMs }: Span, stepS: number) =>
  points.filter(({ at }) => Date.parse(at) > fromMs && Date.parse(at) - stepS * 1000 < toMs);

export const eventsWithin = (events: readonly TimelineEvent[], { fromMs, toMs }: Span) =>
  events.filter(({ at }) => Date.parse(at) >= fromMs && Date.parse(at) <= toMs);

/** Returns the decisions in force during the span; each is in force until the next. */
export const decisionsWithin = (decisions: readonly DecisionStory[], { fromMs, toMs }: Span) =>
  decisions.filter(({ createdAt }, at) => {
    const next = decisions[at + 1];
    return Date.parse(createdAt) <= toMs && (next === undefined || Date.parse(next.createdAt) > fromMs);
  });

export function wholeOf({ person, points }: Pick<SessionTimeline, 'person' | 'points'>, nowMs: number): Span {
  const times = points.map(({ at }) => Date.parse(at)).filter((atMs) => !Number.isNaN(atMs));
  const joinedMs = Date.parse(person.joinedAt) || times[0] || 0;
  const [firstMs, lastMs] = [times[0] ?? joinedMs, times.at(-1) ?? joinedMs];
  const fromMs = Math.min(joinedMs, firstMs);
  const endMs = person.leftAt === undefined ? Math.min(nowMs, lastMs + 60_000) : Date.parse(person.leftAt) || lastMs;
  return { fromMs, toMs: Math.max(endMs, lastMs, fromMs + 1000) };
}
