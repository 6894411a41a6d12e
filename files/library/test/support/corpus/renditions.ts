// Files of the corpus that are rendered too.
import { aac, type CorpusRow, h264, made, picture, tone } from './row.ts';

export const renditionRows: readonly CorpusRow[] = [
  {
    name: 'an MP4 with its index at the end',
    make: made('film.mp4', ...picture('320x180'), ...tone(), ...h264, ...aac),
    expect: {
      kind: 'video',
      type: 'video/mp4',
      media: { durationMs: 1000, width: 320, height: 180, videoCodec: 'h264', audioCodec: 'aac' },
      hasCover: true,
      renditions: { names: ['180p'], size: [320, 180], hasSound: true },
    },
  },
];
