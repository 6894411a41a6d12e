// Lower layer of a stream's picture. Parts are cut like the stream's, with the same numbers, durations, dates,
// discontinuities and sound, so players switch layers at any segment.
//
// Pictures come from another session, whose clock differs slightly. A segment begins with the key frame nearest to its
// start, and its times are shifted to begin with the stream's segment.

import type { AudioFormat, VideoUnit } from '@meridian/room-media/core';
import { type Mp4Run, type Mp4Sample, mp4Fragment, readFormat, VIDEO_TRACK } from '@meridian/room-media/core';
import { sampleOf } from './pictures.ts';
import { SEGMENT_BYTES_MAX, TICKS } from './rules.ts';
import type { Cut } from './segmenter.ts';
import { hlsTracks, isSameVideo, type VideoTrack, videoTrack } from './tracks.ts';
import type { SegmentWindow } from './window.ts';

/** Maximum distance of the key frame that begins the first segment. A layer seldom has two key frames this close. */
const FIRST_KEY_DISTANCE_MAX = 0.85 * TICKS;
/** Maximum distance of later segments' key frames. */
const KEY_DISTANCE_MAX = 0.5 * TICKS;
/** A key frame this near to the end of a part may belong to the next segment. */
const EARLY_KEY_TICKS = 0.15 * TICKS;
/** A part waits for its pictures until the stream is ahead by this time, half of `PART_HOLD_BACK_S`. */
const LATE_TICKS = 0.5 * TICKS;
/** After this many segments without a near key frame the rung begins anyway: its key frames come at other times. */
const START_ATTEMPTS_MAX = 3;
/** Waiting pictures: ten seconds of 60 fps. */
const PICTURES_MAX = 600;

type PartCut = Cut & { readonly kind: 'part' };

interface Picture {
  readonly at: number;
  readonly composition: number;
  readonly isKey: boolean;
  readonly track: VideoTrack | undefined;
  readonly data: Uint8Array;
}

export class Rung {
  /** Cuts of the stream that this rung has not made yet. */
  #pendingCuts: Cut[] = [];
  #streamEdge = 0;
  #pictures: Picture[] = [];
  #pictureBytes = 0;
  #track: VideoTrack | undefined;
  #candidate: { readonly window: SegmentWindow; readonly audio: AudioFormat | undefined } | undefined;
  #startAttempts = 0;
  #window: SegmentWindow | undefined;
  #offset = 0;
  #lastDts = -1;
  #lastKeyDts = Number.NEGATIVE_INFINITY;
  #sequence = 0;
  #targetS: number | undefined;

  get window(): SegmentWindow | undefined {
    return this.#window;
  }

  get waiting(): number {
    return this.#pictures.length;
  }
  /** True when pictures need another init segment, and the stream has no discontinuity ahead. */
  get needsInterruption(): boolean {
    const isAhead = this.#pendingCuts.some(({ kind }) => kind === 'leap' || kind === 'tracks');
    return !isAhead && this.#pictures.some((picture) => this.#hasOtherFormat(picture));
  }

