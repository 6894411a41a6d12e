import type { AudioFormat, AudioUnit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { expect, test } from 'vitest';
import { Segmenter } from '../../src/core/hls/segmenter.ts';
import { SOUND_WAIT_MAX_MS, StartDelay } from '../../src/core/hls/start-delay.ts';
import { aac, large, picture, sound } from '../support/hls.ts';

const startMs = 5000;
const item = (kind: 'audio' | 'video', name: number) => ({ kind, name });
type Item = ReturnType<typeof item>;

test.each<[string, [number, Item][], number[][]]>([
  [
    'pictures without sound are taken after the longest wait for sound',
    [
      [0, item('video', 1)],
      [SOUND_WAIT_MAX_MS, item('video', 2)],
    ],
    [[], [1, 2]],
  ],
  [
    'sound that comes after the longest wait is taken behind the pictures',
    [
      [SOUND_WAIT_MAX_MS, item('video', 1)],
      [SOUND_WAIT_MAX_MS, item('audio', 2)],
    ],
    [[1], [2]],
  ],
  [
    'pictures wait for sound, which goes first',
    [
      [0, item('video', 1)],
      [1, item('video', 2)],
      [2, item('audio', 3)],
    ],
    [[], [], [3, 1, 2]],
  ],
  [
    'sound waits for nothing',
    [
      [0, item('audio', 1)],
      [1, item('video', 2)],
      [2, item('audio', 3)],
    ],
    [[1], [2], [3]],
  ],
])('%s', (_, items, taken) => {
  const opening = new StartDelay<Item>(startMs);
  expect(items.map(([atMs, one]) => opening.take(one, startMs + atMs).map(({ name }) => name))).toEqual(taken);
});

type StreamItem = VideoFormat | AudioFormat | VideoUnit | AudioUnit;
const kindOf = (given: StreamItem): 'audio' | 'video' => {
  if ('kind' in given) return given.kind;
  return given.codec === 'h264' ? 'video' : 'audio';
};

test('a stream whose sound begins after its picture begins with both together', () => {
  const opening = new StartDelay<{ kind: 'audio' | 'video'; given: StreamItem }>(0);
  const segmenter = new Segmenter();
  const pictures = Array.from({ length: 50 }, (_, at) => picture(at * 40, at % 25 === 0));
  const sounds = Array.from({ length: 70 }, (_, at) => sound(500 + (at * 1024) / 48));
  const cuts = [large, ...pictures.slice(0, 12), aac, ...pictures.slice(12), ...sounds].flatMap((given) =>
    opening.take({ kind: kindOf(given), given }, 0).flatMap(({ given: one }) => {
      if (!('kind' in one)) {
        if (one.codec === 'h264') segmenter.videoFormat(one as VideoFormat);
        else segmenter.audioFormat(one as AudioFormat);
        return [];
      }
      return one.kind === 'video' ? segmenter.picture(one) : segmenter.sound(one);
    }),
  );
  const codecs = cuts.flatMap((cut) => (cut.kind === 'tracks' ? [cut.codecs] : []));
  expect(codecs).toEqual(['avc1.640028,mp4a.40.2']);
});
