import { expect, it } from 'vitest';
import { beginningOf, playlistsOf, slicesOf } from '../../src/core/beginning.ts';
import { masterPlaylist, mediaPlaylist } from '../../src/core/renditions/playlists.ts';

const rungOf = (name: string, seconds: number, picture = true) => ({
  name,
  init: `${name}-init-ab-1.mp4`,
  codecs: 'avc1.64001f',
  segments: Array.from({ length: seconds / 4 }, (_, at) => ({
    file: `${name}-${Math.floor(at / 10)}-ab-1.mp4`,
    from: (at % 10) * 1000,
    bytes: 1000,
    durationMs: 4000,
  })),
  picture: picture ? { width: 640, height: 360, rate: { num: 25, den: 1 } } : undefined,
});

it('all playlists of a master playlist are found, also the playlist of the sound', () => {
  const master = masterPlaylist([rungOf('360p', 8), rungOf('720p', 8)], rungOf('sound', 8, false));
  expect(playlistsOf(master).toSorted()).toEqual(['360p', '720p', 'sound'].map((name) => `renditions/${name}.m3u8`));
  expect(playlistsOf('#EXTM3U\n../facts.json\nhttp://elsewhere/x.m3u8\n')).toEqual([]);
});

it('the beginning is two minutes of each quality, with the init segment', () => {
  const ranges = beginningOf(mediaPlaylist(rungOf('360p', 600)));
  expect(ranges[0]).toEqual({ file: 'renditions/360p-init-ab-1.mp4', from: 0, bytes: 1 });
  expect(ranges).toHaveLength(1 + 30);
  expect(ranges.at(-1)).toEqual({ file: 'renditions/360p-2-ab-1.mp4', from: 9000, bytes: 1000 });
});

it('each slice of the beginning is requested once', () => {
  const ranges = [
    { file: 'a', from: 0, bytes: 5 },
    { file: 'a', from: 5, bytes: 10 },
    { file: 'b', from: 9, bytes: 1 },
    { file: 'b', from: 10, bytes: 0 },
  ];
  expect(slicesOf(ranges, 10)).toEqual([
    { file: 'a', at: 0 },
    { file: 'a', at: 10 },
    { file: 'b', at: 0 },
  ]);
});
