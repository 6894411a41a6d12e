// Files of cameras, browsers and editors: pictures upright, true lengths, and the best of several streams.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { checked, coloursOf, farthest, ffmpeg, type Rgb, rendered } from '../support/foreign.ts';
import { ffprobe, Rig } from '../support/renditions.ts';

let rig: Rig;
let shop: RenditionContext;
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25', '-crf', '12'];
const film = (seconds: number, size = '320x180'): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=${size}:r=25:d=${seconds}`,
];
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=d=${seconds}`];

beforeAll(async () => {
  rig = await new Rig().start();
  shop = await rig.shop({ hasAv1: false, chunkMsMin: 12_000 });
  const quarters = 'color=red:s=320x180:r=25:d=1,drawbox=x=160:w=160:h=90:color=lime:t=fill';
  const below = 'drawbox=y=90:w=160:h=90:color=blue:t=fill,drawbox=x=160:y=90:w=160:h=90:color=white:t=fill';
  await ffmpeg('-f', 'lavfi', '-i', `${quarters},${below}`, ...FAST, rig.path('flat.mp4'));
  await ffmpeg('-f', 'lavfi', '-i', `${quarters},${below}`, '-frames:v', '1', '-q:v', '2', rig.path('flat.jpg'));
});
afterAll(() => rig.close());

type Quarter = 'red' | 'lime' | 'blue' | 'white';
const rgb: Record<Quarter, Rgb> = { red: [255, 0, 0], lime: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] };
const corners = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.2, 0.8],
  [0.8, 0.8],
] as const;
/** Neighbours of a corner, two codecs and 4:2:0 change these colours by less; the quarters differ by 255. */
const TOLERANCE = 40;

/** By EXIF orientation: the matrix of a track, whether sides are exchanged, and the quarters in reading order. */
const orientations: readonly [number, [number, number, number, number], boolean, Quarter[]][] = [
  [1, [1, 0, 0, 1], false, ['red', 'lime', 'blue', 'white']],
  [2, [-1, 0, 0, 1], false, ['lime', 'red', 'white', 'blue']],
  [3, [-1, 0, 0, -1], false, ['white', 'blue', 'lime', 'red']],
  [4, [1, 0, 0, -1], false, ['blue', 'white', 'red', 'lime']],
  [5, [0, 1, 1, 0], true, ['red', 'blue', 'lime', 'white']],
  [6, [0, 1, -1, 0], true, ['blue', 'red', 'white', 'lime']],
  [7, [0, -1, -1, 0], true, ['white', 'lime', 'blue', 'red']],
  [8, [0, -1, 1, 0], true, ['lime', 'white', 'red', 'blue']],
];

/** Writes the matrix of the first track of an MP4. */
function turned(file: Buffer, [a, b, c, d]: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf('tkhd', undefined, 'latin1') + 4 + 40;
  for (const [place, value = 0] of [a, b, 0, c, d, 0].entries()) copy.writeInt32BE(value * 65_536, at + 4 * place);
  return copy;
}

/** Adds an EXIF segment with an orientation to a JPEG. */
function oriented(file: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  tiff.writeUInt16BE(orientation, 18);
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, content.length + 2]);
  return Buffer.concat([file.subarray(0, 2), head, content, file.subarray(2)]);
}

describe.each(orientations)('orientation %d', (orientation, matrix, isTurned, quarters) => {
  const size = isTurned ? { width: 180, height: 320 } : { width: 320, height: 180 };
  const expected = quarters.map((name) => rgb[name]);

  it('of a JPEG is in its facts, and its cover is upright', async () => {
    const name = `o${orientation}.jpg`;
    await writeFile(rig.path(name), oriented(await readFile(rig.path('flat.jpg')), orientation));
    expect((await checked(rig, name)).media).toMatchObject(size);
    expect(farthest(await coloursOf(rig.path(`${name}.cover.jpg`), corners), expected)).toBeLessThan(TOLERANCE);
    expect(await ffprobe('-show_entries', 'stream=width,height', rig.path(`${name}.cover.jpg`))).toEqual([
      `${size.width},${size.height}`,
    ]);
  });

  it('of a track is in its facts, and its cover, renditions and thumbnails are upright', async () => {
    const name = `o${orientation}.mp4`;
    await writeFile(rig.path(name), turned(await readFile(rig.path('flat.mp4')), matrix));
    expect((await checked(rig, name)).media).toMatchObject(size);
    const { plan, made } = await rendered(rig, { shop, name });
    expect(plan.ladder).toMatchObject([size]);
    for (const path of [rig.path(`${name}.cover.jpg`), `${made}180p.m3u8`, `${made}sprite.jpg`])
      expect(farthest(await coloursOf(path, corners), expected), path).toBeLessThan(TOLERANCE);
  });
});

