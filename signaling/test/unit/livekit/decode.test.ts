// Tests bytes of LiveKit clients: unreadable messages are refused with a code, and never reach the rest.
import { SessionDescription, SignalRequest } from '@livekit/protocol';
import { MeridianError } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  decodeDataPacket,
  decodeSignalRequest,
  livekitPacketBytesMax,
  livekitSignalBytesMax,
  signalCost,
} from '../../../src/core/livekit/index.ts';

const readers = [
  ['decodeSignalRequest', decodeSignalRequest, livekitSignalBytesMax],
  ['decodeDataPacket', decodeDataPacket, livekitPacketBytesMax],
] as const;

describe.each(readers)('%s', (_, decode, bytesMax) => {
  test.each([
    ['a field that ends too early', [0x0a, 0x05, 0x01]],
    ['an endless varint', new Array(11).fill(0xff)],
    ['a group that never ends', [0x0b]],
    ['a wire type that does not exist', [0x0f]],
    ['text, as old clients send JSON', [...new TextEncoder().encode('{"ping":1}')]],
  ])('refuses %s as FRAME_MALFORMED', (_name, bytes) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
  });

  it('refuses a message of one byte too many as FRAME_TOO_LARGE, before it reads any', () => {
    const bytes = new Uint8Array(bytesMax + 1).fill(0xff);
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  it('throws nothing but MeridianError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MeridianError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

const described = (name: 'offer' | 'answer', sdp: string): Uint8Array =>
  new SignalRequest({ message: { case: name, value: new SessionDescription({ type: name, sdp }) } }).toBinary();
const kb = (count: number): string => 'a'.repeat(count * 1024);

describe('descriptions', () => {
  it.each([
    ['an offer of 77 kB, as sixteen videos of a browser are', described('offer', kb(77)), 0],
    ['an expected answer of 300 tracks', described('answer', kb(320)), 300 * 1024],
  ])('may be larger than any other message: %s', (_, bytes, answerBytes) => {
    expect(decodeSignalRequest(bytes, answerBytes).toBinary()).toEqual(bytes);
  });

  it.each([
    ['an offer of 320 kB', described('offer', kb(320)), 300 * 1024],
    ['an unexpected answer', described('answer', kb(64)), 0],
    ['an answer larger than expected', described('answer', kb(365)), 300 * 1024],
    ['any other message', Uint8Array.of(0x2a, ...Array(livekitSignalBytesMax).fill(0)), 300 * 1024],
  ])('are refused beyond the bound: %s', (_, bytes, answerBytes) => {
    expect(() => decodeSignalRequest(bytes, answerBytes)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  it.each([
    ['a small message', Uint8Array.of(1), 0, 1],
    ['an offer of 20 kB', described('offer', kb(20)), 0, 6],
    ['an offer of 1,000 lines', described('offer', 'a\n'.repeat(1000)), 0, 11],
    [
      'an answer of the expected size',
      described('answer', 'a=1234567890123456789012345678901\n'.repeat(900)),
      32 * 1024,
      1,
    ],
    ['an unexpected answer of 32 kB', described('answer', kb(32)), 0, 9],
    ['another message while an answer is awaited', described('offer', kb(32)), 32 * 1024, 9],
    ['an offer that is refused for its size', described('offer', kb(1024)), 0, 65],
  ])('%s costs as many requests as its size and its lines say', (_, bytes, answerBytes, cost) => {
    expect(signalCost(bytes, answerBytes)).toBe(cost);
  });
});
