import { expect, it } from 'vitest';
import { probedOf } from '../../src/core/probed.ts';
import { reportOf, withFrame } from '../../src/core/streams.ts';

const mediaOf = (text: string) => {
  const report = reportOf(text);
  return report && probedOf(report)?.media;
};
const of = (read: unknown) => mediaOf(JSON.stringify(read));
const video = { codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, avg_frame_rate: '30000/1001' };
const audio = { codec_type: 'audio', codec_name: 'aac', channels: 2 };

it.each<[string, string]>([
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['no streams', '{}'],
  ['streams of another form', '{"streams":[null,1,"video"]}'],
  ['a picture without a size', JSON.stringify({ streams: [Object.assign({}, video, { width: 0 })] })],
  [
    'a picture of a song alone',
    JSON.stringify({ streams: [Object.assign({}, video, { disposition: { attached_pic: 1 } })] }),
  ],
])('finds no stream in %s', (_what, text) => {
  expect(mediaOf(text)).toBeUndefined();
});

it.each<[number, object, object]>([
  [0, {}, { width: 1920, height: 1080 }],
  [90, { side_data_list: [{}, { rotation: -90 }] }, { width: 1080, height: 1920 }],
  [270, { side_data_list: [{ rotation: 90 }] }, { width: 1080, height: 1920 }],
  [180, { side_data_list: [{ rotation: 180 }] }, { width: 1920, height: 1080 }],
  [90, { tags: { rotate: '90' } }, { width: 1080, height: 1920 }],
])('a picture is turned by %i degrees', (rotation, o, size) => {
  const streams = [Object.assign({}, video, o)];
  expect(of({ streams })).toMatchObject(Object.assign({ rotation }, size));
});

it('the orientation of a JPEG is that of its picture', () => {
  const report = reportOf(JSON.stringify({ streams: [video], format: { format_name: 'jpeg_pipe' } }));
  const frames = [{ side_data_list: [{ rotation: -90 }] }];
  if (report === undefined) throw new Error('no report');
  const shown = { width: 1080, height: 1920, rotation: 90 };
  expect(probedOf(withFrame(report, JSON.stringify({ frames })))?.media).toMatchObject(shown);
  for (const text of ['{', '{}', '{"frames":3}'])
    expect(probedOf(withFrame(report, text))?.media).toMatchObject({ width: 1920, rotation: 0 });
});

it.each([
  ['16:11', 720, 576, 1047, 576],
  ['1:2', 720, 576, 360, 576],
  ['0:1', 720, 576, 720, 576],
])('pixels of the shape %s are shown square', (shape, width, height, shownWidth, shownHeight) => {
  const streams = [Object.assign({}, video, { width, height, sample_aspect_ratio: shape })];
  expect(of({ streams })).toMatchObject({ width: shownWidth, height: shownHeight });
});

it('reads times, rates and channels, also when they are missing or not numbers', () => {
  expect(of({ streams: [video, audio], format: { duration: '12.3456' } })).toEqual({
    durationMs: 12_346,
    width: 1920,
    height: 1080,
    rotation: 0,
    videoCodec: 'h264',
    audioCodec: 'aac',
    fps: 29.97,
    audioChannels: 2,
  });
  const odd = [Object.assign({}, video, { avg_frame_rate: '0/0' }), Object.assign({}, audio, { channels: 'x' })];
  expect(of({ streams: odd, format: { duration: 'N/A' } })).toMatchObject({ durationMs: 0, fps: 0, audioChannels: 0 });
  expect(of({ streams: [audio], format: { duration: '1e300' } })).toMatchObject({
    durationMs: 2_592_000_000,
    width: 0,
  });
});
