// What the lab of first pictures publishes, and in which time viewers are to see it.
import type { PictureSize } from '../../support/clock/clock-source.ts';
import type { ViewerKind } from './viewers.ts';

export interface Row {
  readonly name: string;
  readonly from: 'rtmp' | 'whip' | 'udp-vp8';
  readonly to: ViewerKind;
  /**
   * The first viewer waits for the encoder; or it comes when that has sent for `laterMs`, and so begins what its way
   * needs, which the later viewer finds running.
   */
  readonly first: 'waits' | 'comes';
  /** The later viewer is none: a second encoder with the same key takes over. */
  readonly hasSecondEncoder: boolean;
  readonly size: PictureSize;
  /** ffmpeg's, from the codecs to the URL. */
  readonly coding: readonly string[];
  /** Between key frames. */
  readonly groupMs: number;
  /** How long the encoder sends before a viewer comes. */
  readonly laterMs: number;
  /** From the encoder's connect or the first viewer's request, and from the later one's, to the picture: 95 of 100. */
  readonly firstAimMs: number;
  readonly laterAimMs: number;
}

const usual: PictureSize = { width: 640, height: 360, picturesPerSecond: 25 };
const aac = ['-c:a', 'aac', '-b:a', '96k', '-ar', '48000', '-ac', '2'];
const live = ['-tune', 'zerolatency', '-profile:v', 'baseline'];
/** Of a core that codes 1080p beside viewers. */
const fast = [...live, '-preset', 'ultrafast'];

/** H.264 with a key frame every `pictures` pictures and none between. */
const h264 = (pictures: number, tuning: readonly string[] = live): string[] => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', ...tuning, '-pix_fmt', 'yuv420p', '-threads', '1'],
  ...['-g', `${pictures}`, '-keyint_min', `${pictures}`, '-sc_threshold', '0'],
  ...['-b:v', '600k', '-maxrate', '600k', '-bufsize', '300k'],
];

const row = (name: string, o: Partial<Omit<Row, 'name'>> & { readonly aimMs?: number } = {}): Row => {
  const { aimMs = 1000, ...more } = o;
  const usualRow = {
    from: 'rtmp',
    to: 'webrtc',
    first: 'waits',
    hasSecondEncoder: false,
    size: usual,
    coding: [...h264(50), ...aac],
    groupMs: 2000,
    laterMs: 5400, // in the middle of a group of 1 s, 2 s, 10 s
    firstAimMs: aimMs,
    laterAimMs: aimMs,
  } as const;
  return Object.assign({ name }, usualRow, more);
};
/** Comes while the encoder sends. */
const cold = (name: string, to: ViewerKind, o: Partial<Row> & { readonly aimMs?: number } = {}): Row =>
  row(name, Object.assign({ to, first: 'comes' }, o));

/** From request to the end of a segment of HLS. */
const hlsAimMs = 4500;
/** A page loads itself first. */
const pageAimMs = 3000;
/** Until a picture was made in another codec. */
const madeAimMs = 1500;

export const rows: readonly Row[] = [
  ...[25, 50, 100, 250].map((pictures) =>
    row(`g${pictures}`, { coding: [...h264(pictures), ...aac], groupMs: pictures * 40 }),
  ),
  row('portrait', { size: { width: 360, height: 640, picturesPerSecond: 25 } }),
  row('mono-44100', { coding: [...h264(50), '-c:a', 'aac', '-b:a', '64k', '-ar', '44100', '-ac', '1'] }),
  row('no-audio', { coding: [...h264(50), '-map', '0:v', '-an'] }),
  row('1080p30', { size: { width: 1920, height: 1080, picturesPerSecond: 30 }, coding: [...h264(60, fast), ...aac] }),
  row('b-frames', { coding: [...h264(50, ['-bf', '2', '-rc-lookahead', '5']), ...aac], aimMs: madeAimMs }),
  row('takeover', { hasSecondEncoder: true }),
  row('whip', { from: 'whip', groupMs: 1000 }),
  cold('whip-flv', 'flv', { from: 'whip', groupMs: 1000, aimMs: madeAimMs }),
  cold('flv', 'flv', { aimMs: madeAimMs }),
  cold('vp8-flv', 'flv', { from: 'udp-vp8', groupMs: 1000, aimMs: madeAimMs }),
  cold('rtmp-out', 'rtmp', { aimMs: madeAimMs }),
  cold('hls', 'hls', { firstAimMs: hlsAimMs, laterAimMs: madeAimMs }),
  cold('play', 'play', { aimMs: pageAimMs }),
  cold('play-flv', 'play-flv', { aimMs: pageAimMs }),
  cold('play-hls', 'play-hls', { firstAimMs: hlsAimMs + pageAimMs, laterAimMs: pageAimMs }),
  cold('play-native', 'play-native', { firstAimMs: hlsAimMs + pageAimMs, laterAimMs: pageAimMs }),
];
