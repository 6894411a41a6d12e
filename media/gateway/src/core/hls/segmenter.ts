// Cuts pictures and sound into parts and segments of an HLS stream, as MP4 fragments with both tracks.
//
// The edge is the time up to which parts are cut. Pictures move the edge, or sound where no picture comes. A picture
// belongs to the part in which it begins, and is released when the next picture shows its duration. Sound goes with the
// next part cut after its arrival, because programmes mix it a little later than pictures arrive.

import type { AudioFormat, AudioUnit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { AUDIO_TRACK, type Mp4Run, type Mp4Sample, mp4Fragment, VIDEO_TRACK } from '@meridian/room-media/core';
import { isTime, sampleOf } from './pictures.ts';
import {
  PART_BYTES_MAX,
  PART_MIN_TICKS,
  PART_PICTURES_MAX,
  PART_TARGET_TICKS,
  SEGMENT_BYTES_MAX,
  SEGMENT_MIN_TICKS,
  SLOW_AFTER_TICKS,
  segmentMaxTicks,
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

/** Step of the stream, in order. Times are in `TICKS` of the units' clock. */
export type Cut =
  /** Tracks of the next segment, which does not continue the last. Always between segments. */
  | ({ readonly kind: 'tracks' } & HlsTracks)
  /** The times leap between segments, or the stream was interrupted. */
  | { readonly kind: 'leap' }
  | {
      readonly kind: 'part';
      readonly start: number;
      readonly duration: number;
      readonly isIndependent: boolean;
      readonly bytes: Uint8Array;
      /** Sound of the part, perhaps without samples: other layers share it. */
      readonly sound: Mp4Run;
    }
  /** The last part ended its segment. */
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

/** A larger step ahead is a leap of the clock, a smaller step a pause. */
const LEAP_TICKS = 10 * TICKS;
/** Maximum lead of sound over pictures before sound moves the edge. */
const SOUND_LEAD_MAX_TICKS = 0.2 * TICKS;
/** Duration of a picture without a successor, and rest of a segment whose end is overdue. */
const DEFAULT_PICTURE_TICKS = TICKS / 30;
/** Sound with a smaller deviation continues at the end of the last sound. */
const SOUND_JOIN_MAX_S = 0.02;
export class Segmenter {
  #video: VideoTrack | undefined;
  #audio: AudioFormat | undefined;
  #nextVideo: VideoTrack | undefined;
  #nextAudio: AudioFormat | undefined;
  #isAudioOnly = false;

  #edge: number | undefined;
  #begin = 0;
  #segmentStart = 0;
  #segmentBytes = 0;
  #isFirst = true;
  #isKeyed = false;
  #pictures: Picture[] = [];
  #pictureBytes = 0;
  #lastDts = Number.NEGATIVE_INFINITY;
  #sounds: Sound[] = [];
  /** End of the last sound, in samples. */
  #soundEnd: number | undefined;

  #firstKey: number | undefined;
  #targetS: number | undefined;
  #meanStep = 0;
  #isDemanded = false;
  #isInterrupted = false;
  #wantsKeyFrame = false;
  #sequence = 0;
  #cuts: Cut[] = [];

  /** Constant target duration in seconds; undefined while the key frame interval is unknown (`SLOW_AFTER_TICKS`). */
  get targetS(): number | undefined {
    return this.#targetS;
  }

  get frameRate(): number | undefined {
    return this.#meanStep === 0 ? undefined : TICKS / this.#meanStep;
  }

  /** Returns whether to ask the publisher for a key frame: once per segment, and once at the start. */
  takeDemand(): boolean {
    const wanted = this.#wantsKeyFrame;
    this.#wantsKeyFrame = false;
    return wanted;
  }

  /** Sets the format of later pictures. Ignores unreadable and equal formats. */
  videoFormat(format: VideoFormat): void {
    if (this.#video !== undefined && isSameVideo(this.#video.format, format)) this.#nextVideo = undefined;
    else this.#nextVideo = videoTrack(format) ?? this.#nextVideo;
  }

  audioFormat(format: AudioFormat): void {
    if (format.codec !== 'aac' || format.config === undefined) return;
    this.#nextAudio = this.#audio !== undefined && isSameAudio(this.#audio, format) ? undefined : format;
  }

  /** Begins the stream with the next sound, because no picture is expected. */
  beginWithoutPicture(): void {
    this.#isAudioOnly = true;
  }

  /** Makes the next segment a discontinuity, because another layer of the picture has new parameters from there on. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  /** Takes a picture in decoding order. Drops pictures before the first key frame and without a time. */
  picture(unit: VideoUnit): Cut[] {
    const data = sampleOf(unit);
    if (data === undefined || (this.#nextVideo ?? this.#video) === undefined) return [];
    if (!unit.isKey && (this.#edge === undefined || this.#nextVideo !== undefined)) return [];
    const dts = Math.max(Math.round((unit.dtsMs * TICKS) / 1000), this.#lastDts + 1);
    if (this.#edge === undefined) this.#start(dts, unit.isKey);
    else if (dts - this.#lead() > LEAP_TICKS) this.#leap(dts, unit.isKey);
    else if (this.#nextVideo !== undefined) this.#restart(dts, unit.isKey);
    this.#updateKeyFrameDemand(dts, unit.isKey);
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

  /** Takes a frame of AAC. Drops frames before the stream's beginning and repeated times. */
  sound(unit: AudioUnit): Cut[] {
    const format = this.#nextAudio ?? this.#audio;
    if (format === undefined || !isTime(unit.ptsMs)) return [];
    if (this.#edge === undefined && !this.#isAudioOnly) return [];
    let at = Math.round((unit.ptsMs * format.sampleRate) / 1000);
    const offBy = at - (this.#nextAudio === undefined ? (this.#soundEnd ?? at) : at);
    if (Math.abs(offBy) <= format.sampleRate * SOUND_JOIN_MAX_S) at -= offBy;
    else if (offBy < 0) return [];
    const ticks = (at * TICKS) / format.sampleRate;
    if (this.#edge === undefined) this.#start(Math.round(ticks), true);
    else if (ticks - this.#lead() > LEAP_TICKS) this.#leap(Math.round(ticks), this.#video === undefined);
    else if (this.#nextAudio !== undefined) this.#restart(Math.round(this.#lead()), false);
    if (ticks < this.#begin - 1) return this.#drain();
    this.#sounds.push({ at, data: unit.data });
    const samples = aacSamples(format);
    this.#soundEnd = at + samples;
    if (this.#video === undefined) this.#cutEvenly(ticks, (samples * TICKS) / format.sampleRate);
    else {
      this.#updateKeyFrameDemand(ticks, false);
      this.#cutPartsUpTo(ticks - SOUND_LEAD_MAX_TICKS);
    }
    return this.#drain();
  }

  #drain(): Cut[] {
    return this.#cuts.splice(0);
  }

  #lead(): number {
    return Math.max(this.#edge ?? 0, this.#lastDts, this.#soundTicks(this.#soundEnd ?? 0));
  }

  #soundTicks(samples: number): number {
    return this.#audio === undefined ? 0 : (samples * TICKS) / this.#audio.sampleRate;
  }

  #updateKeyFrameDemand(ticks: number, isKey: boolean): void {
    if (this.#targetS === undefined) {
      if (this.#firstKey === undefined) {
        this.#firstKey = ticks;
        this.#wantsKeyFrame = true; // Tests whether the publisher answers.
      } else if (ticks - this.#firstKey > SLOW_AFTER_TICKS) this.#targetS = TARGET_S.slow;
      else if (isKey) this.#targetS = TARGET_S.fast;
    }
    if (this.#isDemanded || ticks - this.#segmentStart < SEGMENT_MIN_TICKS) return;
    this.#isDemanded = true;
    this.#wantsKeyFrame ||= !isKey;
  }

  #noteStep(step: number): void {
    this.#meanStep = this.#meanStep === 0 ? step : this.#meanStep + (step - this.#meanStep) / 16;
  }

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

  #restart(ticks: number, isKeyed: boolean): void {
    this.#cutPartsUpTo(ticks);
    this.#cut(Math.max(ticks, this.#edgeOf() + 1), { ends: true, isKeyed, openUntil: isKeyed ? ticks : undefined });
    this.#changeTracks();
  }

  /** Ends the segment with the present media, because later media have other times. */
  #leap(ticks: number, isKeyed: boolean): void {
    const last = this.#pictures.at(-1);
    const openUntil = last && last.dts + Math.round(this.#meanStep || DEFAULT_PICTURE_TICKS);
    const soundEnd = Math.round(this.#soundTicks(this.#soundEnd ?? 0));
    const end = Math.max(openUntil ?? 0, this.#video === undefined ? soundEnd : 0, this.#edgeOf() + 1);
    this.#cutPartsUpTo(end);
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

  /** Cuts sound without pictures: parts of whole frames, segments of whole parts. */
  #cutEvenly(ticks: number, step: number): void {
    this.#cutPartsUpTo(ticks);
    const length = ticks - this.#edgeOf();
    if (length >= PART_MIN_TICKS && length + step > PART_TARGET_TICKS) this.#cut(Math.round(ticks), {});
  }

  #cutAtPicture(dts: number, isKey: boolean): void {
    this.#cutPartsUpTo(dts);
    const length = dts - this.#edgeOf();
    const lasted = dts - this.#segmentStart;
    if (isKey && (lasted >= SEGMENT_MIN_TICKS || !this.#isKeyed || (this.#isFirst && lasted > 0))) {
      // Sound has moved the edge past a late picture; the segment must still end after the edge.
      this.#cut(length > 0 ? dts : this.#edgeOf() + DEFAULT_PICTURE_TICKS, { ends: true, isKeyed: true });
      return;
    }
    const isFull = length >= PART_MIN_TICKS && length + this.#meanStep > PART_TARGET_TICKS;
    const isTooMuch = this.#pictureBytes > PART_BYTES_MAX || this.#pictures.length > PART_PICTURES_MAX;
    if (isFull || (isTooMuch && length > 0)) this.#cut(dts, {});
  }

  /** Cuts the parts that are over by this time, at the end of a picture or sound frame if one ends late enough. */
  #cutPartsUpTo(ticks: number): void {
    for (;;) {
      const edge = this.#edgeOf();
      if (ticks - edge <= PART_TARGET_TICKS) return;
      const ends =
        this.#video === undefined
          ? this.#sounds.map(({ at }) => Math.round(this.#soundTicks(at)))
          : this.#pictures.map(({ dts }) => dts);
      this.#cut(
        ends.findLast((end) => end - edge >= PART_MIN_TICKS && end - edge <= PART_TARGET_TICKS) ??
          edge + PART_TARGET_TICKS,
        {},
      );
    }
  }

  #cut(ticks: number, o: { ends?: boolean; isKeyed?: boolean; openUntil?: number | undefined }): void {
    const start = this.#edgeOf();
    const pictures = this.#takePictures(ticks, o.openUntil);
    const sounds = this.#takeSounds(ticks);
    const runs = [pictures, sounds].filter((run) => run.samples.length > 0);
    // A fragment needs a track, even without samples.
    if (runs.length === 0) runs.push(this.#emptyRun(start));
    this.#sequence += 1;
    const bytes = mp4Fragment(this.#sequence, runs);
    const isIndependent = this.#video === undefined || pictures.samples[0]?.isSync === true;
    this.#cuts.push({ kind: 'part', start, duration: ticks - start, isIndependent, bytes, sound: sounds });
    this.#segmentBytes += bytes.length;
    this.#edge = ticks;
    const length = ticks - this.#segmentStart;
    // The first segment ends early, so that players without support for parts start early.
    const isOver =
      this.#video === undefined
        ? length >= SEGMENT_MIN_TICKS
        : length + PART_TARGET_TICKS > segmentMaxTicks(this.#targetS ?? TARGET_S.slow) ||
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

  /** Takes the pictures that begin before `ticks` and whose end is known; `openUntil` ends the very last. */
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

  #takeSounds(ticks: number): Mp4Run {
    const base = this.#sounds[0]?.at ?? 0;
    const samples: Mp4Sample[] = [];
    for (const [index, { at, data }] of this.#sounds.entries()) {
      if (Math.round(this.#soundTicks(at)) >= ticks) break;
      const frameSamples = this.#audio === undefined ? 0 : aacSamples(this.#audio);
      const duration = (this.#sounds[index + 1]?.at ?? at + frameSamples) - at;
      samples.push({ duration, isSync: true, composition: 0, data });
    }
    this.#sounds = this.#sounds.slice(samples.length);
    return { track: AUDIO_TRACK, base, samples };
  }
}
