import { describe, expect, it } from 'vitest';
import { trafficTexts } from '../../../src/admin/traffic/text.ts';
import {
  clamped,
  decisionsWithin,
  eventsWithin,
  halved,
  pointsWithin,
  SPAN_MIN_MS,
  searchWith,
  shifted,
  spanIn,
  spanOfPixels,
  spanQuery,
  spanSentence,
  wholeOf,
} from '../../../src/console/session/core/span.ts';
import { timelineTexts } from '../../../src/console/session/text.ts';
import type { DecisionStory, QualityPoint, SessionTimeline, TimelineEvent } from '../../../src/console/types.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';

const startMs = Date.parse('2026-11-23T08:00:00Z');
const MINUTE_MS = 60_000;
/** Returns a span given in minutes since the session’s start. */
const span = (from: number, to: number) => ({ fromMs: startMs + from * MINUTE_MS, toMs: startMs + to * MINUTE_MS });
const minutes = (shownSpan: { fromMs: number; toMs: number } | undefined) =>
  shownSpan && [(shownSpan.fromMs - startMs) / MINUTE_MS, (shownSpan.toMs - startMs) / MINUTE_MS];
const whole = span(0, 480);
const timeAt = (minute: number): string => new Date(startMs + minute * MINUTE_MS).toISOString();

describe('a span', () => {
  it.each([
    ['inside the session stays unchanged', [100, 120], [100, 120]],
    ['before the session moves to its beginning', [-60, -30], [0, 30]],
    ['across the session’s beginning moves inside and keeps its length', [-10, 20], [0, 30]],
    ['across the session’s end moves inside and keeps its length', [470, 500], [450, 480]],
    ['after the session moves to its end', [600, 610], [470, 480]],
    ['equal to the session counts as no span', [0, 480], undefined],
    ['longer than the session counts as no span', [-5, 600], undefined],
    ['shorter than a minute becomes a minute around its middle', [99.9, 100.1], [99.5, 100.5]],
    ['of no length at the session’s end becomes the last minute', [480, 480], [479, 480]],
  ] as const)('%s', (_, [from, to], expected) => {
    expect(minutes(clamped(span(from, to), whole))).toEqual(expected);
  });
  it('does not exist in a session of only a minute', () => {
    expect(clamped(span(0.2, 0.3), span(0, 1))).toBeUndefined();
    expect(halved(span(0, 1), span(0, 1))).toBeUndefined();
  });
});

describe('a drag', () => {
  it.each([
    ['from left to right selects the span', 100, 200, [48, 96]],
    ['from right to left selects the same span', 200, 100, [48, 96]],
    ['beyond both ends selects the whole session', -50, 2000, [0, 480]],
    ['too short to be a drag selects nothing', 100, 107, undefined],
  ] as const)('%s', (_, from, to, expected) => {
    expect(minutes(spanOfPixels(from, to, 1000, whole))).toEqual(expected);
  });
  it('stays within the visible span, and selects nothing outside', () => {
    expect(minutes(spanOfPixels(500, 1000, 1000, span(100, 120)))).toEqual([110, 120]);
    expect(spanOfPixels(0, 100, 0, whole)).toBeUndefined();
  });
});

describe('buttons', () => {
  it('halve the span around its middle, down to a minute', () => {
    expect(minutes(halved(whole, whole))).toEqual([120, 360]);
    expect(minutes(halved(span(0, 40), whole))).toEqual([10, 30]);
    let shown = whole;
    for (let press = 0; press < 30; press += 1) shown = halved(shown, whole) ?? shown;
    expect(shown.toMs - shown.fromMs).toBe(SPAN_MIN_MS);
  });
  it('move the span by half its length, up to the session’s ends', () => {
    expect(minutes(shifted(span(100, 120), whole, 'earlier'))).toEqual([90, 110]);
    expect(minutes(shifted(span(100, 120), whole, 'later'))).toEqual([110, 130]);
    expect(minutes(shifted(span(5, 25), whole, 'earlier'))).toEqual([0, 20]);
    expect(minutes(shifted(span(455, 475), whole, 'later'))).toEqual([460, 480]);
  });
});

