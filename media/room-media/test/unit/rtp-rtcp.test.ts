import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ntpMsOf, ntpOf, parseRtcp, type RtcpPacket, serialiseRtcp } from '../../src/core/rtp/rtcp.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const block = {
  ssrc: 0x01020304,
  fractionLost: 64,
  cumulativeLost: -2,
  highestSequence: 0x0001ffff,
  jitter: 17,
  lastSr: 0x8badf00d,
  delaySinceLastSr: 65_536,
};
const every: readonly RtcpPacket[] = [
  {
    type: 'sr',
    ssrc: 0xdeadbeef,
    ntp: { seconds: 0x83aa7e80, fraction: 0x80000000 },
    rtpTimestamp: 0xffffffff,
    packetCount: 5,
    octetCount: 6000,
    reports: [block],
  },
  { type: 'rr', ssrc: 1, reports: [block, { ...block, ssrc: 2, cumulativeLost: 0x7fffff }] },
  {
    type: 'sdes',
    names: [
      { ssrc: 1, cname: 'abc' },
      { ssrc: 2, cname: 'é@x' },
    ],
  },
  { type: 'bye', ssrcs: [1, 0xffffffff] },
  { type: 'pli', senderSsrc: 1, mediaSsrc: 2 },
  { type: 'fir', senderSsrc: 1, requests: [{ ssrc: 3, sequenceNumber: 255 }] },
  { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [0xfffe, 0xffff, 14, 15, 900] },
];

describe('a datagram that is no RTCP', () => {
  it.each([
    ['nothing', ''],
    ['three bytes', '80c900'],
    ['version 0', '00c90001 00000001'],
    ['a length beyond the end', '80c90002 00000001'],
    ['the greatest length', '80c9ffff 00000001'],
    ['a second packet beyond the end', '80c90001 00000001 80c90002 00000001'],
    ['bytes after the last packet', '80c90001 00000001 80'],
    ['a sender report without its fields', '80c80001 00000001'],
    ['a block beyond the end', '81c90001 00000001'],
    ['31 blocks beyond the end', '9fc90007 00000001 01020304 40fffffe 0001ffff 00000011 8badf00d 00010000'],
    ['a chunk beyond the end', '81ca0000'],
    ['a chunk without an end', '81ca0002 00000001 01026162'],
    ['an item beyond the end', '81ca0002 00000001 01ff6162'],
    ['an item without its length', '81ca0002 00000001 02006101'],
    ['a second chunk beyond the end', '82ca0002 00000001 01016100'],
    ['a source beyond the end', '82cb0001 00000001'],
    ['feedback without the source', '81ce0001 00000001'],
    ['a NACK without numbers', '81cd0002 00000001 00000002'],
    ['a FIR without requests', '84ce0002 00000001 00000000'],
    ['half a FIR', '84ce0003 00000001 00000000 00000003'],
    ['padding of 0 bytes', 'a0c90001 00000000'],
    ['padding of three bytes', 'a0c90002 00000001 00000003'],
    ['padding longer than the packet', 'a0c90002 00000001 000000fc'],
    ['padding without a body', 'a0c90000'],
  ])('is ignored: %s', (_, hex) => {
    expect(parseRtcp(bytes(hex))).toBeUndefined();
  });

  it('longer than any network carries is ignored', () => {
    const long = Array.from({ length: 257 }, () => ({ type: 'bye', ssrcs: [1] }) as const);
    expect(parseRtcp(serialiseRtcp(long.slice(1)))).toHaveLength(256);
    expect(parseRtcp(serialiseRtcp(long))).toBeUndefined();
  });

  it('cut at any byte is ignored or ends between packets', () => {
    const whole = serialiseRtcp(every);
    const ends = new Set(every.map((_, index) => serialiseRtcp(every.slice(0, index + 1)).length));
    for (let length = 0; length < whole.length; length++)
      expect(parseRtcp(whole.subarray(0, length)) !== undefined).toBe(ends.has(length));
  });

  it('of random bytes behind a valid header never throws', () => {
    const types = fc.constantFrom(200, 201, 202, 203, 204, 205, 206, 207);
    fc.assert(
      fc.property(types, fc.integer({ min: 0, max: 63 }), fc.uint8Array({ maxLength: 80 }), (type, low, body) => {
        const whole = body.subarray(0, 4 * Math.floor(body.length / 4));
        parseRtcp(Uint8Array.of(0x80 | low, type, 0, whole.length / 4, ...whole));
      }),
    );
  });
});

