// Videos whose colours are not those of BT.709 in 8 bit, against an SDR chart whose colours are known.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RenditionContext } from '../../src/renditions/rendition-context.ts';
import { checked, coloursOf, farthest, ffmpeg, type Rgb, rendered } from '../support/foreign.ts';
import { done, ffprobe, Rig } from '../support/renditions.ts';

let rig: Rig;
let shop: RenditionContext;

/** Bars of white, yellow, cyan, green, magenta, red and blue at 75 % of the signal, and a bar at 100 %. */
const bars = Array.from({ length: 8 }, (_, at) => [(at + 0.5) / 8, 0.3] as const);
const colours = ['0xbfbfbf', '0xbfbf00', '0x00bfbf', '0x00bf00', '0xbf00bf', '0xbf0000', '0x0000bf', '0xffffff'];
const chart: Rgb[] = colours.map((text) => {
  const value = Number(text);
  return [value >> 16, (value >> 8) & 255, value & 255];
});
const saturated = chart.slice(0, 7);
/**
 * Levels that a channel may differ in of 255. Near black the gamma of 2.4 makes one step of 8 bit in chroma 8 levels,
 * one step of 10 bit PQ 4; 4:2:0, two codecs and a JPEG add as many. Bars of another matrix or gamut differ by 30.
 */
const TOLERANCE = 20;
const AV1 = { name: '180p-av1', width: 320, height: 180, codec: 'av1' as const, crf: 30, maxKbps: 900 };

/** Draws the chart as RGB, so that the arguments after it decide all of its colours. */
const drawn = (size = '320x180'): string[] => {
  const [width = 0] = size.split('x').map(Number);
  const boxes = colours.map((colour, at) => `drawbox=x=${(at * width) / 8}:w=${width / 8}:h=ih:color=${colour}:t=fill`);
  return ['-f', 'lavfi', '-i', `color=black:s=${size}:r=25:d=1.2,format=gbrp,${boxes.join(',')}`];
};
const sdr = 'setparams=range=pc:color_primaries=bt709:color_trc=bt709:colorspace=gbr';
/** Reference white of 203 cd/m², as ITU-R BT.2408 places SDR in HDR. */
const hdr = (transfer: string): string =>
  `${sdr},zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=2020,zscale=t=${transfer}:m=2020_ncl:r=limited:npl=203`;
const labelled = (transfer: string): string[] => [
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc', '-color_range', 'tv'],
];
const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:crf=8', '-tag:v', 'hvc1'];
const vp9 = ['-c:v', 'libvpx-vp9', '-profile:v', '2', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '8'];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '8'];
const svt = ['-c:v', 'libsvtav1', '-preset', '12', '-crf', '10'];

beforeAll(async () => {
  rig = await new Rig().start();
  shop = await rig.shop({ hasAv1: false });
});
afterAll(() => rig.close());

/** Returns the labels of the picture. ffprobe names the stream of a playlist twice. */
async function labelsOf(path: string): Promise<string[]> {
  const shown = 'stream=pix_fmt,color_range,color_space,color_transfer,color_primaries';
  const input = path.endsWith('.m3u8') ? ['-allowed_extensions', 'ALL', path] : [path];
  return [...new Set(await ffprobe('-select_streams', 'v', '-show_entries', shown, ...input))];
}

