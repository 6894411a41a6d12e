import { AUDIO_TRACK, initSegment, mp4Fragment, VIDEO_TRACK } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { aac, large } from '../support/hls.ts';
import { boxAt, boxesOf, samplesOf } from '../support/mp4.ts';

const video = { format: large, width: 1920, height: 1080 };
const entry = (init: Uint8Array): Uint8Array => boxAt(init, 'moov trak mdia minf stbl stsd').subarray(8);

it.each([
  ['no track', {}],
  ['sound that is not AAC', { audio: { codec: 'opus', sampleRate: 48_000, channels: 2 } as const }],
  ['AAC without its config', { audio: { codec: 'aac', sampleRate: 48_000, channels: 2 } as const }],
  ['a config too long for its descriptor', { audio: { ...aac, config: new Uint8Array(120) } }],
  ['an SPS without profile and level', { video: { ...video, format: { ...large, sps: hex('67') } } }],
])('an init segment is not written for %s', (_what, tracks) => {
  expect(() => initSegment(tracks)).toThrow(RangeError);
});

it('an init segment describes its tracks', () => {
  const init = initSegment({ video, audio: aac });
  expect(boxesOf(init).map(({ type }) => type)).toEqual(['ftyp', 'moov']);
  const moov = boxesOf(boxAt(init, 'moov'));
  expect(moov.map(({ type }) => type)).toEqual(['mvhd', 'trak', 'trak', 'mvex']);
  expect(boxesOf(boxAt(init, 'moov mvex')).map(({ type }) => type)).toEqual(['trex', 'trex']);
  const [avc1] = boxesOf(entry(init));
  expect(avc1?.type).toBe('avc1');
  expect([...(avc1?.body.subarray(24, 28) ?? [])]).toEqual([0x07, 0x80, 0x04, 0x38]);
  expect(boxesOf(avc1?.body.subarray(78) ?? new Uint8Array(0))).toMatchObject([{ type: 'avcC' }]);
  const [mp4a] = boxesOf(entry(initSegment({ audio: aac })));
  expect(boxesOf(mp4a?.body.subarray(28) ?? new Uint8Array(0))).toEqual([
    { type: 'esds', body: hex('00000000 03 19 0002 00 04 11 40 15 0000000000000000000000 05 02 1190 06 01 02') },
  ]);
});

it('a fragment has its samples at its offsets, for times beyond 32 bits', () => {
  const sample = (duration: number, isSync: boolean, composition: number, data: string) => ({
    duration,
    isSync,
    composition,
    data: hex(data),
  });
  const bytes = mp4Fragment(2 ** 32 + 7, [
    {
      track: VIDEO_TRACK,
      base: 2 ** 40 + 1,
      samples: [sample(3000, true, 6000, 'aabb'), sample(3000, false, -3000, 'cc')],
    },
    { track: AUDIO_TRACK, base: 2 ** 33, samples: [sample(1024, true, 0, 'dddddd')] },
  ]);
  expect(boxAt(bytes, 'moof mfhd')).toEqual(hex('00000000 00000007'));
  expect(samplesOf(bytes)).toEqual([
    { track: 1, dts: 2 ** 40 + 1, pts: 2 ** 40 + 6001, duration: 3000, isSync: true, data: hex('aabb') },
    { track: 1, dts: 2 ** 40 + 3001, pts: 2 ** 40 + 1, duration: 3000, isSync: false, data: hex('cc') },
    { track: 2, dts: 2 ** 33, pts: 2 ** 33, duration: 1024, isSync: true, data: hex('dddddd') },
  ]);
});