it.each([
  ['720x576', '16/11', 1047, 576],
  ['720x480', '10/11', 655, 480],
])('pixels of %s that are %s wide are shown square', async (size, shape, width, height) => {
  const name = `wide-${height}.mov`;
  await ffmpeg(...film(1, size), '-vf', `setsar=${shape}`, ...FAST, rig.path(name));
  expect((await checked(rig, name)).media).toMatchObject({ width, height });
  const cover = await ffprobe('-show_entries', 'stream=width,height', rig.path(`${name}.cover.jpg`));
  expect(cover).toEqual([`${width},${height}`]);
  const { plan } = await rendered(rig, { shop, name });
  expect(plan.ladder.at(-1)).toMatchObject({ width: width - (width % 2), height });
});

describe('the length', () => {
  const joined = async (...names: string[]): Promise<Buffer> =>
    Buffer.concat(await Promise.all(names.map((name) => readFile(rig.path(name)))));
  const loud = ['-filter_complex', 'anullsrc,atrim=end=4[a];anoisesrc=d=4[b];[a][b]concat=n=2:v=0:a=1'];
  beforeAll(async () => {
    const sound = ['-c:a', 'aac'];
    for (const [name, offset, seconds] of [
      ['early.ts', 0, 12],
      ['late.ts', 5000, 12],
      ['wraps.ts', 95_440, 24],
    ] as const) {
      const inputs = [...film(seconds, '160x90'), ...tone(seconds)];
      await ffmpeg(...inputs, ...FAST, ...sound, '-output_ts_offset', `${offset}`, rig.path(name));
    }
    await ffmpeg(...film(8), ...tone(8), ...FAST, ...sound, rig.path('whole.mp4'));
  });

  const rows: readonly [string, string, number, () => Promise<unknown>][] = [
    [
      'a webm of a browser without a length',
      'live.webm',
      4000,
      () =>
        ffmpeg(
          ...film(4),
          ...tone(4),
          '-c:v',
          'libvpx',
          '-cpu-used',
          '8',
          '-deadline',
          'realtime',
          '-c:a',
          'libopus',
          ...['-live', '1', rig.path('live.webm')],
        ),
    ],
    ['AAC whose first half is silent', 'vbr.aac', 8000, () => ffmpeg(...loud, '-c:a', 'aac', rig.path('vbr.aac'))],
    [
      'MP3 of a changing rate without a head',
      'vbr.mp3',
      8000,
      () => ffmpeg(...loud, '-c:a', 'libmp3lame', '-q:a', '0', '-write_xing', '0', rig.path('vbr.mp3')),
    ],
    ['MPEG-TS whose clock wraps', 'wraps.ts', 24_000, async () => undefined],
    [
      'MPEG-TS of pieces, the second later',
      'ahead.ts',
      24_000,
      async () => writeFile(rig.path('ahead.ts'), await joined('early.ts', 'late.ts')),
    ],
    [
      'MPEG-TS of pieces, the second earlier',
      'back.ts',
      24_000,
      async () => writeFile(rig.path('back.ts'), await joined('late.ts', 'early.ts')),
    ],
    [
      'a fragmented MP4',
      'pieces.mp4',
      4000,
      () =>
        ffmpeg(
          ...film(4),
          ...tone(4),
          ...FAST,
          '-c:a',
          'aac',
          '-movflags',
          'frag_keyframe+empty_moov+skip_trailer',
          rig.path('pieces.mp4'),
        ),
    ],
    [
      'FLV without facts',
      'bare.flv',
      4000,
      () =>
        ffmpeg(
          ...film(4),
          ...tone(4),
          ...FAST,
          '-c:a',
          'aac',
          '-flvflags',
          'no_metadata+no_duration_filesize',
          rig.path('bare.flv'),
        ),
    ],
    [
      'FLV whose facts are wrong',
      'false.flv',
      4000,
      async () => {
        await ffmpeg(...film(4), ...tone(4), ...FAST, '-c:a', 'aac', rig.path('false.flv'));
        const bytes = await readFile(rig.path('false.flv'));
        bytes.writeDoubleBE(36_000, bytes.indexOf('duration', undefined, 'latin1') + 9);
        await writeFile(rig.path('false.flv'), bytes);
      },
    ],
    [
      'an MP4 that an edit list cuts',
      'cut.mp4',
      4700,
      () => ffmpeg('-ss', '3.3', '-i', rig.path('whole.mp4'), '-c', 'copy', rig.path('cut.mp4')),
    ],
    [
      'a webm that states an hour',
      'hour.webm',
      1000,
      async () => {
        await ffmpeg(
          ...film(1, '64x64'),
          '-c:v',
          'libvpx',
          '-cpu-used',
          '8',
          '-deadline',
          'realtime',
          rig.path('hour.webm'),
        );
        const bytes = await readFile(rig.path('hour.webm'));
        bytes.writeDoubleBE(36_000_000, bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3);
        await writeFile(rig.path('hour.webm'), bytes);
      },
    ],
  ];

  it.each(rows)('of %s is known after the check, and is that of its renditions', async (_, name, durationMs, make) => {
    await make();
    const { media } = await checked(rig, name);
    expect(Math.abs(media.durationMs - durationMs), `${media.durationMs} ms`).toBeLessThan(120);
    const { plan, made } = await rendered(rig, { shop, name });
    expect(Math.abs(plan.durationMs - durationMs), `${plan.durationMs} ms planned`).toBeLessThan(120);
    if (plan.ladder.length === 0) return;
    // Every picture of these films differs from the one before, unlike those that are repeated for want of others.
    const input = ['-allowed_extensions', 'ALL', '-i', `${made}${plan.ladder[0]?.name}.m3u8`];
    const moving = (await ffmpeg(...input, '-vf', 'mpdecimate=max=0', '-f', 'framehash', '-')).match(/^0,/gm) ?? [];
    expect(moving.length).toBeGreaterThan((durationMs / 40) * 0.95);
  });
});

