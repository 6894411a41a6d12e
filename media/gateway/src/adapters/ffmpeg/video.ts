// Transcodes pictures between codecs and keeps the publisher's times, with one ffmpeg per stream.

import { MeridianError } from '@meridian/protocol';
import type { FfmpegSupervisor, Millicores, SupervisedJob } from '@meridian/room-media';
import { inputArgs, leadS, outputArgs } from '@meridian/room-media';
import { MalformedStream, NutReader, nutFrame, nutHeader, PositionTimes } from '@meridian/room-media/core';

export type VideoCodec = 'h264' | 'vp8' | 'mpeg1';
export type VideoSource = VideoCodec | 'vp9' | 'av1';

/** Coded picture, in decoding order. H.264 is Annex B, VP9 a frame or superframe, AV1 a temporal unit of OBUs. */
export interface CodedPicture {
  readonly ptsMs: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

export interface VideoTranscoderOptions {
  readonly from: VideoSource;
  readonly to: VideoCodec;
  readonly bitrateKbps: number;
  /** Pictures between key frames; key frames of the source are key frames of the result too. */
  readonly keyIntervalPictures: number;
  /** Bytes of pictures that are written at once at the beginning; default: 0. */
  readonly backlogBytes?: number;
  readonly cost: Millicores;
  readonly supervisor: FfmpegSupervisor;
  onPicture(picture: CodedPicture): void;
  /** Called for a picture dropped before the first key frame, and after ffmpeg was restarted. */
  onKeyNeeded?(): void;
  onDegraded(isDegraded: boolean): void;
}

const timeScale = 90_000;
/** A larger step back or ahead means that the publisher's clock changed. B-frames step back by less than a second. */
const stepBackMaxMs = 1000;
const stepAheadMaxMs = 10_000;
const joinTicks = timeScale;
/** Two seconds at 8 Mbit/s. */
const queueBytesMax = 2 * 1024 * 1024;
/** Same bound as `NutReader`. */
const pictureBytesMax = 4 * 1024 * 1024;
/** MPEG-1 knows few frame rates; its players expect 25. All pictures get one size, which the encoder cannot change. */
const mpeg1Filter =
  'scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2,pad=640:360:-1:-1,setsar=1,fps=25';

const fourccs: Record<VideoSource, string> = { h264: 'H264', vp8: 'VP80', vp9: 'VP90', av1: 'AV01', mpeg1: 'mpg1' };
/** Decoders that show the highest spatial layer; ffmpeg's own VP9 decoder shows all, one after another. */
const decoderArgs: Partial<Record<VideoSource, readonly string[]>> = {
  vp9: ['-c:v', 'libvpx-vp9'],
  av1: ['-c:v', 'libdav1d'],
};
/** Rate of browsers' cameras. A lower rate gets less than the bitrate, a higher rate gets more. */
const PICTURES_PER_SECOND = 30;
const libvpx = ['-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-error-resilient', '1'];
const encoderArgs: Record<VideoCodec, readonly string[]> = {
  h264: [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-tune',
    'zerolatency',
    '-profile:v',
    'baseline',
    // Pictures have times and no rate: ffmpeg would assume 90,000 a second and divide the bitrate by that.
    '-x264-params',
    `fps=${PICTURES_PER_SECOND}`,
    '-forced-idr',
    '1',
    // Repeats SPS and PPS before each key frame, as units need them among their NAL units.
    '-bsf:v',
    'dump_extra=freq=keyframe',
  ],
  vp8: ['-c:v', 'libvpx', ...libvpx],
  mpeg1: ['-c:v', 'mpeg1video', '-vf', mpeg1Filter],
};
/**
 * Forces key frames where the source has them. The VP9 decoder does not mark key frames, so they get odd ticks and
 * other frames even ticks; ffmpeg counts from the first picture, which is a key frame.
 */
const forceKeyFrames = (from: VideoSource): string =>
  from === 'vp9' ? `expr:not(mod(round(t*${timeScale}),2))` : 'source';

/**
 * Transcodes without B-frames and encoder delay. A picture keeps its `ptsMs` to 1/90 ms (VP9: 1/45 ms; MPEG-1: to a
 * grid of 25 pictures a second). Pictures before the first key frame are dropped. Throws MeridianError OVERLOADED
 * beyond the capacity.
 */
export class VideoTranscoder {
  readonly #job: SupervisedJob;
  readonly #o: VideoTranscoderOptions;
  readonly #timeLine = new PositionTimes(timeScale);
  #reader = new NutReader();
  #anchor: { readonly place: number; readonly ptsMs: number } | undefined;
  #lastMs = 0;
  #highestTicks = 0;
  #hasKey = false;

