import { describe, expect, it } from 'vitest';
import { reportTexts } from '../../../src/admin/reports/text.ts';
import { eventsNear, eventText, spansOf, toneOf } from '../../../src/console/session/core/events.ts';
import { frozenRuns, placeMarks, strengthRuns } from '../../../src/console/session/core/lanes.ts';
import {
  drawnCharts,
  nearestIndex,
  periodS,
  periodsOf,
  seriesOf,
  strengthShares,
} from '../../../src/console/session/core/series.ts';
import { axisText, measuredText } from '../../../src/console/session/core/values.ts';
import { timelineTexts } from '../../../src/console/session/text.ts';
import type { QualityPoint, TimelineEvent } from '../../../src/console/types.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';

const startMs = Date.parse('2026-11-23T08:00:00Z');
const timeAt = (second: number): string => new Date(startMs + second * 1000).toISOString();
const point = (second: number, one: Partial<QualityPoint> = {}): QualityPoint => ({
  at: timeAt(second),
  strength: 'strong',
  nodeId: 'sfu-1',
  source: 'client',
  ...one,
});
const event = (second: number, kind: string, one: Partial<TimelineEvent> = {}): TimelineEvent => ({
  at: timeAt(second),
  kind,
  ...one,
});
const en = {
  say: sayOf(timelineTexts, 'en'),
  sayReport: sayOf(reportTexts, 'en'),
  locale: 'en-GB',
  language: 'en',
} as const;
const zh = {
  say: sayOf(timelineTexts, 'zh'),
  sayReport: sayOf(reportTexts, 'zh'),
  locale: 'zh-CN',
  language: 'zh',
} as const;

describe('series', () => {
  it('are in order of time, once each, with a gap where points are missing', () => {
    const series = seriesOf([point(30), point(10, { rttMs: 5 }), point(10, { rttMs: 7 }), point(20), point(60)], 10);
    expect(series.times.map((atS) => atS - startMs / 1000)).toEqual([10, 20, 30, 40, 60]);
    expect(series.values.rttMs).toEqual([7, null, null, null, null]);
    expect(series.points.map((one) => one !== undefined)).toEqual([true, true, true, false, true]);
  });
  it('contain the frozen share of a step, at most all of it', () => {
    const { values } = seriesOf([point(10, { freezeMs: 500 }), point(20, { freezeMs: 99_000 }), point(30)], 10);
    expect(values.freezeShare).toEqual([0.05, 1, null]);
  });
  it('are empty without points, and leave out charts without a value', () => {
    expect(seriesOf([], 10).times).toEqual([]);
    expect(drawnCharts(seriesOf([point(10, { concealed: 0, sentBps: 1 })], 10))).toEqual(['gaps', 'rate']);
  });
  it('have a point nearest to a time', () => {
    expect([-5, 0, 4, 6, 14, 99].map((at) => nearestIndex([0, 10, 15], at))).toEqual([0, 0, 0, 1, 2, 2]);
    expect(nearestIndex([], 3)).toBe(-1);
  });
  it('have the shares of time in each strength', () => {
    expect(strengthShares([point(1), point(2), point(3, { strength: 'weak' }), point(4)])).toEqual({
      strong: 0.75,
      medium: 0,
      weak: 0.25,
      unknown: 0,
    });
    expect(strengthShares([])).toEqual({ strong: 0, medium: 0, weak: 0, unknown: 0 });
  });
});

