import { type Media, noMedia } from './report.ts';

interface ProbedStream {
  readonly codec_type?: unknown;
  readonly codec_name?: unknown;
  readonly width?: unknown;
  readonly height?: unknown;
  readonly avg_frame_rate?: unknown;
  readonly channels?: unknown;
  readonly duration?: unknown;
  readonly disposition?: { readonly attached_pic?: unknown };
  readonly tags?: { readonly rotate?: unknown };
  readonly side_data_list?: readonly { readonly rotation?: unknown }[];
}

/** Bound of a duration: 30 days. A file that states a longer one is broken. */
const DURATION_MS_MAX = 2_592_000_000;
const SIDE_MAX = 65_535;

/** Returns undefined when the file has no readable stream. */
export function mediaOf(text: string): Media | undefined {
  const { streams, format } = readJson(text);
  const video = streams.find((one) => one.codec_type === 'video' && one.disposition?.attached_pic !== 1);
  const audio = streams.find((one) => one.codec_type === 'audio');
  const shown = pictureOf(video);
  if (shown === undefined && audio === undefined) return undefined;
  const durationS = [format.duration, video?.duration, audio?.duration].map(numberOf).find((one) => one > 0) ?? 0;
  return Object.assign({}, noMedia, shown, {
    durationMs: Math.min(DURATION_MS_MAX, Math.round(durationS * 1000)),
    audioCodec: nameOf(audio),
    audioChannels: Math.min(255, Math.round(numberOf(audio?.channels))),
  });
}

function pictureOf(video: ProbedStream | undefined): Partial<Media> | undefined {
  if (video === undefined) return undefined;
  const [width, height] = [numberOf(video.width), numberOf(video.height)];
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) return undefined;
  const rotation = rotationOf(video);
  const isTurned = rotation % 180 === 90;
  return {
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    rotation,
    videoCodec: nameOf(video),
    fps: rateOf(video.avg_frame_rate),
  };
}

/** Returns clockwise degrees; ffprobe counts counter-clockwise. */
function rotationOf({ side_data_list: sides = [], tags }: ProbedStream): number {
  const found = sides.map(({ rotation }) => rotation).find((rotation) => typeof rotation === 'number');
  const degrees = found === undefined ? numberOf(tags?.rotate) : -(found as number);
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}

function rateOf(text: unknown): number {
  const [, top = '0', bottom = '0'] = /^(\d+)\/(\d+)$/.exec(String(text)) ?? [];
  const rate = Number(top) / Number(bottom);
  return Number.isFinite(rate) ? Math.min(1000, Math.round(rate * 1000) / 1000) : 0;
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

const nameOf = (stream: ProbedStream | undefined): string =>
  typeof stream?.codec_name === 'string' ? stream.codec_name.slice(0, 32) : '';

function readJson(text: string): { streams: readonly ProbedStream[]; format: { readonly duration?: unknown } } {
  try {
    const read = JSON.parse(text) as { streams?: unknown; format?: unknown } | null;
    const streams = Array.isArray(read?.streams) ? (read.streams as unknown[]) : [];
    const isStream = (one: unknown): one is ProbedStream => typeof one === 'object' && one !== null;
    const format = isStream(read?.format) ? (read.format as { duration?: unknown }) : {};
    return { streams: streams.filter(isStream), format };
  } catch (error) {
    if (error instanceof SyntaxError) return { streams: [], format: {} };
    throw error;
  }
}
