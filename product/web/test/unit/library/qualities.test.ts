// Qualities of a playlist in the player, and the notice while they are made.
import { describe, expect, it } from 'vitest';
import type { Renditions } from '../../../src/library/core/model.ts';
import {
  isMaking,
  type Level,
  nameOf,
  qualitiesOf,
  renditionProgressOf,
  speedsWith,
} from '../../../src/library/core/qualities.ts';

const level = (name: string, height: number, bitrate: number): Level => ({
  uri: `https://lib.example.org/library/contents/t.o.k/renditions/${name}.m3u8`,
  height,
  bitrate,
});

describe('qualities', () => {
  it.each([
    ['without levels', []],
    ['for sound alone', [level('sound', 0, 128_000)]],
    ['for a level without name and height', [{ uri: '', height: 0, bitrate: 1 }]],
    ['for a height that is no number', [{ uri: 'x', height: Number.NaN, bitrate: 1 }]],
  ])('are none %s', (_what, levels) => {
    expect(qualitiesOf(levels)).toEqual([]);
  });

  it('are sorted from the largest to the smallest, each with its index among the levels', () => {
    const levels = [level('360p', 360, 600_000), level('1080p', 1080, 4_000_000), level('720p', 720, 2_000_000)];
    expect(qualitiesOf(levels)).toEqual([
      { name: '1080p', level: 1 },
      { name: '720p', level: 2 },
      { name: '360p', level: 0 },
    ]);
  });

  it('offer one of two codecs in the same size: the one with the lower bitrate', () => {
    const h264 = level('720p', 720, 2_000_000);
    const av1 = level('720p-av1', 720, 1_300_000);
    expect(qualitiesOf([h264, av1])).toEqual([{ name: '720p', level: 1 }]);
    expect(qualitiesOf([av1, h264])).toEqual([{ name: '720p', level: 0 }]);
  });

  it.each([
    ['of the playlist’s file for a portrait picture', level('720p', 1280, 1), '720p'],
    ['of the height for a playlist without such a name', { uri: 'blob:https://x/1', height: 480, bitrate: 1 }, '480p'],
    ['of the height for a file with an unknown name', { uri: 'x/__proto__.m3u8', height: 480, bitrate: 1 }, '480p'],
    ['"" for an invalid file name without a height', { uri: '720p-<b>.m3u8', height: 0, bitrate: 1 }, ''],
  ])('have the name %s', (_what, one, name) => {
    expect(nameOf(one)).toBe(name);
  });
});

describe('speeds', () => {
  it('go from half to double, with the current speed', () => {
    expect(speedsWith(1)).toEqual([0.5, 0.75, 1, 1.25, 1.5, 2]);
    expect(speedsWith(1.75)).toEqual([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
  });
});

describe('the notice about renditions', () => {
  const renditionsIn = (state: Renditions['state'], done: number): Renditions => ({ state, done, names: [] });
  it.each([
    [undefined, undefined, false],
    [renditionsIn('ready', 1), undefined, false],
    [renditionsIn('waiting', 0), { say: 'making.waiting' }, true],
    [renditionsIn('failed', 0.5), { say: 'making.failed' }, false],
    [renditionsIn('working', 0.4), { say: 'making.working', share: 0.4 }, true],
    [renditionsIn('working', 0.407), { say: 'making.working', share: 0.4 }, true],
    [renditionsIn('working', 1), { say: 'making.working', share: 0.99 }, true],
    [renditionsIn('working', 7), { say: 'making.working', share: 0.99 }, true],
    [renditionsIn('working', -1), { say: 'making.working', share: 0 }, true],
    [renditionsIn('working', Number.NaN), { say: 'making.working', share: 0 }, true],
  ])('for %j', (renditions, making, isUnderWay) => {
    expect([renditionProgressOf(renditions), isMaking(renditions)]).toEqual([making, isUnderWay]);
  });
});