describe('rows of the table', () => {
  it('cover a step, or whole minutes or several steps where there would be more than 60 rows', () => {
    expect([periodS(600, 10), periodS(601, 10), periodS(2700, 10), periodS(3 * 86_400, 3600)]).toEqual([
      10, 60, 60, 7200,
    ]);
  });
  it('merge points and events of their time: the worst loss, the mean round trip, all freezes', () => {
    const points = Array.from({ length: 90 }, (_, at) => point((at + 1) * 10, { rttMs: at % 2 === 0 ? 10 : 30 }));
    points[1] = point(20, { inboundLoss: 0.01, rttMs: 30 });
    points[3] = point(40, { strength: 'weak', inboundLoss: 0.2, freezeMs: 700, rttMs: 30 });
    const lines = periodsOf(points, [event(65, 'muted'), event(62, 'away')], 10);
    expect(lines).toHaveLength(15);
    expect(lines[0]).toMatchObject({ fromMs: startMs, toMs: startMs + 60_000, strength: 'weak', freezeMs: 700 });
    expect(lines[0]?.values).toMatchObject({ rttMs: 20, inboundLoss: 0.2 });
    expect(lines[1]?.events.map(({ kind }) => kind)).toEqual(['away', 'muted']);
  });
  it('begin with events before the first point, and leave out empty periods', () => {
    const lines = periodsOf([point(310)], [event(0, 'joined')], 10);
    expect(lines.map(({ fromMs, strength }) => [fromMs - startMs, strength])).toEqual([
      [0, 'unknown'],
      [300_000, 'strong'],
    ]);
    expect(periodsOf([], [], 10)).toEqual([]);
  });
});

describe('events', () => {
  const rows: readonly [event: TimelineEvent, english: string, chinese: string][] = [
    [event(0, 'joined', { to: 'sfu-1' }), 'Joined at sfu-1', '加入，位于 sfu-1'],
    [event(0, 'joined'), 'Joined', '加入'],
    [event(0, 'left', { reason: 'LEFT' }), 'Left', '离开'],
    [event(0, 'left', { reason: 'NODE_LOST' }), 'Left: A media node failed', '离开：媒体节点故障'],
    [event(0, 'moved', { from: 'a', to: 'b' }), 'Moved from media node a to b', '从媒体节点 a 移到 b'],
    [
      event(0, 'moved', { from: 'a', to: 'b', reason: 'a is drained: asked for by an operator' }),
      'Moved from media node a to b (a is drained: asked for by an operator)',
      '从媒体节点 a 移到 b（a 正在退出服务：应运维人员要求）',
    ],
    [event(0, 'switched', { from: 'a', to: 'b' }), 'Switched from signaling node a to b', '从信令节点 a 切换到 b'],
    [event(0, 'away'), 'Connection lost', '连接中断'],
    [event(0, 'resumed'), 'Connection back', '连接恢复'],
    [event(0, 'rejoined'), 'Rejoined', '重新加入'],
    [event(0, 'muted', { source: 'microphone' }), 'Microphone muted', '麦克风静音'],
    [event(0, 'unmuted', { source: 'camera' }), 'Camera unmuted', '摄像头取消静音'],
    [event(0, 'published', { source: 'screen_share' }), 'Began to send: Screen', '开始发送：屏幕'],
    [event(0, 'unpublished', { source: 'whiteboard' }), 'Stopped sending: whiteboard', '停止发送：whiteboard'],
    [
      event(0, 'carrier', { from: 'a', to: 'b' }),
      'A track comes from b now instead of a',
      '某路媒体改由 b 提供（原为 a）',
    ],
    [event(0, 'device', { source: 'speaker', reason: 'USB' }), 'Speaker changed to USB', '扬声器更换为 USB'],
    [event(0, 'device', { source: 'speaker' }), 'Speaker changed', '扬声器已更换'],
    [event(0, 'network', { reason: 'wifi' }), 'Network changed to Wi-Fi', '网络切换为Wi-Fi'],
    [event(0, 'network', { reason: 'offline' }), 'Network gone', '网络断开'],
    [event(0, 'network'), 'Network changed', '网络变化'],
    [event(0, 'page', { reason: 'hidden' }), 'Page hidden', '页面隐藏'],
    [event(0, 'page', { reason: 'toString' }), 'Page hidden or shown', '页面隐藏或显示'],
    [
      event(0, 'moved', { from: 'a', to: 'b', reason: 'x' }),
      'Moved from media node a to b (x)',
      '从媒体节点 a 移到 b（x）',
    ],
    [event(0, 'landed'), 'landed', 'landed'],
  ];
  it.each(rows)('have texts in both languages: %o', (timelineEvent, english, chinese) => {
    expect([eventText(timelineEvent, en), eventText(timelineEvent, zh)]).toEqual([english, chinese]);
  });

  it('form spans; a span without an end event lasts to the session’s end', () => {
    const spans = spansOf(
      [
        event(50, 'unmuted', { source: 'microphone' }),
        event(20, 'muted', { source: 'microphone' }),
        event(25, 'muted', { source: 'microphone' }),
        event(30, 'away'),
        event(40, 'resumed'),
        event(41, 'resumed'),
        event(45, 'unmuted', { source: 'camera' }),
        event(5, 'page', { reason: 'shown' }),
        event(60, 'page', { reason: 'hidden' }),
      ],
      startMs,
      startMs + 90_000,
    );
    expect(spans.map(({ lane, source, fromMs, toMs }) => [lane, source, fromMs - startMs, toMs - startMs])).toEqual([
      ['muted', 'camera', 0, 45_000],
      ['muted', 'microphone', 20_000, 50_000],
      ['away', '', 30_000, 40_000],
      ['hidden', '', 60_000, 90_000],
    ]);
  });

  it('have a tone by severity, and are found near a time', () => {
    expect(toneOf(event(0, 'left', { reason: 'CONNECTION_LOST' }))).toBe('bad');
    expect(toneOf(event(0, 'left', { reason: 'LEFT' }))).toBe('quiet');
    const near = eventsNear([event(14, 'b'), event(6, 'a'), event(16, 'c')], startMs + 10_000, 5000);
    expect(near.map(({ kind }) => kind)).toEqual(['a', 'b']);
  });
});

