// What the lab of first pictures publishes, and in which time viewers are to see it.
import type { PictureSize } from '../matrix/clock-source.ts';

export interface Row {
  readonly name: string;
  readonly size: PictureSize;
  /** ffmpeg's, from the codecs to the URL. */
  readonly coding: readonly string[];
  /** Between key frames. */
  readonly groupMs: number;
  /** How long the encoder sends before the later viewer comes. */
  readonly laterMs: number;
  /** From the encoder's connect, and from the later viewer's request, to the picture: 95 of 100. */
  readonly aimMs: number;
}

const usual: PictureSize = { width: 640, height: 360, picturesPerSecond: 25 };
const aac = ['-c:a', 'aac', '-b:a', '96k', '-ar', '48000', '-ac', '2'];
const live = ['-tune', 'zerolatency', '-profile:v', 'baseline'];

/** H.264 with a key frame every `pictures` pictures and none between. */
const h264 = (pictures: number, tuning: readonly string[] = live): string[] => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', ...tuning, '-pix_fmt', 'yuv420p', '-threads', '1'],
  ...['-g', `${pictures}`, '-keyint_min', `${pictures}`, '-sc_threshold', '0'],
  ...['-b:v', '600k', '-maxrate', '600k', '-bufsize', '300k'],
];

const row = (name: string, o: Partial<Omit<Row, 'name'>>): Row => ({
  name,
  size: usual,
  coding: [...h264(50), ...aac],
  groupMs: 2000,
  laterMs: 5400, // in the middle of a group of 1 s, 2 s, 10 s
  aimMs: 1000,
  ...o,
});

export const rows: readonly Row[] = [
  ...[25, 50, 100, 250].map((pictures) =>
    row(`g${pictures}`, { coding: [...h264(pictures), ...aac], groupMs: pictures * 40 }),
  ),
  row('portrait', { size: { width: 360, height: 640, picturesPerSecond: 25 } }),
  row('mono-44100', { coding: [...h264(50), '-c:a', 'aac', '-b:a', '64k', '-ar', '44100', '-ac', '1'] }),
  row('no-audio', { coding: [...h264(50), '-map', '0:v', '-an'] }),
  row('1080p30', { size: { width: 1920, height: 1080, picturesPerSecond: 30 }, coding: [...h264(60), ...aac] }),
  row('b-frames', { coding: [...h264(50, ['-bf', '2', '-rc-lookahead', '5']), ...aac], aimMs: 1500 }),
];
