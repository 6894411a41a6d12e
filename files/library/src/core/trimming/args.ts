// Arguments of ffmpeg for a trim, whose range begins and ends with pictures.
import { pictureFilter } from '../colour.ts';
import {
  bitExactArgs,
  type EncoderSettings,
  formatArgs,
  inputArgs,
  regularFilter,
  SOUND_CHANNELS,
  SOUND_RATE,
  ticksOf,
  timeArgs,
} from '../renditions/args.ts';
import { keyPictures, msOf } from '../renditions/plan.ts';
import type { Source } from '../renditions/source.ts';

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Part of the source that is kept: whole pictures, none of which begins before or ends after what was ordered. */
export interface Cut {
  readonly startMs: number;
  readonly durationMs: number;
  /** Number of pictures; 0 for a sound. */
  readonly pictures: number;
  readonly from: number;
}

/** Quality at which a second encoding is not seen. */
const CRF = 18;
const SOUND_KBPS = 192;
/** A picture that begins within this share of a picture's time belongs to the range: rates are rounded. */
const NEAR = 0.01;

export function cutOf({ picture }: Source, { fromMs, toMs }: Range): Cut {
  if (picture === undefined) return { startMs: fromMs, durationMs: toMs - fromMs, pictures: 0, from: 0 };
  const { num, den } = picture.fullRate;
  const at = (ms: number): number => (ms * num) / (1000 * den);
  const from = Math.ceil(at(fromMs) - NEAR);
  const pictures = Math.max(1, Math.floor(at(toMs) + NEAR) - from);
  return { startMs: msOf(from, picture.fullRate), durationMs: msOf(pictures, picture.fullRate), pictures, from };
}

/** Encodes the cut: fragmented MP4 of the pictures, if any, on `pipe:3`, and ADTS of the sound, if any, behind it. */
export function cutArgs(
  { picture, sound }: Source,
  { startMs, durationMs, pictures: count, from }: Cut,
  { file, settings }: { readonly file: string; readonly settings: EncoderSettings },
): string[] {
  const soundPipe = picture === undefined ? 'pipe:3' : 'pipe:4';
  const [startS, durationS] = [(startMs / 1000).toFixed(6), (durationMs / 1000).toFixed(6)];
  const heard = [
    `atrim=start=${startS}`,
    `aresample=${SOUND_RATE}:async=1:first_pts=${Math.round((startMs * SOUND_RATE) / 1000)}`,
    `asetpts=PTS-STARTPTS,apad=whole_dur=${durationS}`,
  ].join(',');
  const ofSound =
    sound === undefined
      ? []
      : [
          ...['-map', `0:${sound.stream}`, '-af', heard, '-t', durationS, '-ac', `${SOUND_CHANNELS}`],
          ...[
            '-c:a',
            'aac',
            '-b:a',
            `${SOUND_KBPS}k`,
            ...bitExactArgs,
            '-flags:a',
            '+bitexact',
            '-f',
            'adts',
            soundPipe,
          ],
        ];
  if (picture === undefined)
    return [...formatArgs, ...(sound?.hasJumps === true ? [] : timeArgs), '-i', file, ...ofSound];
  const rate = picture.fullRate;
  const pictures = Object.assign({}, picture, { rate, file, from, count });
  const size = { width: even(picture.width), height: even(picture.height) };
  const key = `${keyPictures(rate)}`;
  return [
    ...inputArgs(pictures),
    ...['-filter_complex', `${regularFilter(0, pictures)},${pictureFilter(picture.colour, size)}[cut]`],
    ...['-map', '[cut]', '-frames:v', `${count}`, '-c:v', 'libx264', '-preset', settings.h264Preset],
    ...['-profile:v', 'high', '-crf', `${CRF}`, '-threads', `${settings.threads}`, '-g', key, '-keyint_min', key],
    ...['-sc_threshold', '0', ...bitExactArgs, '-video_track_timescale', `${ticksOf(rate).second}`, '-f', 'mp4'],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof+skip_trailer', 'pipe:3', ...ofSound],
  ];
}

/** 4:2:0 has pairs of lines and columns. */
const even = (side: number): number => Math.max(2, side - (side % 2));