describe('marks and runs on the time line', () => {
  const line = { fromMs: startMs, toMs: startMs + 100_000, widthPx: 1000 };
  const placedAt = (...seconds: number[]) =>
    placeMarks(
      seconds.map((second) => ({ atMs: startMs + second * 1000, words: 'ten letter' })),
      line,
    );
  it('use another row where they would overlap, at most three rows', () => {
    expect(placedAt(0, 1, 1.5, 1.8, 50).map(({ row }) => row)).toEqual([0, 1, 2, 0, 0]);
    expect(placedAt(-5, 200).map(({ at }) => at)).toEqual([0, 1]);
  });
  it('have words where the words fit before the next mark and the line’s end', () => {
    expect(placedAt(0, 5, 50, 99).map(({ hasWords }) => hasWords)).toEqual([false, true, true, false]);
  });
  it('merge neighbouring points of the same strength, and break at a missing point', () => {
    const points = [point(10), point(30, { strength: 'weak' }), point(20), point(60), point(70)];
    expect(
      strengthRuns(points, 10).map(({ strength, fromMs, toMs }) => [strength, fromMs - startMs, toMs - startMs]),
    ).toEqual([
      ['strong', 0, 20_000],
      ['weak', 20_000, 30_000],
      ['strong', 50_000, 70_000],
    ]);
    expect(frozenRuns([point(10, { freezeMs: 0 }), point(20, { freezeMs: 4 }), point(30)], 10)).toEqual([
      { fromMs: startMs + 10_000, toMs: startMs + 20_000 },
    ]);
  });
});

it('measured values are shown with their units', () => {
  expect(measuredText('rttMs', 41.6, en)).toBe('42 ms');
  expect([measuredText('inboundLoss', 0.034, en), measuredText('freezeShare', 0.341, en)]).toEqual(['3.4%', '34%']);
  expect([measuredText('sentBps', 412_000, en), measuredText('receivedBps', 3_620_000, zh)]).toEqual([
    '412 kbit/s',
    '3.6 Mbit/s',
  ]);
  expect([measuredText('sentHeight', 720, en), measuredText('receivedHeight', 0, en)]).toEqual(['720p', '—']);
  expect([measuredText('layer', -1, en), measuredText('layer', 2, en)]).toEqual(['—', '2']);
  expect([
    axisText('sentBps', 1_500_000, 'en'),
    axisText('sentBps', 500_000, 'en'),
    axisText('rttMs', 1200, 'en'),
  ]).toEqual(['1.5M', '500k', '1,200']);
});
