// Bytes of LiveKit clients: what cannot be read is refused with a code, and never reaches the rest.
import { DataPacket, MuteTrackRequest, SignalRequest, UserPacket } from '@livekit/protocol';
import { MeridianError } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  decodeDataPacket,
  decodeSignalRequest,
  livekitPacketBytesMax,
  livekitSignalBytesMax,
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

  it('refuses one byte more than it takes as FRAME_TOO_LARGE, before it reads any', () => {
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

it('reads what clients write', () => {
  const mute = new SignalRequest({
    message: { case: 'mute', value: new MuteTrackRequest({ sid: 'TR_1', muted: true }) },
  });
  expect(decodeSignalRequest(mute.toBinary())).toEqual(mute);
  const user = new DataPacket({
    value: { case: 'user', value: new UserPacket({ payload: Uint8Array.of(1), topic: 'a' }) },
  });
  expect(decodeDataPacket(user.toBinary())).toEqual(user);
});

it('leaves a request that it does not know without a case', () => {
  expect(decodeSignalRequest(Uint8Array.of(0xfa, 0x07, 0x00)).message.case).toBeUndefined(); // field 127
  expect(decodeSignalRequest(new Uint8Array()).message.case).toBeUndefined();
});