describe.each<[string, string, string[], string]>([
  ['HEVC in PQ', 'smpte2084', x265, 'pq.mp4'],
  ['HEVC in HLG', 'arib-std-b67', x265, 'hlg.mov'],
  ['VP9 in PQ', 'smpte2084', vp9, 'pq.webm'],
  ['AV1 in HLG', 'arib-std-b67', svt, 'hlg.mkv'],
  ['H.264 of 10 bit in HLG', 'arib-std-b67', x264, 'hlg-avc.mp4'],
])('%s', (_, transfer, codec, name) => {
  let made = '';
  beforeAll(async () => {
    const coding = ['-pix_fmt', 'yuv420p10le', ...codec, ...labelled(transfer)];
    await ffmpeg(...drawn(), '-vf', hdr(transfer), ...coding, rig.path(name));
    ({ made } = await rendered(rig, { shop, name, more: [AV1] }));
  });

  it('has the colours of the chart in all renditions, with labels that say so', async () => {
    for (const rung of ['180p', '180p-av1']) {
      const found = await coloursOf(`${made}${rung}.m3u8`, bars);
      expect(farthest(found.slice(0, 7), saturated), `${rung}: ${JSON.stringify(found)}`).toBeLessThan(TOLERANCE);
      // The reference white is below the white of the result, as highlights are above it.
      for (const value of found[7] ?? []) expect(value).toSatisfy((level: number) => level > 215 && level < 245);
      expect(await labelsOf(`${made}${rung}.m3u8`)).toEqual(['yuv420p,tv,bt709,bt709,bt709']);
    }
    const master = await readFile(`${made}master.m3u8`, 'utf8');
    const streams = master.split('\n').filter((line) => line.startsWith('#EXT-X-STREAM-INF'));
    expect(streams.map((line) => /VIDEO-RANGE=(\w+)/.exec(line)?.[1])).toEqual(['SDR', 'SDR']);
  });

  it('states its colours in the container too', async () => {
    const files = (await readdir(made)).filter((file) => /^180p.*-init-/.test(file));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const init = await readFile(`${made}${file}`, 'latin1');
      expect(init.slice(init.indexOf('colrnclx')).slice(0, 15)).toBe('colrnclx\0\x01\0\x01\0\x01\0');
    }
  });

  it('has the colours of the chart in its thumbnails and its cover', async () => {
    expect(farthest(await coloursOf(`${made}sprite.jpg`, bars.slice(0, 7)), saturated)).toBeLessThan(TOLERANCE);
    await checked(rig, name);
    expect(farthest(await coloursOf(rig.path(`${name}.cover.jpg`), bars.slice(0, 7)), saturated)).toBeLessThan(
      TOLERANCE,
    );
  });
});

