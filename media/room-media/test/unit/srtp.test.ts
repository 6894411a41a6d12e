// Tests which SRTP datagrams are accepted, by the vectors of RFC 3711 and of libsrtp. Refused datagrams come first.
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SrtpCrypto } from '../../src/adapters/rtp/srtp-crypto.ts';
import { serialiseRtp } from '../../src/core/rtp/packet.ts';
import { serialiseRtcp } from '../../src/core/rtp/rtcp.ts';
import { IndexWindow } from '../../src/core/srtp/index-window.ts';
import { counterOf, sessionKeysOf } from '../../src/core/srtp/keys.ts';
import { clearBytesOf, DATAGRAM_BYTES_MAX, readSrtp } from '../../src/core/srtp/packet.ts';
import { SrtpSource } from '../../src/core/srtp/source.ts';
import { hex } from '../support/bytes.ts';
import { SrtpPeer } from '../support/srtp-peer.ts';

const master = hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6');
const keyBase64 = Buffer.from(master).toString('base64');
const srtp = hex('800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb');
const srtcp = hex('81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798');
const ssrc = 0xcafebabe;

const packet = (sequenceNumber: number, payload = Uint8Array.of(1, 2, 3)) =>
  serialiseRtp({ payloadType: 105, marker: false, sequenceNumber, timestamp: 7, ssrc, payload });
const source = () => new SrtpSource(new SrtpCrypto(master));
const verdicts = (of: SrtpSource, datagrams: readonly Uint8Array[]): string[] =>
  datagrams.map((datagram) => of.check(datagram, readSrtp(datagram)?.kind ?? 'rtp').verdict);

describe('a datagram that is no SRTP', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['STUN', hex('000100002112a442000000000000000000000000 00000000')],
    ['DTLS', hex('16fefd0000000000000000009a0100008e00000000000000')],
    ['TURN data', hex('4000001800000000000000000000000000000000000000')],
    ['SCTP', hex('1388138800000000000000000100001400000000000000')],
    ['RTP of version 1', Uint8Array.from(srtp, (byte, at) => (at === 0 ? 0x40 : byte))],
    ['one too short for a tag', srtp.subarray(0, 21)],
    ['one too long', Uint8Array.from({ length: DATAGRAM_BYTES_MAX + 1 }, () => 0x80)],
  ])('is not read: %s', (_what, datagram) => {
    expect(readSrtp(datagram)).toBe(undefined);
  });
  it('is distinguished from SRTP, whose SSRC is read in both forms', () => {
    expect([readSrtp(srtp), readSrtp(srtcp)]).toEqual([
      { kind: 'rtp', ssrc },
      { kind: 'rtcp', ssrc },
    ]);
  });
  it('of arbitrary bytes throws nothing, and changes nothing', () => {
    const one = source();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const read = readSrtp(bytes);
        if (read !== undefined) expect(one.check(bytes, read.kind).verdict).not.toBe('fresh');
        clearBytesOf(bytes);
      }),
    );
    expect(verdicts(one, [srtp, srtcp])).toEqual(['fresh', 'fresh']);
  });
});

describe('a refused datagram', () => {
  it('is any with a changed byte, which does not affect the real datagram', () => {
    const one = source();
    for (const real of [srtp, srtcp]) {
      for (const at of real.keys()) {
        const wrong = Uint8Array.from(real, (byte, index) => (index === at ? byte ^ 1 : byte));
        const kind = readSrtp(real)?.kind ?? 'rtp';
        expect(one.check(wrong, kind).verdict).toBe('forged');
        expect(one.check(wrong.subarray(0, at), kind).verdict).toBe('forged');
      }
      expect(verdicts(one, [real])).toEqual(['fresh']);
    }
  });
  it('is one of another key', () => {
    const other = new SrtpPeer(Buffer.alloc(30, 7).toString('base64'));
    expect(
      verdicts(source(), [other.sealRtp(packet(1)), other.sealRtcp(serialiseRtcp([{ type: 'bye', ssrcs: [ssrc] }]))]),
    ).toEqual(['forged', 'forged']);
  });
  it('is one that came before, late or not, RTP or RTCP', () => {
    const peer = new SrtpPeer(keyBase64);
    const sent = [10, 11, 12].map((sequence) => peer.sealRtp(packet(sequence)));
    const report = peer.sealRtcp(serialiseRtcp([{ type: 'rr', ssrc, reports: [] }]));
    const one = source();
    expect(verdicts(one, [...sent.toReversed(), ...sent, report, report])).toEqual([
      ...['fresh', 'fresh', 'fresh', 'replayed', 'replayed', 'replayed', 'fresh', 'replayed'],
    ]);
  });
  it('is one too old to be judged, and one from before the beginning', () => {
    const peer = new SrtpPeer(keyBase64);
    const sent = Array.from({ length: 1030 }, (_, at) => peer.sealRtp(packet(at)));
    const one = source();
    expect(verdicts(one, [sent[1029] ?? srtp])).toEqual(['fresh']);
    expect(verdicts(one, sent.slice(0, 8))).toEqual([...Array(6).fill('replayed'), 'fresh', 'fresh']);
    const late = source();
    expect(verdicts(late, [sent[5] ?? srtp, new SrtpPeer(keyBase64).sealRtp(packet(65_530))])).toEqual([
      'fresh',
      'replayed',
    ]);
  });
});