  constructor(o: VideoTranscoderOptions) {
    this.#o = o;
    const media = { kind: 'video', width: 16, height: 16 } as const;
    const fourcc = [...fourccs[o.from]].map((char) => char.charCodeAt(0));
    const decodeDelay = o.from === 'h264' || o.from === 'mpeg1' ? 2 : 0;
    this.#job = o.supervisor.start({
      name: `${o.from} to ${o.to}`,
      makes: 'picture',
      cost: o.cost,
      args: videoArgs(o),
      head: nutHeader({ fourcc, timeScale, decodeDelay, config: new Uint8Array(0), media }),
      queueBytesMax: queueBytesMax + (o.backlogBytes ?? 0),
      onStart: () => {
        this.#reader = new NutReader();
        this.#hasKey = false;
      },
      onData: (bytes) => this.#onData(bytes),
      onDegraded: o.onDegraded,
    });
  }

  get pid(): number | undefined {
    return this.#job.pid;
  }

  /** Throws MeridianError REQUEST_INVALID on an empty or oversize picture or a missing time. */
  write({ ptsMs, isKey, data }: CodedPicture): void {
    const bytes = data.byteLength;
    if (bytes === 0 || bytes > pictureBytesMax)
      throw new MeridianError('REQUEST_INVALID', `a picture of ${bytes} bytes`);
    if (!Number.isFinite(ptsMs)) throw new MeridianError('REQUEST_INVALID', `a picture at ${ptsMs} ms`);
    this.#hasKey ||= isKey;
    if (!this.#hasKey) {
      this.#o.onKeyNeeded?.();
      return;
    }
    const place = this.#ticksOf(ptsMs);
    this.#job.write(nutFrame(this.#o.from === 'vp9' ? place - (place % 2) + Number(isKey) : place, isKey, data));
  }

  /** Resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#job.close();
  }

  /** Returns the time for ffmpeg, on a continuous clock whatever the publisher's clock does. */
  #ticksOf(ptsMs: number): number {
    const aheadOfLastMs = ptsMs - this.#lastMs;
    let anchor = this.#anchor;
    if (anchor === undefined || aheadOfLastMs > stepAheadMaxMs || aheadOfLastMs < -stepBackMaxMs) {
      anchor = { place: this.#highestTicks + joinTicks + leadS * timeScale, ptsMs };
      this.#anchor = anchor;
      // Pictures that are shown before the first decoded picture belong to this clock too.
      this.#timeLine.anchor(anchor.place - joinTicks, ptsMs - (joinTicks * 1000) / timeScale);
    }
    this.#lastMs = ptsMs;
    const place = Math.max(0, anchor.place + Math.round(((ptsMs - anchor.ptsMs) * timeScale) / 1000));
    this.#highestTicks = Math.max(this.#highestTicks, place);
    return place;
  }

  #onData(bytes: Uint8Array): void {
    for (const { pts, isKey, data } of this.#reader.push(bytes)) {
      const base = this.#reader.stream?.timeBase;
      if (base === undefined) throw new MalformedStream('INVALID', 'a frame before its stream');
      const ptsMs = this.#timeLine.ptsAt((pts * base.num * timeScale) / base.den);
      if (ptsMs !== undefined) this.#o.onPicture({ ptsMs, isKey, data });
    }
  }
}

function videoArgs({ from, to, bitrateKbps, keyIntervalPictures }: VideoTranscoderOptions): string[] {
  const rate = `${bitrateKbps}k`;
  const times = to === 'mpeg1' ? [] : ['-enc_time_base', `1:${timeScale}`];
  return [
    ...[
      ...(decoderArgs[from] ?? []),
      ...inputArgs,
      '-an',
      '-fps_mode',
      'passthrough',
      ...times,
      ...encoderArgs[to],
      '-pix_fmt',
      'yuv420p',
    ],
    ...['-bf', '0', '-g', `${keyIntervalPictures}`, '-force_key_frames', forceKeyFrames(from)],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate, ...outputArgs],
  ];
}
