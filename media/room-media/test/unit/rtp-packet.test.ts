import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datagramKind, midExtension, parseRtp, serialiseRtp } from '../../src/core/rtp/packet.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** Packet with every field of RFC 3550, 5.1: padding, extension, two CSRCs, marker. */
const full = bytes('b2e1 1234 89abcdef 11223344 00000001 00000002 bede0001 10aabb00 deadbeef 00000004');

describe('a datagram that is no RTP', () => {
  it.each([
    ['nothing', ''],
    ['eleven bytes', '8060 0001 00000002 000003'],
    ['version 1', '4060 0001 00000002 00000003'],
    ['RTCP', '80c8 0001 00000002 00000003'],
    ['CSRCs beyond the end', '8f60 0001 00000002 00000003 00000004'],
    ['an extension without its header', '9060 0001 00000002 00000003 bede'],
    ['an extension beyond the end', '9060 0001 00000002 00000003 bede0002 10000000'],
    ['the longest extension', '9060 0001 00000002 00000003 bedeffff 10000000'],
    ['padding of 0 bytes', 'a060 0001 00000002 00000003 00'],
    ['padding over the payload', 'a060 0001 00000002 00000003 aa03'],
    ['padding over the header', 'a060 0001 00000002 000000ff'],
  ])('is ignored: %s', (_, hex) => {
    expect(parseRtp(bytes(hex))).toBeUndefined();
  });

  it('is never parsed to a wrong payload when cut at any byte', () => {
    for (let length = 0; length < full.length; length++) {
      const cut = parseRtp(full.subarray(0, length));
      expect(cut === undefined || length > 28).toBe(true);
    }
  });

  it('of random bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (datagram) => {
        const packet = parseRtp(datagram);
        return packet === undefined || packet.payload.length <= datagram.length - 12;
      }),
    );
  });
});

describe('an RTP packet', () => {
  it('is read past CSRCs, extension and padding', () => {
    expect(parseRtp(full)).toEqual({
      payloadType: 97,
      marker: true,
      sequenceNumber: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0x11223344,
      payload: bytes('deadbeef'),
    });
  });

  it('may hold padding alone', () => {
    expect(parseRtp(bytes('a060 0001 00000002 00000003 00000004'))?.payload).toHaveLength(0);
  });

  it('is read back as written, with a mid or without', () => {
    const packets = fc.record({
      payloadType: fc.integer({ min: 96, max: 127 }),
      marker: fc.boolean(),
      sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
      timestamp: fc.integer({ min: 0, max: 0xffffffff }),
      ssrc: fc.integer({ min: 0, max: 0xffffffff }),
      payload: fc.uint8Array({ maxLength: 1200 }),
    });
    const mids = fc.option(fc.stringMatching(/^[a-z0-9]{1,16}$/), { nil: undefined });
    fc.assert(
      fc.property(packets, mids, (packet, mid) => {
        const datagram = serialiseRtp(packet, mid === undefined ? undefined : midExtension(1, mid));
        expect(parseRtp(datagram)).toEqual(packet);
      }),
    );
  });

  it('has its mid in a one-byte header extension', () => {
    const packet = { payloadType: 96, marker: false, sequenceNumber: 1, timestamp: 2, ssrc: 3, payload: bytes('aa') };
    expect(serialiseRtp(packet, midExtension(1, 'ab'))).toEqual(
      bytes('9060 0001 00000002 00000003 bede0001 11616200 aa'),
    );
    expect(midExtension(1, 'abcd')).toEqual(bytes('bede0002 1361626364000000'));
  });

  it.each([
    [0, 'a'],
    [15, 'a'],
    [1, ''],
    [1, 'a'.repeat(17)],
    [1, 'ü'],
  ])('refuses the mid %s %j', (id, mid) => {
    expect(() => midExtension(id, mid)).toThrow();
  });
});

describe('RTP and RTCP on one port', () => {
  it.each([
    ['8060 0001', 'rtp'],
    ['80bf 0001', 'rtp'],
    ['80c0 0001', 'rtcp'],
    ['81c8 0001', 'rtcp'],
    ['80df 0001', 'rtcp'],
    ['80e0 0001', 'rtp'],
    ['0001 0000', undefined],
    ['1603 0301', undefined],
    ['80c8', undefined],
  ])('%s is %s', (hex, kind) => {
    expect(datagramKind(bytes(hex))).toBe(kind);
  });
});
