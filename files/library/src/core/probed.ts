// Facts of a media file that its catalogue entry has, from ffprobe's report.
import { type Colour, colourOf, isUnshownDolbyVision } from './colour.ts';
import { lengthS } from './length.ts';
import type { PacketTally } from './packets.ts';
import { type Media, noMedia } from './report.ts';
import { type FileReport, numberOf, ratioOf, type Stream, shownSize, shownStreams } from './streams.ts';

/** Picture from which a cover is made. */
export interface CoverSource {
  readonly stream: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
}

export interface ProbedFile {
  readonly media: Media;
  readonly cover: CoverSource | undefined;
}

/** Returns undefined when the file has no readable stream. `tally` is of the whole file, where it was needed. */
export function probedOf(
  report: FileReport,
  tally?: { counts: PacketTally; isWhole: boolean },
): ProbedFile | undefined {
  const shown = shownStreams(report, tally?.counts);
  const { video, audio, cover } = shown;
  if (video === undefined && audio === undefined) return undefined;
  const durationS = lengthS(report, shown, tally?.isWhole === true ? tally.counts : undefined);
  const media = Object.assign({}, noMedia, video === undefined ? undefined : pictureOf(video, report), {
    durationMs: Math.round(durationS * 1000),
    audioCodec: audio === undefined ? '' : nameOf(audio),
    audioChannels: Math.min(255, Math.round(numberOf(audio?.raw['channels']))),
  });
  return { media, cover: coverSourceOf(video ?? cover, report) };
}

function pictureOf(video: Stream, { frame }: FileReport): Partial<Media> {
  return Object.assign(
    { videoCodec: nameOf(video), fps: rateOf(video.raw['avg_frame_rate']) },
    shownSize(video, frame),
  );
}

function coverSourceOf(picture: Stream | undefined, { frame }: FileReport): CoverSource | undefined {
  if (picture === undefined || isUnshownDolbyVision(picture.raw)) return undefined;
  const { width, height } = shownSize(picture, frame);
  return { stream: picture.index, width, height, colour: colourOf(picture.raw) };
}

const rateOf = (text: unknown): number => Math.min(1000, Math.round((ratioOf(text) ?? 0) * 1000) / 1000);
const nameOf = ({ raw }: Stream): string => String(raw['codec_name']).slice(0, 32);
