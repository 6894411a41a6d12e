import { NutReader, nalType, nalTypeOf, splitAnnexB } from '@meridian/opener/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type CodedPicture,
  type VideoCodec,
  type VideoSource,
  VideoTranscoder,
} from '../../src/adapters/ffmpeg/video.ts';
import { made, supervisorOf } from '../support/transcoding.ts';

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

const encoders: Record<VideoSource, readonly string[]> = {
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-g', '25'],
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25'],
  vp9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25'],
  av1: ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-g', '25', '-lag-in-frames', '0'],
  mpeg1: ['-c:v', 'mpeg1video', '-g', '25'],
};

/** Two seconds of 25 pictures each, from `fromMs` on. */
async function pictures(codec: VideoSource, fromMs: number): Promise<CodedPicture[]> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=2', ...encoders[codec], '-pix_fmt', 'yuv420p'];
  const reader = new NutReader();
  const frames = reader.push(await made(...source, '-f', 'nut'));
  const { num = 1, den = 1 } = reader.stream?.timeBase ?? {};
  // H.264 from the encoder has its SPS and PPS in the stream's header: receivers get them before each key frame.
  const head = codec === 'h264' ? (reader.stream?.config ?? new Uint8Array(0)) : new Uint8Array(0);
  return frames.map(({ pts, isKey, data }) => ({
    ptsMs: fromMs + (pts * num * 1000) / den,
    isKey,
    data: isKey ? Buffer.concat([head, data]) : data,
  }));
}

async function transcoded(from: VideoSource, to: VideoCodec, input: readonly CodedPicture[], count: number) {
  const { supervisor, lines } = await supervisorOf();
  close = () => supervisor.close();
  const output: CodedPicture[] = [];
  const enough = Promise.withResolvers<void>();
  const transcoder = new VideoTranscoder({
    from,
    to,
    bitrateKbps: 800,
    keyIntervalPictures: 1000,
    cost: 300,
    supervisor,
    onPicture: (picture) => {
      output.push(picture);
      if (output.length === count) enough.resolve();
    },
    onDegraded: () => enough.reject(new Error(JSON.stringify(lines))),
  });
  for (const picture of input) transcoder.write(picture);
  await enough.promise;
  return output;
}

describe('pictures through ffmpeg', () => {
  const rows = [
    ['h264', 'h264'],
    ['vp8', 'h264'],
    ['vp9', 'h264'],
    ['av1', 'h264'],
    ['h264', 'vp8'],
    ['h264', 'mpeg1'],
    ['mpeg1', 'h264'],
  ] as const;
  it('has SPS and PPS before each key frame of H.264', async () => {
    const output = await transcoded('mpeg1', 'h264', await pictures('mpeg1', 7000), 40);
    const keys = output.filter(({ isKey }) => isKey);
    expect(keys.length).toBeGreaterThan(1);
    for (const { data } of keys)
      expect(splitAnnexB(data)?.map(nalTypeOf)).toEqual(expect.arrayContaining([nalType.sps, nalType.pps]));
  });
  it.each(rows)('%s to %s keeps the time of each, in the order they are shown', async (from, to) => {
    const input = await pictures(from, 7000);
    const output = await transcoded(from, to, input, 40);
    const shown = input.map(({ ptsMs }) => ptsMs).sort((a, b) => a - b);
    for (const [index, { ptsMs }] of output.entries()) expect(ptsMs).toBeCloseTo(shown[index] ?? 0, 0);
    expect(output[0]?.isKey).toBe(true);
    // Key frames of the source are key frames of the result.
    if (to !== 'mpeg1') expect(output.flatMap(({ isKey }, index) => (isKey ? [index] : []))).toEqual([0, 25]);
    // What moves between them has its share of 800 kbit/s.
    const moving = output.slice(1, 25);
    expect(moving.reduce((bytes, { data }) => bytes + data.length, 0) / moving.length).toBeGreaterThan(1000);
  });

  it('waits for the first key frame, and follows a jump of the clock', async () => {
    const input = await pictures('vp8', 0);
    const jumped = input.map((picture, index) => ({ ...picture, ptsMs: picture.ptsMs + (index < 30 ? 0 : -50_000) }));
    const output = await transcoded('vp8', 'h264', [...input.slice(1, 5), ...jumped], 45);
    expect(output.slice(28, 32).map(({ ptsMs }) => Math.round(ptsMs))).toEqual([1120, 1160, -48_800, -48_760]);
  });

  it('refuses pictures without bytes, too many, or without time', async () => {
    const { supervisor } = await supervisorOf();
    close = () => supervisor.close();
    const handlers = { onPicture: () => undefined, onDegraded: () => undefined };
    const rates = { bitrateKbps: 800, keyIntervalPictures: 50, cost: 300 };
    const transcoder = new VideoTranscoder({ from: 'vp8', to: 'h264', ...rates, supervisor, ...handlers });
    const refused = expect.objectContaining({ code: 'REQUEST_INVALID' });
    const picture = { ptsMs: 0, isKey: true, data: new Uint8Array(9) };
    expect(() => transcoder.write({ ...picture, data: new Uint8Array(0) })).toThrow(refused);
    expect(() => transcoder.write({ ...picture, data: new Uint8Array(4 * 1024 * 1024 + 1) })).toThrow(refused);
    expect(() => transcoder.write({ ...picture, ptsMs: Number.POSITIVE_INFINITY })).toThrow(refused);
  });
});
