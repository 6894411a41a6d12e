import { describe, expect, it } from 'vitest';
import { decodeWith, limits, plainText, sessionQualityFromWire, wire } from '../../src/index.ts';

const validQuality: wire.SessionQuality.$Properties = {
  measuredS: 60,
  rttP50Ms: 20,
  rttP95Ms: 45,
  packetsSent: 1000,
  packetsSentLost: 10,
  packetsReceived: 2000,
  packetsReceivedLost: 5,
  bytesSent: 100_000,
  bytesReceived: 900_000,
  freezeCount: 2,
  freezeMs: 700,
  sentWidth: 1280,
  sentHeight: 720,
  receivedWidth: 640,
  receivedHeight: 360,
  resumes: 1,
  transport: 'udp',
  device: 'Chrome 131, Windows',
};

describe('the quality that a client reports', () => {
  it('is taken unchanged when all its values are possible', () => {
    expect(sessionQualityFromWire(validQuality, 60)).toEqual(validQuality);
  });

  const worthless: [string, wire.SessionQuality.$Properties][] = [
    ['nothing', {}],
    ['nothing measured', { ...validQuality, measuredS: 0 }],
    ['a negative number', { ...validQuality, freezeMs: -1 }],
    ['a value that is not a number', { ...validQuality, bytesSent: Number.NaN }],
    ['an infinite value', { ...validQuality, packetsReceived: Number.POSITIVE_INFINITY }],
  ];
  it.each(worthless)('is dropped with %s', (_name, message) => {
    expect(sessionQualityFromWire(message, 60)).toBeUndefined();
  });

  const cut: [string, wire.SessionQuality.$Properties, object][] = [
    ['a measurement longer than the session', { measuredS: 4_000_000_000 }, { measuredS: 65 }],
    ['more packets lost than sent', { packetsSentLost: 5000 }, { packetsSentLost: 1000 }],
    ['a median above the 95th percentile', { rttP50Ms: 500 }, { rttP50Ms: 45 }],
    ['round trips of an hour', { rttP95Ms: 3_600_000 }, { rttP95Ms: 60_000 }],
    ['more bytes than a gigabit', { bytesReceived: 2 ** 64 }, { bytesReceived: 60 * 125_000_000 }],
    ['impossibly large pictures', { sentWidth: 4e9 }, { sentWidth: 32_768 }],
    ['another transport', { transport: 'pigeon' }, { transport: '' }],
    ['control and direction characters in the device', { device: ' a\n\u202eb\0 ' }, { device: 'ab' }],
    ['a device name of 5,000 characters', { device: 'x'.repeat(5000) }, { device: 'x'.repeat(64) }],
  ];
  it.each(cut)('is cut to possible values: %s', (_name, change, expected) => {
    expect(sessionQualityFromWire({ ...validQuality, ...change }, 60)).toMatchObject(expected);
  });

  it("stays within JavaScript's whole numbers, whatever the values and the age of the session", () => {
    const most = Object.fromEntries(
      Object.entries(validQuality).map(([key, value]) => [key, typeof value === 'number' ? 1e300 : value]),
    );
    for (const value of Object.values(sessionQualityFromWire(most, 1e300) ?? {}))
      if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
  });

  it('is read with the largest numbers that the wire can carry', () => {
    const bytes = wire.SessionQuality.encode({ ...validQuality, bytesSent: 2 ** 63 }).finish();
    const read = decodeWith(wire.SessionQuality, bytes, limits.clientFrameBytesMax);
    expect(sessionQualityFromWire(read, 60)).toEqual({ ...validQuality, bytesSent: 60 * 125_000_000 });
  });
});

it('plain text never ends in half a character', () => {
  expect(plainText('ab😀', 3)).toBe('ab');
});