describe('indexes', () => {
  it.each([
    [[65_530], 3, 65_539],
    [[65_539], 65_535, 65_535],
    [[65_539], 65_530, 65_530],
    [[32_767], 0, 0],
    [[32_767], 65_535, 65_535],
    [[32_768], 0, 0],
    [[32_769], 0, 65_536],
    [[131_072 + 40_000], 7000, 3 * 65_536 + 7000],
    [[10], 60_000, undefined],
    [[2 ** 48 - 1], 0, undefined],
  ])('after %j the sequence number %i means %s', (noted, sequence, index) => {
    const window = new IndexWindow();
    for (const one of noted) window.note(one);
    expect(window.estimate(sequence)).toBe(index);
  });
  it('are found through many wraps, with losses and a disorder of some hundred', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(fc.integer({ min: -500, max: 30_000 }), { minLength: 1, maxLength: 200 }),
        (start, steps) => {
          const window = new IndexWindow();
          window.note(start);
          for (const step of steps) {
            const index = window.highest + step;
            if (index < start) continue;
            expect(window.estimate(index % 65_536)).toBe(index);
            window.note(index);
            expect(window.isFresh(index)).toBe(false);
          }
        },
      ),
    );
  });
});

describe('the vectors', () => {
  const stream = (key: Uint8Array, counter: Uint8Array, bytes: number): Uint8Array =>
    createCipheriv('aes-128-ctr', key, counter).update(new Uint8Array(bytes));
  it('of RFC 3711, B.3: keys', () => {
    const { rtp } = sessionKeysOf(master, stream);
    expect(Uint8Array.from(rtp.encryption)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(Uint8Array.from(rtp.salt)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(Uint8Array.from(rtp.authentication)).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });
  it('of RFC 3711, B.2: the key stream', () => {
    const counter = counterOf(hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'), 0, 0);
    const made = stream(hex('2B7E151628AED2A6ABF7158809CF4F3C'), counter, 48);
    expect(Uint8Array.from(made)).toEqual(
      hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
    );
  });
  it('of libsrtp: a packet of each kind is accepted, and opened by the peer of these tests', () => {
    expect(verdicts(source(), [srtp, srtcp])).toEqual(['fresh', 'fresh']);
    const peer = new SrtpPeer(keyBase64);
    expect(peer.openRtp(srtp)?.subarray(12)).toEqual(Buffer.alloc(16, 0xab));
    expect(peer.openRtcp(srtcp)?.subarray(8)).toEqual(Buffer.alloc(16, 0xab));
  });
});

describe('resealing', () => {
  const to = Buffer.alloc(30, 9);
  const [mine, others] = [new SrtpCrypto(master), new SrtpCrypto(to)];
  it('refuses a packet whose header is longer than the packet', () => {
    const header = Uint8Array.from(packet(1), (byte, at) => (at === 0 ? 0x8f : byte));
    expect(mine.resealRtp(Uint8Array.from([...header, ...new Uint8Array(10)]), 1, others, 1)).toBe(undefined);
    header[0] = 0x90;
    expect(mine.resealRtp(Uint8Array.from([...header, ...new Uint8Array(10)]), 1, others, 1)).toBe(undefined);
  });
  it("keeps a packet's contents under the other key, with wraps counted from 0", () => {
    const [peer, receiver] = [new SrtpPeer(keyBase64), new SrtpPeer(to.toString('base64'))];
    peer.sealRtp(packet(65_535));
    for (const sequence of [0, 1, 30_000]) {
      const plain = packet(
        sequence,
        Uint8Array.from({ length: 100 }, (_, at) => at),
      );
      const sealed = mine.resealRtp(peer.sealRtp(plain), 65_536 + sequence, others, sequence);
      expect(receiver.openRtp(sealed ?? srtp)).toEqual(Buffer.from(plain));
    }
  });
  it('leaves the sealed datagram unchanged', () => {
    for (const one of [srtp, srtcp].map((bytes) => Buffer.from(bytes))) {
      const before = Buffer.from(one);
      mine.openRtp(one, 0x1234);
      mine.openRtcp(one);
      mine.resealRtp(one, 0x1234, others, 0x1234);
      mine.resealRtcp(one, others);
      expect(one).toEqual(before);
    }
  });
  it('keeps a packet of RTCP, signed-only packets included', () => {
    const [peer, receiver] = [new SrtpPeer(keyBase64), new SrtpPeer(to.toString('base64'))];
    const plain = serialiseRtcp([{ type: 'nack', senderSsrc: ssrc, mediaSsrc: 4, sequenceNumbers: [1, 9] }]);
    expect(receiver.openRtcp(mine.resealRtcp(peer.sealRtcp(plain), others))).toEqual(Buffer.from(plain));
    const clear = hex('81c90001cafebabe 00000001 00000000000000000000');
    const sealed = mine.resealRtcp(clear, others);
    expect(receiver.openRtcp(sealed)).toEqual(Buffer.from(clear.subarray(0, 8)));
  });
});
