import { describe, expect, test } from 'vitest';
import { deviceOf } from '../../src/core/device.ts';
import { QualityMeter } from '../../src/core/session-quality.ts';
import { type Measured, measure } from '../../src/core/stats.ts';

const nothing = measure(undefined, { takenMs: 0, send: [], recv: [] });
const period = (o: Partial<Measured>): Measured => ({ ...nothing, periodMs: 2000, ...o });

describe('the quality of a session', () => {
  test('is undefined before the first measurement', () => {
    const meter = new QualityMeter();
    expect(meter.summary('Chrome')).toBeUndefined();
    meter.add(period({ periodMs: 0 }));
    expect(meter.summary('Chrome')).toBeUndefined();
  });

  test('covers the time since its beginning', () => {
    const meter = new QualityMeter();
    meter.add(period({ packetsSent: 100, packetsSentLost: 1, bytesReceived: 5000, freezeCount: 1, freezeMs: 300 }));
    meter.add(period({ packetsSent: 50, packetsReceived: 7, packetsReceivedLost: 2, bytesSent: 9, freezeMs: 200 }));
    meter.resumed();
    expect(meter.summary('Chrome 131, Windows')).toMatchObject({
      measuredS: 4,
      packetsSent: 150,
      packetsSentLost: 1,
      packetsReceived: 7,
      packetsReceivedLost: 2,
      bytesSent: 9,
      bytesReceived: 5000,
      freezeCount: 1,
      freezeMs: 500,
      resumes: 1,
      device: 'Chrome 131, Windows',
    });
  });

  test('has the median of all round trips and their 95th percentile, to 3 %', () => {
    const meter = new QualityMeter();
    for (let rttMs = 1; rttMs <= 1000; rttMs += 1) meter.add(period({ rttMs }));
    meter.add(period({ rttMs: 0 })); // not measured
    const { rttP50Ms, rttP95Ms } = meter.summary('') ?? {};
    expect(Math.abs((rttP50Ms ?? 0) / 500 - 1)).toBeLessThan(0.03);
    expect(Math.abs((rttP95Ms ?? 0) / 950 - 1)).toBeLessThan(0.03);
  });

  test('limits the slowest round trip', () => {
    const meter = new QualityMeter();
    meter.add(period({ rttMs: 1e9 }));
    expect(meter.summary('')?.rttP50Ms).toBeGreaterThan(55_000);
    meter.add(period({ rttMs: 0.2 }));
    expect(meter.summary('')?.rttP50Ms).toBe(1);
  });

  test('keeps the largest pictures and the last transport', () => {
    const meter = new QualityMeter();
    meter.add(period({ sentWidth: 1280, sentHeight: 720, mediaProtocol: 'udp' }));
    meter.add(
      period({ sentWidth: 320, sentHeight: 180, receivedWidth: 640, receivedHeight: 360, mediaProtocol: 'tcp' }),
    );
    meter.add(period({}));
    expect(meter.summary('')).toMatchObject({
      sentWidth: 1280,
      sentHeight: 720,
      receivedWidth: 640,
      receivedHeight: 360,
      transport: 'tcp',
    });
  });

  test('has pictures and packets of both directions', () => {
    const now = measure(undefined, {
      takenMs: 1,
      send: [
        { id: 'a', type: 'outbound-rtp', frameWidth: 320, frameHeight: 180, packetsSent: 5, bytesSent: 50 },
        { id: 'b', type: 'outbound-rtp', frameWidth: 1280, frameHeight: 720, packetsSent: 5, bytesSent: 50 },
        { id: 'c', type: 'remote-inbound-rtp', packetsLost: 99 },
      ],
      recv: [{ id: 'd', type: 'inbound-rtp', frameWidth: 640, frameHeight: 360, packetsReceived: 8, packetsLost: 1 }],
    });
    expect(now).toMatchObject({
      packetsSent: 10,
      packetsSentLost: 10,
      bytesSent: 100,
      sentWidth: 1280,
      sentHeight: 720,
      packetsReceived: 8,
      packetsReceivedLost: 1,
      receivedWidth: 640,
      receivedHeight: 360,
    });
  });
});

describe('the description of a browser', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
  const rows: [string, Parameters<typeof deviceOf>[0]][] = [
    ['', { userAgent: '' }],
    ['Chrome 131, Windows', { userAgent: chrome }],
    ['Edge 131, Windows', { userAgent: `${chrome} Edg/131.0.0.0` }],
    ['Firefox 133, Linux', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' }],
    [
      'Safari 18, macOS',
      {
        userAgent:
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      },
    ],
    [
      'WeChat 8, iOS',
      {
        userAgent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.42',
      },
    ],
    [
      'Chrome 131, macOS',
      {
        userAgent: chrome,
        hints: {
          platform: 'macOS',
          brands: [
            { brand: 'Not A(Brand', version: '8' },
            { brand: 'Chromium', version: '131' },
            { brand: 'Google Chrome', version: '131' },
          ],
        },
      },
    ],
    [
      'Chrome 131, Linux',
      { userAgent: chrome, hints: { platform: 'Linux', brands: [{ brand: 'Chromium', version: '131' }] } },
    ],
  ];
  test.each(rows)('%j', (expected, words) => {
    expect(deviceOf(words)).toBe(expected);
  });
});
