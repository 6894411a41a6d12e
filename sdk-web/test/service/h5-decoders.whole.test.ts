// Our decoders against ffmpeg's, on the same transport stream.
import { TsDemuxer, type TsUnit } from '@meridian/client';
import { describe, expect, test } from 'vitest';
import { croppedPlanes } from '../../src/h5/core/planes.ts';
import { SoundDecoder } from '../../src/h5/core/sound-decoder.ts';
import { VideoDecoder } from '../../src/h5/core/video-decoder.ts';
import { ffmpeg } from '../ffmpeg.ts';

function unitsOf(stream: Uint8Array): TsUnit[] {
  const demuxer = new TsDemuxer();
  return [...demuxer.push(stream), ...demuxer.flush()];
}

/** Signal to noise in dB; 100 for the same samples. */
function psnr(ours: Uint8Array, theirs: Uint8Array): number {
  expect(ours.length).toBe(theirs.length);
  let sum = 0;
  for (let at = 0; at < ours.length; at++) sum += ((ours[at] ?? 0) - (theirs[at] ?? 0)) ** 2;
  return sum === 0 ? 100 : 10 * Math.log10((255 ** 2 * ours.length) / sum);
}

describe('pictures are those of ffmpeg', () => {
  test.each<[string, string, string[]]>([
    ['testsrc2', '320x240', []],
    ['testsrc2', '640x360', ['-q:v', '2']],
    ['mandelbrot', '320x240', ['-q:v', '1']],
    ['mandelbrot', '640x360', ['-b:v', '900k', '-maxrate', '1M', '-bufsize', '1M']],
    ['testsrc2', '641x359', ['-g', '60', '-q:v', '31']],
    ['cellauto=rule=110', '160x120', ['-intra_matrix', Array.from({ length: 64 }, (_, at) => 8 + at).join(',')]],
  ])('%s %s, options of row %#', async (source, size, options) => {
    const count = 110;
    const input = ['-f', 'lavfi', '-i', `${source}${source.includes('=') ? ':' : '='}size=${size}:rate=25`];
    const coded = ['-frames:v', `${count}`, '-pix_fmt', 'yuv420p', '-c:v', 'mpeg1video', ...options, '-f', 'mpegts'];
    const stream = await ffmpeg([...input, ...coded]);
    const raw = ['-vsync', 'passthrough', '-pix_fmt', 'yuv420p', '-f', 'rawvideo'];
    const expected = await ffmpeg(['-f', 'mpegts', '-i', 'pipe:0', ...raw], stream);
    const decoder = new VideoDecoder();
    const worst: number[] = [];
    unitsOf(stream).forEach(({ data }, index) => {
      const picture = decoder.decode(data);
      if (picture === undefined) throw new Error(`picture ${index} is missing`);
      const planes = croppedPlanes(picture);
      worst.push(psnr(planes, expected.subarray(index * planes.length, (index + 1) * planes.length)));
    });
    expect(worst.length).toBe(count);
    expect(Math.min(...worst)).toBeGreaterThanOrEqual(45);
  });

  test('B pictures are left out, the others are right', async () => {
    const input = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25', '-frames:v', '30', '-c:v', 'mpeg1video'];
    const stream = await ffmpeg([...input, '-bf', '2', '-q:v', '2', '-f', 'mpegts']);
    const raw = ['-vsync', 'passthrough', '-pix_fmt', 'yuv420p', '-f', 'rawvideo'];
    const expected = await ffmpeg(['-f', 'mpegts', '-i', 'pipe:0', ...raw], stream);
    const decoder = new VideoDecoder();
    const units = unitsOf(stream);
    const times = units.map(({ ptsMs }) => ptsMs).sort((a, b) => a - b);
    let shown = 0;
    for (const { data, ptsMs } of units) {
      const picture = decoder.decode(data);
      if (picture === undefined) continue;
      shown++;
      const planes = croppedPlanes(picture);
      const at = times.indexOf(ptsMs) * planes.length;
      expect(psnr(planes, expected.subarray(at, at + planes.length))).toBeGreaterThanOrEqual(45);
    }
    expect(shown).toBeGreaterThanOrEqual(10);
    expect(shown).toBeLessThan(20);
  });
});

test.each<[number, number, number, string[]]>([
  [48_000, 2, 128, ['mp2']],
  [44_100, 2, 192, ['mp2']],
  [32_000, 2, 64, ['mp2']],
  [48_000, 1, 64, ['mp2']],
  [44_100, 1, 48, ['mp2']],
  [32_000, 1, 32, ['mp2']],
  [48_000, 2, 384, ['mp2']],
  [48_000, 2, 96, ['libtwolame', '-mode', 'joint_stereo']],
  [44_100, 2, 64, ['libtwolame', '-mode', 'joint_stereo']],
  [32_000, 2, 192, ['libtwolame', '-mode', 'dual_channel']],
])('sound is that of ffmpeg: %i Hz, %i channels, %i kbit/s, %j', async (rate, count, kbps, encoder) => {
  const graph = `sine=f=440:r=${rate}:d=2[tone];anoisesrc=r=${rate}:a=0.3:d=2:seed=5:c=pink[noise];[tone][noise]amerge`;
  const coded = ['-ac', `${count}`, '-c:a', ...encoder, '-b:a', `${kbps}k`, '-f', 'mpegts'];
  const stream = await ffmpeg(['-f', 'lavfi', '-i', graph, ...coded]);
  const bytes = await ffmpeg(['-f', 'mpegts', '-c:a', 'mp2float', '-i', 'pipe:0', '-f', 'f32le'], stream);
  const expected = new Float32Array(bytes.buffer);
  const decoder = new SoundDecoder();
  let at = 0;
  let worst = 0;
  let loudest = 0;
  for (const { data } of unitsOf(stream)) {
    const { sampleRate, channels } = decoder.decode(data);
    expect([sampleRate, channels.length]).toEqual([rate, count]);
    for (let sample = 0; sample < (channels[0]?.length ?? 0); sample++) {
      for (const channel of channels) {
        worst = Math.max(worst, Math.abs((channel[sample] ?? 0) - (expected[at++] ?? Number.NaN)));
        loudest = Math.max(loudest, Math.abs(channel[sample] ?? 0));
      }
    }
  }
  expect(at).toBe(expected.length);
  expect(loudest).toBeGreaterThan(0.1);
  expect(worst).toBeLessThanOrEqual(2e-3);
});
