// Tests the record made of a client's reports: malformed ones first.
import { describe, expect, it } from 'vitest';
import { clientEventFrom, measuredByNode, QualityPeriod, type ReportedStats } from '../../src/core/index.ts';

const report = (o: ReportedStats = {}): ReportedStats => ({ periodMs: 2000, ...o });
const after = (reports: readonly ReportedStats[], withinMs?: number) => {
  const period = new QualityPeriod();
  for (const one of reports) period.add(one);
  return period.take(withinMs);
};

describe('a report', () => {
  const worthless: [string, ReportedStats][] = [
    ['without figures', {}],
    ['of a time of 0', report({ periodMs: 0, rttMs: 20 })],
    ['of negative time', report({ periodMs: -2000 })],
    ['of a time that is no number', report({ periodMs: Number.NaN })],
    ['of endless time', report({ periodMs: Number.POSITIVE_INFINITY })],
    ...(['rttMs', 'outboundLoss', 'jitterMs', 'freezeMs', 'sentBps', 'receivedFps', 'concealed'] as const).flatMap(
      (field): [string, ReportedStats][] => [
        [`with ${field} that is no number`, report({ [field]: Number.NaN })],
        [`with negative ${field}`, report({ [field]: -1 })],
        [`with endless ${field}`, report({ [field]: Number.POSITIVE_INFINITY })],
      ],
    ),
  ];
  it.each(worthless)('%s is dropped, and spoils no other report', (_, stats) => {
    expect(new QualityPeriod().add(stats)).toBe(false);
    expect(after([stats])).toBeUndefined();
    expect(after([report({ rttMs: 20 }), stats])).toMatchObject({ rttMs: 20, periodMs: 2000 });
  });

  const huge = 1e300;
  const cut: [keyof ReportedStats, string, number][] = [
    ['rttMs', 'rttMs', 60_000],
    ['jitterMs', 'jitterMs', 60_000],
    ['outboundLoss', 'outboundLoss', 1],
    ['inboundLoss', 'inboundLoss', 1],
    ['concealed', 'concealed', 1],
    ['freezeCount', 'freezeCount', 2000],
    ['freezeMs', 'freezeMs', 2_000_000],
    ['sentBps', 'sentBps', 1e9],
    ['receivedBps', 'receivedBps', 1e9],
    ['availableOutboundBps', 'availableBps', 1e9],
    ['sentHeight', 'sentHeight', 32_768],
    ['receivedHeight', 'receivedHeight', 32_768],
    ['receivedFps', 'receivedFps', 1000],
  ];
  it.each(cut)('with an absurd %s is clamped', (field, figure, most) => {
    expect(after([report({ [field]: huge })])).toMatchObject({ [figure]: most });
  });

  it('that claims more time than has passed counts only for the passed time', () => {
    expect(after([report({ periodMs: huge })])?.periodMs).toBe(60_000);
    expect(after([report({ periodMs: 60_000 })], 12_500)?.periodMs).toBe(12_500);
  });
});

describe('a record', () => {
  it('has means weighted by time, sums of freezes, and the last heights', () => {
    const first = report({ periodMs: 1000, rttMs: 100, inboundLoss: 0.4, freezeCount: 1, freezeMs: 300 });
    const second = report({
      periodMs: 3000,
      rttMs: 20,
      inboundLoss: 0,
      freezeCount: 2,
      freezeMs: 100,
      sentHeight: 720,
    });
    const figures = after([
      { ...first, sentBps: 4e6, receivedFps: 30, concealed: 0.2, sentHeight: 1080 },
      { ...second, sentBps: 0, receivedFps: 10, concealed: 0 },
    ]);
    expect(figures).toEqual({
      periodMs: 4000,
      rttMs: 40,
      outboundLoss: 0,
      inboundLoss: 0.1,
      jitterMs: 0,
      freezeCount: 3,
      freezeMs: 400,
      sentBps: 1e6,
      receivedBps: 0,
      availableBps: 0,
      sentHeight: 720,
      receivedHeight: 0,
      receivedFps: 15,
      concealed: 0.05,
    });
  });

  it('has no round trip and no bitrate estimate if its reports have none', () => {
    expect(after([report(), report({ rttMs: 30, availableOutboundBps: 3e6 })])).toMatchObject({
      rttMs: 30,
      availableBps: 3e6,
    });
    const period = new QualityPeriod();
    for (const elseRttMs of [50, Number.NaN, -1]) period.add(report(), elseRttMs);
    expect(period.take()?.rttMs).toBe(50);
  });

  it('that follows a taken record begins without its figures', () => {
    const period = new QualityPeriod();
    period.add(report({ freezeCount: 3, sentHeight: 720, rttMs: 20 }));
    period.take();
    expect(period.take()).toBeUndefined();
    period.add(report());
    expect(period.take()).toMatchObject({ freezeCount: 0, sentHeight: 0, rttMs: 0, periodMs: 2000 });
  });

  it('that a media node measures is clamped too, and dropped with an invalid number', () => {
    expect(measuredByNode({ rttMs: -1 }, 10_000)).toBeUndefined();
    expect(measuredByNode({ inboundLoss: Number.NaN }, 10_000)).toBeUndefined();
    expect(measuredByNode({ rttMs: 30, outboundLoss: 7 }, 10_000)).toMatchObject({
      rttMs: 30,
      outboundLoss: 1,
      periodMs: 10_000,
    });
  });
});

describe('an event that a client reports', () => {
  const nothing = [
    {},
    { kind: 'device', detail: 'a label' },
    { kind: 'device', source: 'toaster', detail: 'a label' },
    { kind: 'network', detail: '\u0000' },
    { kind: 'page', detail: 'burnt' },
    { kind: 'left', detail: 'hidden' },
    { kind: 'page', detail: 'hidden', agoMs: Number.NaN },
    { kind: 'page', detail: 'hidden', agoMs: -1 },
  ];
  it.each(nothing)('is ignored: %j', (event) => expect(clientEventFrom(event, 60_000)).toBeUndefined());

  it('becomes text of a bounded length, within the session', () => {
    const detail = `\u202eYeti ${'x'.repeat(100_000)}`;
    expect(clientEventFrom({ kind: 'device', source: 'microphone', detail, agoMs: 1e12 }, 5000)).toEqual({
      agoMs: 5000,
      kind: 'device',
      source: 'microphone',
      detail: `Yeti ${'x'.repeat(59)}`,
    });
    expect(clientEventFrom({ kind: 'network', source: 'x', detail: 'wifi', agoMs: 100 }, 5000)).toEqual({
      agoMs: 100,
      kind: 'network',
      source: '',
      detail: 'wifi',
    });
  });
});
