// Cuts pictures and sound into the parts and segments of an HLS stream, as fragments of MP4 with both tracks.
//
// The edge is the time up to which parts have been cut. Pictures move it, or sound where no picture comes. A picture is
// in the part in which it begins, and is given away when the next one says how long it was shown. Sound goes with
// whichever part is cut when it has come: programmes mix it a little later than pictures arrive.

import type { AudioFormat, AudioUnit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { AUDIO_TRACK, type Mp4Run, type Mp4Sample, mp4Fragment, VIDEO_TRACK } from '@meridian/room-media/core';
import { isTime, sampleOf } from './pictures.ts';
import {
  PART_BYTES_MAX,
  PART_LEAST,
  PART_PICTURES_MAX,
  PART_TARGET,
  SEGMENT_BYTES_MAX,
  SEGMENT_LEAST,
  SLOW_AFTER,
  segmentMost,
  TARGET_S,
  TICKS,
} from './rules.ts';
import {
  aacSamples,
  type HlsTracks,
  hlsTracks,
  isSameAudio,
  isSameVideo,
  type VideoTrack,
  videoTrack,
} from './tracks.ts';

/** What comes about, in order. Times are in `TICKS` of the units' clock. */
export type Cut =
  /** Of what follows; always between segments. The next segment is no continuation. */
  | ({ readonly kind: 'tracks' } & HlsTracks)
  /** Times leap between segments, or it is an interruption. */
  | { readonly kind: 'leap' }
  | {
      readonly kind: 'part';
      readonly start: number;
      readonly duration: number;
      /** Can be decoded without any other. */
      readonly isIndependent: boolean;
      readonly bytes: Uint8Array;
      /** What of it is sound, perhaps without samples: other layers of the picture have the same. */
      readonly sound: Mp4Run;
    }
  /** The segment of the last part is complete. */
  | { readonly kind: 'end' };

interface Picture {
  readonly dts: number;
  readonly composition: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}
interface Sound {
  /** In samples. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** Times further ahead than this leap; what is nearer is a pause. */
const LEAP = 10 * TICKS;
/** How far sound may be ahead of pictures before it moves the edge. */
const SOUND_AHEAD = 0.2 * TICKS;
/** A picture whose successor is unknown, and the rest of a segment whose end is overdue. */
const USUAL_STEP = TICKS / 30;
/** Sound that is off by less continues where the last ended. */
const JOINED_S = 0.02;
export class Segmenter {
  #video: VideoTrack | undefined;
  #audio: AudioFormat | undefined;
  /** Other formats, from the next key frame or sound on. */
  #nextVideo: VideoTrack | undefined;
  #nextAudio: AudioFormat | undefined;
  #isAudioOnly = false;

  /** Undefined until there is something to play. */
  #edge: number | undefined;
  /** Sound before this is not of this stream. */
  #begin = 0;
  #segmentStart = 0;
  #segmentBytes = 0;
  /** No segment has ended. */
  #isFirst = true;
  /** The segment that grows began with a key frame. */
  #isKeyed = false;
  #pictures: Picture[] = [];
  #pictureBytes = 0;
  #lastDts = Number.NEGATIVE_INFINITY;
  #sounds: Sound[] = [];
  /** In samples; of the last sound. */
  #soundEnd: number | undefined;

  #firstKey: number | undefined;
  #targetS: number | undefined;
  #meanStep = 0;
  #isDemanded = false;
  #isInterrupted = false;
  #wantsKeyFrame = false;
  #sequence = 0;
  #cuts: Cut[] = [];

  /** In seconds, one for ever; undefined until it is known how often key frames come (`SLOW_AFTER` at most). */
  get targetS(): number | undefined {
    return this.#targetS;
  }

  /** Pictures a second, as they come now; undefined without. */
  get frameRate(): number | undefined {
    return this.#meanStep === 0 ? undefined : TICKS / this.#meanStep;
  }

  /** Whether the publisher is to be asked for a key frame; once for each segment, and once at the start. */
  takeDemand(): boolean {
    const wanted = this.#wantsKeyFrame;
    this.#wantsKeyFrame = false;
    return wanted;
  }

  /** Formats of what follows. Ignored when they cannot be read, and when nothing changes. */
  videoFormat(format: VideoFormat): void {
    if (this.#video !== undefined && isSameVideo(this.#video.format, format)) this.#nextVideo = undefined;
    else this.#nextVideo = videoTrack(format) ?? this.#nextVideo;
  }

  audioFormat(format: AudioFormat): void {
    if (format.codec !== 'aac' || format.config === undefined) return;
    this.#nextAudio = this.#audio !== undefined && isSameAudio(this.#audio, format) ? undefined : format;
  }

  /** No picture is to be expected: the stream begins with the next sound. */
  beginWithoutPicture(): void {
    this.#isAudioOnly = true;
  }

  /** The next segment is to be no continuation: another layer of the picture has other parameters from there on. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** One picture, in decoding order. Those before the first key frame, and without a time, are left out. */
  picture(unit: VideoUnit): Cut[] {
    const data = sampleOf(unit);
    if (data === undefined || (this.#nextVideo ?? this.#video) === undefined) return [];
    if (!unit.isKey && (this.#edge === undefined || this.#nextVideo !== undefined)) return [];
    const dts = Math.max(Math.round((unit.dtsMs * TICKS) / 1000), this.#lastDts + 1);
    if (this.#edge === undefined) this.#start(dts, unit.isKey);
    else if (dts - this.#lead() > LEAP) this.#leap(dts, unit.isKey);
    else if (this.#nextVideo !== undefined) this.#restart(dts, unit.isKey);
    this.#noteKeys(dts, unit.isKey);
    if (this.#pictures.length > 0) this.#noteStep(dts - this.#lastDts);
    this.#lastDts = dts;
    this.#pictureBytes += data.length;
    this.#pictures.push({
      dts,
      composition: Math.round((unit.ptsMs * TICKS) / 1000) - dts,
      isKey: unit.isKey,
      data,
    });
    this.#cutAtPicture(dts, unit.isKey);
    return this.#drain();
  }

  /** One frame of AAC. Frames before the stream's begin, and again for the same time, are left out. */
  sound(unit: AudioUnit): Cut[] {
    const format = this.#nextAudio ?? this.#audio;
    if (format === undefined || !isTime(unit.ptsMs)) return [];
    if (this.#edge === undefined && !this.#isAudioOnly) return [];
    let at = Math.round((unit.ptsMs * format.sampleRate) / 1000);
    const offBy = at - (this.#nextAudio === undefined ? (this.#soundEnd ?? at) : at);
    if (Math.abs(offBy) <= format.sampleRate * JOINED_S) at -= offBy;
    else if (offBy < 0) return [];
    const ticks = (at * TICKS) / format.sampleRate;
    if (this.#edge === undefined) this.#start(Math.round(ticks), true);
    else if (ticks - this.#lead() > LEAP) this.#leap(Math.round(ticks), this.#video === undefined);
    else if (this.#nextAudio !== undefined) this.#restart(Math.round(this.#lead()), false);
    if (ticks < this.#begin - 1) return this.#drain();
    this.#sounds.push({ at, data: unit.data });
    const samples = aacSamples(format);
    this.#soundEnd = at + samples;
    if (this.#video === undefined) this.#cutEvenly(ticks, (samples * TICKS) / format.sampleRate);
    else {
      this.#noteKeys(ticks, false);
      this.#cutWhole(ticks - SOUND_AHEAD);
    }
    return this.#drain();
  }

  #drain(): Cut[] {
    return this.#cuts.splice(0);
  }

  /** The latest that has come, or that was cut. */
  #lead(): number {
    return Math.max(this.#edge ?? 0, this.#lastDts, this.#soundTicks(this.#soundEnd ?? 0));
  }

  #soundTicks(samples: number): number {
    return this.#audio === undefined ? 0 : (samples * TICKS) / this.#audio.sampleRate;
  }

  /** Decides on the target duration, and when to ask for a key frame. */
  #noteKeys(ticks: number, isKey: boolean): void {
    if (this.#targetS === undefined) {
      if (this.#firstKey === undefined) {
        this.#firstKey = ticks;
        this.#wantsKeyFrame = true; // does the publisher answer?
      } else if (ticks - this.#firstKey > SLOW_AFTER) this.#targetS = TARGET_S.slow;
      else if (isKey) this.#targetS = TARGET_S.fast;
    }
    if (this.#isDemanded || ticks - this.#segmentStart < SEGMENT_LEAST) return;
    this.#isDemanded = true;
    this.#wantsKeyFrame ||= !isKey;
  }

  #noteStep(step: number): void {
    this.#meanStep = this.#meanStep === 0 ? step : this.#meanStep + (step - this.#meanStep) / 16;
  }

  /** Begins with what is known of the tracks. */
  #start(ticks: number, isKeyed: boolean): void {
    this.#begin = ticks;
    this.#beginSegment(ticks, isKeyed);
    if (this.#nextVideo === undefined) this.#targetS ??= TARGET_S.fast;
    this.#changeTracks();
  }

  #beginSegment(ticks: number, isKeyed: boolean): void {
    this.#edge = ticks;
    this.#segmentStart = ticks;
    this.#segmentBytes = 0;
    this.#isKeyed = isKeyed;
    this.#isDemanded = false;
  }

  #changeTracks(): void {
    if (this.#nextAudio !== undefined) this.#soundEnd = undefined;
    this.#video = this.#nextVideo ?? this.#video;
    this.#audio = this.#nextAudio ?? this.#audio;
    this.#nextVideo = undefined;
    this.#nextAudio = undefined;
    const { video, audio } = { video: this.#video, audio: this.#audio };
    this.#cuts.push({ kind: 'tracks', ...hlsTracks({ ...(video && { video }), ...(audio && { audio }) }) });
  }

  /** Ends the segment at this time; what follows has other tracks. */
  #restart(ticks: number, isKeyed: boolean): void {
    this.#cutWhole(ticks);
    this.#cut(Math.max(ticks, this.#edgeOf() + 1), { ends: true, isKeyed, openUntil: isKeyed ? ticks : undefined });
    this.#changeTracks();
  }

  /** Ends the segment with what there is; what follows begins at another time. */
  #leap(ticks: number, isKeyed: boolean): void {
    const last = this.#pictures.at(-1);
    const openUntil = last && last.dts + Math.round(this.#meanStep || USUAL_STEP);
    const soundEnd = Math.round(this.#soundTicks(this.#soundEnd ?? 0));
    const end = Math.max(openUntil ?? 0, this.#video === undefined ? soundEnd : 0, this.#edgeOf() + 1);
    this.#cutWhole(end);
    this.#cut(Math.max(end, this.#edgeOf() + 1), { ends: true, isKeyed, openUntil });
    this.#sounds = [];
    this.#soundEnd = undefined;
    this.#begin = ticks;
    this.#beginSegment(ticks, isKeyed);
    if (this.#nextVideo !== undefined || this.#nextAudio !== undefined) this.#changeTracks();
    else this.#cuts.push({ kind: 'leap' });
  }

  #edgeOf(): number {
    return this.#edge ?? 0;
  }

  /** Sound alone: parts of whole frames, segments of whole parts. */
  #cutEvenly(ticks: number, step: number): void {
    this.#cutWhole(ticks);
    const length = ticks - this.#edgeOf();
    if (length >= PART_LEAST && length + step > PART_TARGET) this.#cut(Math.round(ticks), {});
  }

  /** A picture has come: where a part or its segment ends with the one before. */
  #cutAtPicture(dts: number, isKey: boolean): void {
    this.#cutWhole(dts);
    const length = dts - this.#edgeOf();
    const lasted = dts - this.#segmentStart;
    if (isKey && (lasted >= SEGMENT_LEAST || !this.#isKeyed || (this.#isFirst && lasted > 0))) {
      // A picture that comes late, after sound has moved the edge: the segment still has to end behind it.
      this.#cut(length > 0 ? dts : this.#edgeOf() + USUAL_STEP, { ends: true, isKeyed: true });
      return;
    }
    const isFull = length >= PART_LEAST && length + this.#meanStep > PART_TARGET;
    const isTooMuch = this.#pictureBytes > PART_BYTES_MAX || this.#pictures.length > PART_PICTURES_MAX;
    if (isFull || (isTooMuch && length > 0)) this.#cut(dts, {});
  }

  /** Parts that are over by this time; they end with a picture or frame of sound where one ends late enough. */
  #cutWhole(ticks: number): void {
    for (;;) {
      const edge = this.#edgeOf();
      if (ticks - edge <= PART_TARGET) return;
      const ends =
        this.#video === undefined
          ? this.#sounds.map(({ at }) => Math.round(this.#soundTicks(at)))
          : this.#pictures.map(({ dts }) => dts);
      this.#cut(
        ends.findLast((end) => end - edge >= PART_LEAST && end - edge <= PART_TARGET) ?? edge + PART_TARGET,
        {},
      );
    }
  }

  /** One part from the edge to this time; the last of its segment if it must be. */
  #cut(ticks: number, o: { ends?: boolean; isKeyed?: boolean; openUntil?: number | undefined }): void {
    const start = this.#edgeOf();
    const pictures = this.#takePictures(ticks, o.openUntil);
    const sounds = this.#takeSounds(ticks);
    const runs = [pictures, sounds].filter((run) => run.samples.length > 0);
    // A fragment has a track, if only without samples.
    if (runs.length === 0) runs.push(this.#emptyRun(start));
    this.#sequence += 1;
    const bytes = mp4Fragment(this.#sequence, runs);
    const isIndependent = this.#video === undefined || pictures.samples[0]?.isSync === true;
    this.#cuts.push({ kind: 'part', start, duration: ticks - start, isIndependent, bytes, sound: sounds });
    this.#segmentBytes += bytes.length;
    this.#edge = ticks;
    const length = ticks - this.#segmentStart;
    // The first segment ends as soon as it can, so that players that take no parts begin early.
    const isOver =
      this.#video === undefined
        ? length >= SEGMENT_LEAST
        : length + PART_TARGET > segmentMost(this.#targetS ?? TARGET_S.slow) ||
          (this.#isFirst && this.#targetS === TARGET_S.slow);
    if (o.ends !== true && !isOver && this.#segmentBytes <= SEGMENT_BYTES_MAX) return;
    this.#cuts.push({ kind: 'end' });
    if (this.#isInterrupted) this.#cuts.push({ kind: 'leap' });
    this.#isInterrupted = false;
    this.#isFirst = false;
    this.#beginSegment(ticks, o.isKeyed ?? this.#video === undefined);
  }

  #emptyRun(start: number): Mp4Run {
    if (this.#video !== undefined) return { track: VIDEO_TRACK, base: start, samples: [] };
    return { track: AUDIO_TRACK, base: Math.round((start * (this.#audio?.sampleRate ?? 0)) / TICKS), samples: [] };
  }

  /** Pictures that begin before this time and whose end is known; `openUntil`: the end of the last of all. */
  #takePictures(ticks: number, openUntil?: number): Mp4Run {
    const samples: Mp4Sample[] = [];
    const base = this.#pictures[0]?.dts ?? 0;
    for (const [at, { dts, isKey, composition, data }] of this.#pictures.entries()) {
      const end = this.#pictures[at + 1]?.dts ?? openUntil;
      if (end === undefined || dts >= ticks) break;
      samples.push({ duration: end - dts, isSync: isKey, composition, data });
      this.#pictureBytes -= data.length;
    }
    this.#pictures = this.#pictures.slice(samples.length);
    return { track: VIDEO_TRACK, base, samples };
  }

  /** Sound that begins before this time. */
  #takeSounds(ticks: number): Mp4Run {
    const base = this.#sounds[0]?.at ?? 0;
    const samples: Mp4Sample[] = [];
    for (const [index, { at, data }] of this.#sounds.entries()) {
      if (Math.round(this.#soundTicks(at)) >= ticks) break;
      const usual = this.#audio === undefined ? 0 : aacSamples(this.#audio);
      const duration = (this.#sounds[index + 1]?.at ?? at + usual) - at;
      samples.push({ duration, isSync: true, composition: 0, data });
    }
    this.#sounds = this.#sounds.slice(samples.length);
    return { track: AUDIO_TRACK, base, samples };
  }
}