  /** Allows a beginning with the stream's next segment. Call it before `follow` for the cuts after the segment. */
  segmentEnded(stream: SegmentWindow): void {
    if (this.#window !== undefined) return;
    this.#candidate = { window: stream.forOtherLayer(), audio: stream.tracks?.audio };
    this.#startAttempts += 1;
    this.#pendingCuts = [];
  }

  follow(cuts: readonly Cut[], targetS: number | undefined): boolean {
    this.#targetS = targetS;
    if (this.#window === undefined && this.#candidate === undefined) return false;
    const from = this.#window === undefined ? cuts.findLastIndex(({ kind }) => kind === 'end') + 1 : 0;
    const added = cuts.slice(from);
    for (const cut of added) if (cut.kind === 'part') this.#streamEdge = cut.start + cut.duration;
    this.#pendingCuts.push(...added);
    return this.#advance();
  }

  /** Takes a picture in decoding order. Returns whether the window has changed. */
  picture(unit: VideoUnit): boolean {
    const data = sampleOf(unit);
    if (data === undefined) return false;
    const track = unit.isKey ? trackOf(unit) : undefined;
    if (this.#track === undefined && this.#pictures.length === 0 && track === undefined) return false;
    const at = Math.round((unit.dtsMs * TICKS) / 1000);
    const composition = Math.round((unit.ptsMs * TICKS) / 1000) - at;
    this.#pictures.push({ at, composition, isKey: unit.isKey, track, data });
    this.#pictureBytes += data.length;
    if (this.#pictures.length > PICTURES_MAX || this.#pictureBytes > SEGMENT_BYTES_MAX) this.#take(PICTURES_MAX + 1);
    return this.#advance();
  }

  #advance(): boolean {
    if (this.#window === undefined) this.#begin();
    let hasChanged = false;
    while (this.#window !== undefined && this.#pendingCuts.length > 0 && this.#applyCut(this.#window)) {
      this.#pendingCuts.shift();
      hasChanged = true;
    }
    return hasChanged;
  }

  #begin(): void {
    const start = this.#pendingCuts.find((cut) => cut.kind === 'part')?.start;
    if (this.#candidate === undefined || start === undefined) return;
    const near = this.#keyNear(start, FIRST_KEY_DISTANCE_MAX);
    const index =
      near >= 0 || this.#startAttempts < START_ATTEMPTS_MAX ? near : this.#pictures.findIndex(({ isKey }) => isKey);
    const key = this.#pictures[index];
    if (key?.track === undefined) return;
    this.#take(index);
    if (near >= 0) this.#offset = start - key.at;
    this.#track = key.track;
    this.#window = this.#candidate.window;
    this.#window.begin(this.#tracks(this.#candidate.audio));
    this.#candidate = undefined;
  }

  #applyCut(window: SegmentWindow): boolean {
    const [cut, next] = this.#pendingCuts;
    if (cut?.kind === 'part') return this.#applyPart(cut, window, next?.kind === 'end');
    if (cut?.kind === 'tracks' || cut?.kind === 'leap') {
      const [first] = this.#pictures;
      const other = first !== undefined && this.#hasOtherFormat(first) ? first.track : undefined;
      this.#track = other ?? this.#track;
      const audio = cut.kind === 'tracks' ? cut.audio : window.tracks?.audio;
      if (cut.kind === 'tracks' || other !== undefined)
        window.apply({ kind: 'tracks', ...this.#tracks(audio) }, this.#targetS);
      else window.apply(cut, this.#targetS);
    } else if (cut !== undefined) window.apply(cut, this.#targetS);
    return true;
  }

  #applyPart({ start, duration, sound }: PartCut, window: SegmentWindow, isLast: boolean): boolean {
    const end = start + duration;
    const isLate = this.#streamEdge - end >= LATE_TICKS;
    const key = isLast ? this.#keyNear(end, KEY_DISTANCE_MAX) : -1;
    const newest = this.#pictures.at(-1);
    const hasCome = isLast ? key >= 0 : newest !== undefined && newest.at + this.#offset >= end;
    if (!hasCome && !isLate) return false;
    const pictures = key >= 0 ? this.#runBeforeKey(key, end) : this.#runUntil(end, isLast);
    const runs = [pictures, sound].filter(({ samples }) => samples.length > 0);
    // A fragment needs a track, even without samples.
    if (runs.length === 0) runs.push({ ...pictures, base: Math.max(start, this.#lastDts + 1) });
    this.#sequence += 1;
    const bytes = mp4Fragment(this.#sequence, runs);
    const isIndependent = pictures.samples[0]?.isSync === true;
    window.apply({ kind: 'part', start, duration, isIndependent, bytes, sound }, this.#targetS);
    return true;
  }

  #runBeforeKey(key: number, end: number): Mp4Run {
    const others = this.#pictures.findIndex((picture) => this.#hasOtherFormat(picture));
    const given = this.#take(key);
    const shown = others >= 0 && others < key ? given.slice(0, others) : given;
    const run = this.#run(shown, end);
    this.#offset = end - (this.#pictures[0]?.at ?? end);
    return run;
  }

  #runUntil(end: number, isLast: boolean): Mp4Run {
    const times = this.#pictures.map(({ at }) => at + this.#offset);
    let count = 0;
    for (const [index, picture] of this.#pictures.entries()) {
      const time = times[index] ?? end;
      const isOfNext = picture.isKey && index > 0 && !isLast && time > end - EARLY_KEY_TICKS;
      if (time >= end || isOfNext || this.#hasOtherFormat(picture) || index + 1 === this.#pictures.length) break;
      count += 1;
    }
    const given = this.#take(count);
    const run = this.#run(given, times[count] ?? end);
    // The key frame came too early to begin the next segment, so the offset expects later key frames as early.
    if (isLast && Math.abs(end - this.#lastKeyDts) < KEY_DISTANCE_MAX) this.#offset += end - this.#lastKeyDts;
    return run;
  }

  #run(pictures: readonly Picture[], end: number): Mp4Run {
    const samples: Mp4Sample[] = [];
    const times: number[] = [];
    for (const { at, isKey } of pictures) {
      this.#lastDts = Math.max(at + this.#offset, this.#lastDts + 1);
      if (isKey) this.#lastKeyDts = this.#lastDts;
      times.push(this.#lastDts);
    }
    for (const [index, { isKey, composition, data }] of pictures.entries()) {
      const from = times[index] ?? 0;
      const duration = (times[index + 1] ?? Math.max(end, from + 1)) - from;
      samples.push({ duration, isSync: isKey, composition, data });
    }
    return { track: VIDEO_TRACK, base: times[0] ?? 0, samples };
  }

  #keyNear(time: number, maxDistance: number): number {
    let [found, least] = [-1, maxDistance];
    for (const [index, { isKey, at, track }] of this.#pictures.entries()) {
      // The first key frame must have parameter sets, and its clock is not known yet.
      if (!isKey || (this.#track === undefined && track === undefined)) continue;
      const off = Math.abs(at + this.#offset - time);
      if (off <= least) [found, least] = [index, off];
    }
    return found;
  }

  #take(count: number): Picture[] {
    const takenPictures = this.#pictures.splice(0, count);
    for (const { data } of takenPictures) this.#pictureBytes -= data.length;
    return takenPictures;
  }

  #hasOtherFormat({ track }: Picture): boolean {
    return track !== undefined && this.#track !== undefined && !isSameVideo(track.format, this.#track.format);
  }

  #tracks(audio: AudioFormat | undefined): ReturnType<typeof hlsTracks> {
    return hlsTracks({ ...(this.#track && { video: this.#track }), ...(audio && { audio }) });
  }
}

function trackOf({ nals }: VideoUnit): VideoTrack | undefined {
  const format = readFormat(nals);
  return format && videoTrack(format);
}