describe('the URL', () => {
  it('contains a span beside its other parameters', () => {
    const search = searchWith('?lang=zh&from=x', span(0, 20));
    expect(search).toBe('?lang=zh&from=2026-11-23T08:00:00.000Z&to=2026-11-23T08:20:00.000Z');
    expect(minutes(spanIn(search))).toEqual([0, 20]);
    expect(searchWith(search, undefined)).toBe('?lang=zh');
    expect(searchWith('?from=x&to=y', undefined)).toBe('');
    expect(spanQuery(undefined)).toEqual({});
  });
  it.each(['', '?from=2026-11-23T08:00:00Z', '?from=b&to=c', `?from=${timeAt(2)}&to=${timeAt(2)}`])(
    'contains no span: "%s"',
    (search) => {
      expect(spanIn(search)).toBeUndefined();
    },
  );
});

describe('the text of a span', () => {
  const wordsIn = (language: 'en' | 'zh', shown = span(362, 380), of = whole) =>
    spanSentence(shown, of, {
      say: sayOf(timelineTexts, language),
      sayTraffic: sayOf(trafficTexts, language),
      reader: { locale: language === 'en' ? 'en-GB' : 'zh-CN', timeZone: 'UTC' },
    });
  it('exists in both languages', () => {
    expect(wordsIn('en')).toBe('14:02 – 14:20 of 8 h');
    expect(wordsIn('zh')).toBe('14:02 – 14:20，全程 8 小时');
  });
  it('has seconds for a short span, and days for a session past midnight', () => {
    expect(wordsIn('en', span(0, 2.5))).toBe('08:00:00 – 08:02:30 of 8 h');
    expect(wordsIn('en', span(950, 970), span(0, 1440))).toMatch(/^23 Nov.* 23:50 – 24 Nov.* 00:10 of 24 h$/);
  });
});

describe('the data within a span', () => {
  const point = (minute: number) =>
    ({ at: timeAt(minute), strength: 'strong', nodeId: '', source: '' }) as QualityPoint;
  const story = (minute: number) => ({ createdAt: timeAt(minute), decisionId: `DE_${minute}` }) as DecisionStory;
  it('are points whose step overlaps it', () => {
    const points = pointsWithin([9, 10, 11, 12, 13, 14].map(point), span(10, 12.5), 60);
    expect(points.map(({ at }) => at)).toEqual([11, 12, 13].map(timeAt));
  });
  it('are events in it, and the decisions in force during it', () => {
    const events = [9, 10, 20, 21].map((minute): TimelineEvent => ({ at: timeAt(minute), kind: 'muted' }));
    expect(eventsWithin(events, span(10, 20))).toHaveLength(2);
    const decisionsIn = (from: number, to: number) =>
      decisionsWithin([0, 30, 60].map(story), span(from, to)).map(({ decisionId }) => decisionId);
    expect([decisionsIn(10, 20), decisionsIn(20, 40), decisionsIn(30, 40), decisionsIn(70, 80)]).toEqual([
      ['DE_0'],
      ['DE_0', 'DE_30'],
      ['DE_30'],
      ['DE_60'],
    ]);
  });
});

it('a session’s whole time goes from joining to leaving, or to the last measurement', () => {
  const timeline = (leftAt: string | undefined, ...at: number[]) =>
    ({
      person: { joinedAt: timeAt(0), leftAt },
      points: at.map((minute) => ({ at: timeAt(minute) })),
    }) as unknown as SessionTimeline;
  expect(minutes(wholeOf(timeline(timeAt(30), 1, 20), 0))).toEqual([0, 30]);
  expect(minutes(wholeOf(timeline(undefined, 1, 20), span(0, 25).toMs))).toEqual([0, 21]);
  expect(minutes(wholeOf(timeline(undefined, -1, 20), span(0, 20).toMs))).toEqual([-1, 20]);
  expect(wholeOf(timeline(timeAt(0)), 0).toMs).toBe(startMs + 1000);
});