const zscaled = (o: string): string => `${sdr},zscale=${o}`;
describe.each<[string, string, string, string[], string]>([
  [
    'a wide gamut without high dynamic range',
    '320x180',
    zscaled('p=2020:t=709:m=2020_ncl:r=limited'),
    ['-pix_fmt', 'yuv420p10le', ...x265, ...labelled('bt2020-10')],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
  [
    'Display P3 of a phone',
    '320x180',
    zscaled('p=smpte432:t=709:m=709:r=limited'),
    ['-pix_fmt', 'yuv420p', ...x265, '-color_primaries', 'smpte432', '-color_trc', 'bt709', '-colorspace', 'bt709'],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
  [
    'full range',
    '320x180',
    zscaled('m=709:r=full'),
    ['-pix_fmt', 'yuvj420p', ...x264, '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
  [
    'full range in VP9',
    '320x180',
    zscaled('m=709:r=full'),
    ['-pix_fmt', 'yuv420p', '-color_range', 'pc', '-colorspace', 'bt709', ...vp9, '-profile:v', '0'],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
  [
    'an SD picture without labels',
    '320x240',
    zscaled('m=170m:r=limited'),
    ['-pix_fmt', 'yuv420p', ...x264],
    'yuv420p,tv,smpte170m,smpte170m,smpte170m',
  ],
  [
    'a PAL picture',
    '720x576',
    `${zscaled('m=470bg:r=limited')},setparams=color_primaries=unknown:color_trc=unknown`,
    ['-pix_fmt', 'yuv420p', ...x264],
    'yuv420p,tv,bt470bg,smpte170m,bt470bg',
  ],
  [
    'an HD picture without labels',
    '1280x720',
    zscaled('m=709:r=limited'),
    ['-pix_fmt', 'yuv420p', ...x264],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
  [
    'RGB of a screen recorder',
    '320x180',
    sdr,
    ['-pix_fmt', 'gbrp', '-c:v', 'libx264rgb', '-preset', 'ultrafast', '-crf', '8'],
    'yuv420p,tv,bt709,bt709,bt709',
  ],
])('%s', (what, size, filter, coding, labels) => {
  it('keeps its colours in the renditions, the thumbnails and the cover, with true labels', async () => {
    const name = `${what.replace(/\W/g, '')}.mkv`;
    // The muxer would add labels that the encoder does not write.
    const unlabelled = what.includes('without labels')
      ? ',setparams=range=tv:color_primaries=unknown:color_trc=unknown:colorspace=unknown'
      : '';
    await ffmpeg(...drawn(size), '-vf', `${filter}${unlabelled}`, ...coding, rig.path(name));
    const { made, plan } = await rendered(rig, { shop, name });
    for (const rung of plan.ladder) {
      const found = await coloursOf(`${made}${rung.name}.m3u8`, bars);
      expect(farthest(found, chart), `${rung.name}: ${JSON.stringify(found)}`).toBeLessThan(TOLERANCE);
      expect(await labelsOf(`${made}${rung.name}.m3u8`)).toEqual([labels]);
    }
    expect(farthest(await coloursOf(`${made}sprite.jpg`, bars), chart)).toBeLessThan(TOLERANCE);
    await checked(rig, name);
    expect(farthest(await coloursOf(rig.path(`${name}.cover.jpg`), bars), chart)).toBeLessThan(TOLERANCE);
  });
});

it('pictures of a transfer that is not stated are left as they are', async () => {
  const coding = ['-pix_fmt', 'yuv420p10le', ...x265, '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'];
  const filter = `${zscaled('p=2020:m=2020_ncl:r=limited')},setparams=color_trc=unknown`;
  await ffmpeg(...drawn(), '-vf', filter, ...coding, rig.path('untold.mkv'));
  const { made } = await rendered(rig, { shop, name: 'untold.mkv' });
  const source = await coloursOf(rig.path('untold.mkv'), bars);
  expect(farthest(await coloursOf(`${made}180p.m3u8`, bars), source)).toBeLessThan(TOLERANCE);
  expect(await labelsOf(`${made}180p.m3u8`)).toEqual(['yuv420p,tv,bt2020nc,unknown,bt2020']);
});

/** Adds a box to the first sample entry of an MP4 whose index is at its end. */
function withEntryBox(file: Buffer, box: Buffer): Buffer {
  const grown = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hvc1'];
  const from = file.lastIndexOf('moov', undefined, 'latin1');
  const copy = Buffer.from(file);
  for (const type of grown) {
    const at = copy.indexOf(type, from, 'latin1') - 4;
    copy.writeUInt32BE(copy.readUInt32BE(at) + box.length, at);
  }
  const entry = copy.indexOf('hvc1', from, 'latin1') - 4;
  const end = entry + copy.readUInt32BE(entry) - box.length;
  return Buffer.concat([copy.subarray(0, end), box, copy.subarray(end)]);
}

it.each([
  [5, 0, 'COLOUR_UNKNOWN'],
  [8, 4, undefined],
  [8, 1, undefined],
])('Dolby Vision of profile %d.%d is %s', async (profile, compatibility, code) => {
  const name = `dolby-${profile}-${compatibility}.mp4`;
  const transfer = compatibility === 1 ? 'smpte2084' : 'arib-std-b67';
  const labels = profile === 5 ? [] : labelled(transfer);
  await ffmpeg(...drawn(), '-vf', hdr(transfer), '-pix_fmt', 'yuv420p10le', ...x265, ...labels, rig.path('base.mp4'));
  const content = Buffer.alloc(24);
  content.set([1, 0, (profile << 1) | 0, (1 << 3) | 0b101, compatibility << 4]);
  const box = Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from(profile === 5 ? 'dvcC' : 'dvvC'), content]);
  await writeFile(rig.path(name), withEntryBox(await readFile(rig.path('base.mp4')), box));
  if (code !== undefined) {
    await rig.putFile(rig.path(name), 'up_dolbyfiveaa');
    await expect(done(shop, 'analyse', { contentId: 'up_dolbyfiveaa' })).rejects.toMatchObject({ code });
    expect((await checked(rig, name)).cover).toBeUndefined();
    return;
  }
  const { made } = await rendered(rig, { shop, name });
  expect(farthest((await coloursOf(`${made}180p.m3u8`, bars)).slice(0, 7), saturated)).toBeLessThan(TOLERANCE);
});