describe('of several streams', () => {
  const small = (colour: string, size: string, seconds: number): string[] => [
    '-f',
    'lavfi',
    '-i',
    `color=${colour}:s=${size}:r=25:d=${seconds}`,
  ];
  const red = [[0.5, 0.5]] as const;

  interface Row {
    readonly what: string;
    readonly name: string;
    readonly args: readonly string[];
    readonly media: object;
    readonly ladder: readonly object[];
    /** Whether the cover is red. */
    readonly isRed: boolean;
  }
  const sized = (size: string): { width: number; height: number } => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    return { width, height };
  };
  const all: Row[] = [
    {
      what: 'a still before the film in Matroska',
      name: 'still.mkv',
      args: [
        ...small('blue', '640x480', 0.04),
        ...small('red', '320x180', 2),
        '-map',
        '0',
        '-map',
        '1',
        '-c:v:0',
        'png',
        '-c:v:1',
        'libx264',
        '-disposition:v:0',
        'default',
        '-pix_fmt:v:1',
        'yuv420p',
      ],
      media: { ...sized('320x180'), videoCodec: 'h264', durationMs: 2000 },
      ladder: [sized('320x180')],
      isRed: true,
    },
    {
      what: 'a single picture of H.264 before the film',
      name: 'single.mkv',
      args: [...small('blue', '640x480', 0.04), ...small('red', '320x180', 2), '-map', '0', '-map', '1', ...FAST],
      media: { ...sized('320x180'), durationMs: 2000 },
      ladder: [sized('320x180')],
      isRed: true,
    },
    {
      what: 'a JPEG before the film in an MP4',
      name: 'still.mp4',
      args: [
        ...small('blue', '640x480', 0.04),
        ...small('red', '320x180', 2),
        '-map',
        '0',
        '-map',
        '1',
        '-c:v:0',
        'mjpeg',
        '-pix_fmt:v:0',
        'yuvj420p',
        '-c:v:1',
        'libx264',
        '-pix_fmt:v:1',
        'yuv420p',
      ],
      media: { ...sized('320x180'), videoCodec: 'h264', durationMs: 2000 },
      ladder: [sized('320x180')],
      isRed: true,
    },
    {
      what: 'a small film before a large one',
      name: 'two.mkv',
      args: [
        ...small('blue', '160x90', 2),
        ...small('red', '320x180', 2),
        '-map',
        '0',
        '-map',
        '1',
        ...FAST,
        '-disposition:v',
        '0',
      ],
      media: sized('320x180'),
      ladder: [sized('320x180')],
      isRed: true,
    },
    {
      what: 'a large film before the default one',
      name: 'default.mkv',
      args: [
        ...small('blue', '320x180', 2),
        ...small('red', '160x90', 2),
        '-map',
        '0',
        '-map',
        '1',
        ...FAST,
        '-disposition:v:0',
        '0',
        '-disposition:v:1',
        'default',
      ],
      media: sized('160x90'),
      ladder: [sized('160x90')],
      isRed: true,
    },
    {
      what: 'data before a film in MPEG-TS',
      name: 'data.ts',
      args: [...small('red', '320x180', 2), ...tone(2), '-map', '1', '-map', '0', ...FAST, '-c:a', 'aac'],
      media: { ...sized('320x180'), audioCodec: 'aac' },
      ladder: [sized('320x180')],
      isRed: true,
    },
    {
      what: 'a film that begins late',
      name: 'begins.mkv',
      args: [
        '-itsoffset',
        '1',
        ...small('red', '320x180', 2),
        ...tone(3),
        '-map',
        '0',
        '-map',
        '1',
        ...FAST,
        '-c:a',
        'aac',
      ],
      media: { ...sized('320x180'), durationMs: 3000 },
      ladder: [sized('320x180')],
      isRed: true,
    },
  ];
  it.each(all)('$what: the film is shown', async ({ name, args, media, ladder, isRed }) => {
    await ffmpeg(...args, rig.path(name));
    const found = await checked(rig, name);
    const { durationMs, ...exact } = media as { durationMs?: number };
    expect(found.media).toMatchObject(exact);
    if (durationMs !== undefined) expect(Math.abs(found.media.durationMs - durationMs)).toBeLessThan(120);
    const { plan, made } = await rendered(rig, { shop, name });
    expect(plan.ladder).toMatchObject(ladder);
    for (const path of [rig.path(`${name}.cover.jpg`), `${made}${plan.ladder[0]?.name}.m3u8`])
      expect(farthest(await coloursOf(path, red), [rgb.red]) < TOLERANCE, path).toBe(isRed);
  });

  it.each([
    ['a picture of one frame in Matroska', 'podcast.mkv', [...FAST, '-c:a', 'aac']],
    ['a picture of one frame in an MP4', 'podcast.mp4', [...FAST, '-c:a', 'aac']],
    [
      'an attached picture',
      'song.m4a',
      ['-c:v', 'mjpeg', '-disposition:v', 'attached_pic', '-c:a', 'aac', '-f', 'mp4'],
    ],
    [
      'an attached picture in MP3',
      'song.mp3',
      ['-c:v', 'mjpeg', '-disposition:v', 'attached_pic', '-c:a', 'libmp3lame'],
    ],
  ])('%s beside long sound is the cover of a sound', async (_, name, coding) => {
    await ffmpeg(...small('red', '320x180', 0.04), ...tone(5), '-map', '0', '-map', '1', ...coding, rig.path(name));
    const { kind, media, cover } = await checked(rig, name);
    expect([kind, media.width, media.videoCodec, cover !== undefined]).toEqual(['audio', 0, '', true]);
    expect(Math.abs(media.durationMs - 5000)).toBeLessThan(120);
    expect(farthest(await coloursOf(rig.path(`${name}.cover.jpg`), red), [rgb.red])).toBeLessThan(TOLERANCE);
    const { plan } = await rendered(rig, { shop, name });
    expect([plan.ladder, plan.hasSound]).toEqual([[], true]);
    expect(Math.abs(plan.durationMs - 5000)).toBeLessThan(120);
  });

  it.each([
    ['silence of one channel before the default', ['-disposition:a:0', '0', '-disposition:a:1', 'default'], 2],
    ['a commentary that is the default', ['-disposition:a:0', 'default+comment', '-disposition:a:1', '0'], 2],
    ['a version for the impaired', ['-disposition:a:0', 'default+visual_impaired', '-disposition:a:1', '0'], 2],
    ['one channel beside two', ['-disposition:a:0', '0', '-disposition:a:1', '0'], 2],
    ['one channel that is the default', ['-disposition:a:0', 'default', '-disposition:a:1', '0'], 1],
  ])('%s: the best sound is heard', async (what, dispositions, channels) => {
    const name = `${what.replace(/\W/g, '')}.mkv`;
    const sounds = [
      '-f',
      'lavfi',
      '-i',
      'anullsrc=cl=mono:d=2',
      '-f',
      'lavfi',
      '-i',
      'aevalsrc=sin(3000*t)|sin(3000*t):d=2',
    ];
    await ffmpeg(
      ...film(2),
      ...sounds,
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      ...FAST,
      '-c:a',
      'aac',
      ...dispositions,
      rig.path(name),
    );
    expect((await checked(rig, name)).media.audioChannels).toBe(channels);
    const { made } = await rendered(rig, { shop, name });
    const printed = await ffmpeg(
      '-i',
      `${made}sound.m3u8`,
      '-af',
      'astats=metadata=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-',
      '-f',
      'null',
      '-',
    );
    const last = Number(/RMS_level=(-?[\d.]+|-inf)\s*$/.exec(printed)?.[1] ?? Number.NaN);
    expect(last > -20).toBe(channels === 2);
  });
});