describe('RTCP', () => {
  it('is read back as written, single and compound', () => {
    expect(parseRtcp(serialiseRtcp(every))).toEqual(every);
    for (const packet of every) expect(parseRtcp(serialiseRtcp([packet]))).toEqual([packet]);
  });

  it.each<[string, RtcpPacket, string]>([
    ['RFC 3550, 6.4.2', { type: 'rr', ssrc: 1, reports: [] }, '80c90001 00000001'],
    [
      'RFC 3550, 6.4.1',
      every[0] as RtcpPacket,
      '81c8000c deadbeef 83aa7e80 80000000 ffffffff 00000005 00001770 01020304 40fffffe 0001ffff 00000011 8badf00d 00010000',
    ],
    ['RFC 3550, 6.5', { type: 'sdes', names: [{ ssrc: 1, cname: 'abcd' }] }, '81ca0003 00000001 01046162 63640000'],
    [
      'RFC 3550, 6.5: a full word of zeros',
      { type: 'sdes', names: [{ ssrc: 1, cname: 'ab' }] },
      '81ca0003 00000001 01026162 00000000',
    ],
    ['RFC 3550, 6.6', { type: 'bye', ssrcs: [7] }, '81cb0001 00000007'],
    ['RFC 4585, 6.3.1', { type: 'pli', senderSsrc: 1, mediaSsrc: 2 }, '81ce0002 00000001 00000002'],
    [
      'RFC 4585, 6.2.1',
      { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [100, 101, 116, 117] },
      '81cd0004 00000001 00000002 00648001 00750000',
    ],
    [
      'RFC 5104, 4.3.1',
      { type: 'fir', senderSsrc: 1, requests: [{ ssrc: 2, sequenceNumber: 9 }] },
      '84ce0004 00000001 00000000 00000002 09000000',
    ],
  ])('is written and read as in %s', (_, packet, hex) => {
    expect(hexOf(serialiseRtcp([packet]))).toBe(hex.replaceAll(' ', ''));
    expect(parseRtcp(bytes(hex))).toEqual([packet]);
  });

  it('drops unused types, items other than the CNAME, reasons and padding', () => {
    const application = '80cc0002 00000001 41424344';
    const remb = '8fce0004 00000001 00000000 52454d42 01000001';
    const described = '81ca0004 00000001 0201780104 74686973 0000 00';
    const goodbye = 'a1cb0003 00000007 03627965 00000004';
    expect(parseRtcp(bytes(application + remb + described + goodbye))).toEqual([
      { type: 'sdes', names: [{ ssrc: 1, cname: 'this' }] },
      { type: 'bye', ssrcs: [7] },
    ]);
  });

  it('refuses to write more than a packet can count', () => {
    const ssrcs = Array.from({ length: 32 }, (_, ssrc) => ssrc);
    expect(() => serialiseRtcp([{ type: 'bye', ssrcs }])).toThrow();
    expect(() => serialiseRtcp([{ type: 'sdes', names: [{ ssrc: 1, cname: 'a'.repeat(256) }] }])).toThrow();
  });

  it('keeps any NACK over wraps', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), steps, (first, distances) => {
        let at = first;
        const sequenceNumbers = distances.map((distance) => (at = (at + distance) & 0xffff));
        const nack = { type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers } as const;
        expect(parseRtcp(serialiseRtcp([nack]))).toEqual([nack]);
      }),
    );
  });
});

describe('NTP time', () => {
  it('counts from 1900 and keeps fractions of a millisecond', () => {
    expect(ntpOf(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpOf(500.25)).toEqual({ seconds: 2_208_988_800, fraction: Math.floor(0.50025 * 2 ** 32) });
    expect(ntpMsOf(ntpOf(1_700_000_000_123.5)) - ntpMsOf(ntpOf(1_700_000_000_000))).toBeCloseTo(123.5, 2);
  });
});
