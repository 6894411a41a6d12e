// Tests the SRTP between a gateway and a media node of another host against an independent implementation.
import { describe, expect, it } from 'vitest';
import { SrtpOpener, SrtpSealer } from '../../src/adapters/rtp/srtp-sides.ts';
import { serialiseRtp } from '../../src/core/rtp/packet.ts';
import { serialiseRtcp } from '../../src/core/rtp/rtcp.ts';
import { SrtpPeer } from '../support/srtp-peer.ts';

const key = Buffer.alloc(30, 7);
const peer = (): SrtpPeer => new SrtpPeer(key.toString('base64'));
const packet = (ssrc: number, sequenceNumber: number): Uint8Array =>
  serialiseRtp({ payloadType: 105, marker: false, sequenceNumber, timestamp: 7, ssrc, payload: Uint8Array.of(1, 2) });
const report = (ssrc: number): Uint8Array => serialiseRtcp([{ type: 'rr', ssrc, reports: [] }]);
const bytes = (datagram: Uint8Array | undefined): number[] | undefined => datagram && [...datagram];

describe('a sealed datagram', () => {
  it('is opened by the key, of each stream in its order, over a wrap too', () => {
    const [sealer, there] = [new SrtpSealer(key), peer()];
    for (const [ssrc, sequence] of [
      [1, 65_534],
      [2, 9],
      [1, 65_535],
      [1, 0],
      [2, 10],
      [1, 1],
    ] as const) {
      const plain = packet(ssrc, sequence);
      expect(bytes(there.openRtp(sealer.seal(plain) ?? new Uint8Array(40)))).toEqual([...plain]);
    }
  });
  it('that is sent again is the same as at first, also from before a wrap', () => {
    const sealer = new SrtpSealer(key);
    const first = [65_535, 0].map((sequence) => bytes(sealer.seal(packet(1, sequence))));
    expect([65_535, 0].map((sequence) => bytes(sealer.seal(packet(1, sequence))))).toEqual(first);
  });
  it('of RTCP is opened too, and never the same twice', () => {
    const [sealer, there] = [new SrtpSealer(key), peer()];
    const [first, second] = [sealer.seal(report(1)), sealer.seal(report(1))];
    expect(bytes(first)).not.toEqual(bytes(second));
    for (const sealed of [first, second])
      expect(bytes(there.openRtcp(sealed ?? new Uint8Array(40)))).toEqual([...report(1)]);
  });
  it('is neither older than the first of its stream nor other than RTP', () => {
    const sealer = new SrtpSealer(key);
    sealer.seal(packet(1, 3));
    expect(sealer.seal(packet(1, 65_530))).toBeUndefined();
    expect(sealer.seal(Uint8Array.of(1, 2, 3))).toBeUndefined();
  });
});

describe('a received datagram', () => {
  it('is opened once, RTP and RTCP', () => {
    const [opener, there] = [new SrtpOpener(key), peer()];
    for (const [plain, sealed] of [
      [packet(1, 65_535), there.sealRtp(packet(1, 65_535))],
      [report(1), there.sealRtcp(report(1))],
      [packet(1, 0), there.sealRtp(packet(1, 0))],
    ] as const) {
      expect(bytes(opener.open(sealed))).toEqual([...plain]);
      expect(opener.open(sealed)).toBeUndefined();
    }
  });
  it('with another key is dropped, and does not count', () => {
    const opener = new SrtpOpener(key);
    const other = new SrtpPeer(Buffer.alloc(30, 8).toString('base64'));
    for (const forged of [
      other.sealRtp(packet(1, 40_000)),
      other.sealRtcp(report(1)),
      packet(1, 1),
      new Uint8Array(60),
    ])
      expect(opener.open(forged)).toBeUndefined();
    expect(bytes(opener.open(peer().sealRtp(packet(1, 1))))).toEqual([...packet(1, 1)]);
  });
  it('of too many streams makes the opener forget quiet streams, not active ones', () => {
    const [opener, there] = [new SrtpOpener(key), peer()];
    const sealed = there.sealRtp(packet(1, 5));
    expect(opener.open(sealed)).toBeDefined();
    for (let ssrc = 2; ssrc < 1500; ssrc += 1) {
      expect(opener.open(there.sealRtp(packet(ssrc, 1)))).toBeDefined();
      expect(opener.open(there.sealRtp(packet(1, 5 + ssrc)))).toBeDefined();
    }
    expect(opener.open(sealed)).toBeUndefined(); // The stream is still counted, so this is a replay.
    expect(opener.open(peer().sealRtp(packet(2, 1)))).toBeDefined(); // The stream was forgotten.
  });
});
