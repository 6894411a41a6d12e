// What our encoders make, decoded by ffmpeg.
import { TsDemuxer, TsMuxer } from '@meridian/client';
import { describe, expect, test } from 'vitest';
import { Mp2Encoder, mp2DelaySamples } from '../../src/h5/core/mp2-encoder.ts';
import { Mpeg1Encoder } from '../../src/h5/core/mpeg1-encoder.ts';
import { ffmpeg } from '../ffmpeg.ts';
import { noisyPicture, psnr, sine, snr } from '../h5-source.ts';

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const raw = ['-fps_mode', 'passthrough', '-f', 'rawvideo'];

function streamOf(rgba: readonly Uint8Array[], width: number, height: number, fps: number, bitrateKbps: number) {
  const encoder = new Mpeg1Encoder({ width, height, fps, bitrateKbps, keyIntervalMs: 2000 });
  const muxer = new TsMuxer({ video: 'mpeg1' });
  return joined(
    rgba.map((picture, index) => muxer.write({ kind: 'video', ...encoder.encode(picture, (index * 1000) / fps) })),
  );
}

describe('pictures for ffmpeg', () => {
  test.each<[string, string, number, number]>([
    ['testsrc2=', '320x240', 15, 400],
    ['testsrc=', '320x240', 15, 400],
    ['testsrc2=', '640x360', 25, 1000],
    ['testsrc2=', '98x50', 15, 100],
  ])('%s of %s, %i a second, %i kbit/s', async (source, size, fps, kbps) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    const input = ['-f', 'lavfi', '-i', `${source}size=${size}:rate=${fps}:duration=5`];
    const rgba = await ffmpeg([...input, ...raw, '-pix_fmt', 'rgba']);
    const count = rgba.length / (width * height * 4);
    const pictures = Array.from({ length: count }, (_, at) =>
      rgba.subarray((at * rgba.length) / count, ((at + 1) * rgba.length) / count),
    );
    const stream = streamOf(pictures, width, height, fps, kbps);
    const coded = new TsDemuxer().push(stream).reduce((sum, { data }) => sum + data.length, 0);
    expect((coded * 8) / 5000).toBeLessThan(kbps * 1.1);
    const asYuv = [...raw, '-pix_fmt', 'yuv420p'];
    const came = await ffmpeg(['-xerror', '-f', 'mpegts', '-i', 'pipe:0', ...asYuv], stream);
    const sent = await ffmpeg([...input, ...asYuv]);
    expect(came.length).toBe(sent.length);
    const bytes = sent.length / count;
    const quality = pictures.map((_, at) => {
      const part = (all: Uint8Array) => all.subarray(at * bytes, (at + 1) * bytes);
      return psnr(part(came), part(sent));
    });
    expect(Math.min(...quality)).toBeGreaterThan(32);
  });

  test('noise at every rate, with levels that need the longest codes', async () => {
    for (const kbps of [100, 2000, 20_000]) {
      const pictures = Array.from({ length: 10 }, (_, index) => new Uint8Array(noisyPicture(160, 128, index >> 1)));
      const asYuv = [...raw, '-pix_fmt', 'yuv420p'];
      const stream = streamOf(pictures, 160, 128, 15, kbps);
      const came = await ffmpeg(['-xerror', '-f', 'mpegts', '-i', 'pipe:0', ...asYuv], stream);
      expect(came.length).toBe(10 * 160 * 128 * 1.5);
    }
  });
});

test.each<[number, 1 | 2, number]>([
  [48_000, 1, 64],
  [48_000, 2, 128],
  [44_100, 1, 64],
])('a tone for ffmpeg: %i Hz, %i channels, %i kbit/s', async (sampleRate, channels, bitrateKbps) => {
  const tones = [sine(1000, sampleRate, 60 * 1152), sine(600, sampleRate, 60 * 1152)].slice(0, channels);
  const encoder = new Mp2Encoder({ sampleRate, channels, bitrateKbps });
  const muxer = new TsMuxer({ audio: 'mp2' });
  const stream = joined(
    Array.from({ length: 60 }, (_, index) => {
      const data = encoder.encode(tones.map((tone) => tone.subarray(index * 1152, (index + 1) * 1152)));
      return muxer.write({ kind: 'audio', ptsMs: (index * 1_152_000) / sampleRate, data });
    }),
  );
  const bytes = await ffmpeg(['-xerror', '-f', 'mpegts', '-c:a', 'mp2float', '-i', 'pipe:0', '-f', 'f32le'], stream);
  const came = new Float32Array(bytes.buffer);
  expect(came.length).toBe(60 * 1152 * channels);
  for (const [channel, tone] of tones.entries()) {
    const heard = came.filter((_, at) => at % channels === channel);
    expect(snr(tone, heard, mp2DelaySamples)).toBeGreaterThan(60);
  }
});
