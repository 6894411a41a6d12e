import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetiseSound, SoundDepacketiser, soundFormatOf, soundParameters } from '../../src/core/rtp/carried-sound.ts';

const MAX = 1100;
const config = Uint8Array.of(0x11, 0x90);
const packets = (frame: Uint8Array, from: number) =>
  packetiseSound(frame, MAX).map((payload, at, all) => {
    return { payload, extendedSequence: from + at, marker: at === all.length - 1 };
  });
const frameOf = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('the sound depacketiser', () => {
  it('makes frames within the bound, or none, of arbitrary packets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ payload: fc.uint8Array({ maxLength: 40 }), marker: fc.boolean(), step: fc.nat(2) })),
        (all) => {
          const reader = new SoundDepacketiser();
          let extendedSequence = 0;
          for (const { payload, marker, step } of all) {
            extendedSequence += step;
            const frame = reader.push({ payload, marker, extendedSequence });
            if (frame !== undefined && (frame.length === 0 || !marker)) return false;
          }
          return true;
        },
      ),
    );
  });
  it('keeps at most the longest frame when no packet ends it', () => {
    const reader = new SoundDepacketiser();
    const long = packets(frameOf(9000, 1), 0);
    expect(long.map((packet) => reader.push(packet))).toEqual(long.map(() => undefined));
    expect(reader.push(packets(frameOf(10, 2), long.length)[0] ?? never())).toEqual(frameOf(10, 2));
  });
  it('drops a frame that lost a part, and returns the next frame whole', () => {
    const reader = new SoundDepacketiser();
    const [first, , third] = packets(frameOf(3000, 1), 0);
    expect([first, third].map((packet) => reader.push(packet ?? never()))).toEqual([undefined, undefined]);
    expect(reader.push(packets(frameOf(20, 2), 3)[0] ?? never())).toEqual(frameOf(20, 2));
    const reader2 = new SoundDepacketiser();
    const [, second, last] = packets(frameOf(3000, 1), 0);
    expect([second, last].map((packet) => reader2.push(packet ?? never()))).toEqual([undefined, undefined]);
  });
  it.each([1, 300, MAX - 1, MAX, 8191])('returns a frame of %i bytes', (length) => {
    const reader = new SoundDepacketiser();
    const made = packets(frameOf(length, 7), 5);
    for (const { payload } of made) expect(payload.length).toBeLessThanOrEqual(MAX);
    expect(made.map((packet) => reader.push(packet)).at(-1)).toEqual(frameOf(length, 7));
  });
});

describe('the format', () => {
  it.each([
    ['no parameters', undefined],
    ['parameters without a config', {}],
    ['a config that is a number', { config: 1190 }],
    ['half a byte', { config: '119' }],
    ['a config that is not hexadecimal', { config: 'xx' }],
    ['a config that is cut', { config: '11' }],
    ['a config that is too long', { config: '11'.repeat(65) }],
    ['MP2 without a rate', { carries: 'MP2', channels: 2 }],
    ['MP2 of an unsupported rate', { carries: 'MP2', rate: 96_000, channels: 2 }],
    ['MP2 of three channels', { carries: 'MP2', rate: 48_000, channels: 3 }],
  ])('is unknown for %s', (_what, parameters) => expect(soundFormatOf(parameters)).toBe(undefined));
  it('survives its codec parameters', () => {
    const aac = { codec: 'aac', sampleRate: 48_000, channels: 2, config } as const;
    const mp2 = { codec: 'mp2', sampleRate: 22_050, channels: 1 } as const;
    for (const format of [aac, mp2]) expect(soundFormatOf(soundParameters(format))).toEqual(format);
    expect(soundParameters({ codec: 'opus', sampleRate: 48_000, channels: 2 })).toBe(undefined);
  });
});

function never(): never {
  throw new Error('there is a packet');
}
