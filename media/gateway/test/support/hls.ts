import type { AudioFormat, AudioUnit, VideoFormat, VideoUnit } from '@meridian/room-media/core';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { mediaPlaylist } from '../../src/core/hls/playlist.ts';
import type { Rung } from '../../src/core/hls/rung.ts';
import { type Cut, Segmenter } from '../../src/core/hls/segmenter.ts';
import { SegmentWindow } from '../../src/core/hls/window.ts';
import { brokenAlignment, brokenRules } from './hls-rules.ts';

/** 1920 × 1080; High profile. */
export const large: VideoFormat = {
  codec: 'h264',
  sps: hex('67640028acd940780227e5c044000003000400000300c83c60c658'),
  pps: hex('68ebe3cb22c0'),
};
/** 640 × 360 and 320 × 180; constrained baseline profile. */
export const middle: VideoFormat = {
  codec: 'h264',
  sps: hex('6742c01ed900a02ff97011000003000100000300320f162e48'),
  pps: hex('68cb83cb20'),
};
export const small: VideoFormat = {
  codec: 'h264',
  sps: hex('6742c00cd901419f9f011000000300100000030320f142a480'),
  pps: hex('68cb83cb20'),
};
export const otherPps: VideoFormat = { ...large, pps: hex('682a') };
/** AAC-LC, 48 kHz, stereo. */
export const aac: AudioFormat = { codec: 'aac', sampleRate: 48_000, channels: 2, config: Uint8Array.of(0x11, 0x90) };

export interface PictureOptions {
  readonly bytes?: number;
  readonly ptsMs?: number;
  readonly format?: VideoFormat;
}
export const picture = (dtsMs: number, isKey = false, o: PictureOptions = {}): VideoUnit => ({
  kind: 'video',
  dtsMs,
  ptsMs: o.ptsMs ?? dtsMs,
  isKey,
  nals: isKey
    ? [(o.format ?? large).sps, (o.format ?? large).pps, new Uint8Array(o.bytes ?? 40).fill(0x65)]
    : [new Uint8Array(o.bytes ?? 8).fill(0x41)],
});
export const sound = (ptsMs: number): AudioUnit => ({ kind: 'audio', ptsMs, data: Uint8Array.of(1, 2, 3, 4) });
export type StreamItem = VideoFormat | AudioFormat | VideoUnit | AudioUnit;

export interface ShowOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fps?: number;
  readonly keyEveryMs?: number;
  /** Delay of sound after pictures of the same time; undefined without sound. */
  readonly soundLagMs?: number | undefined;
}

/** Returns a regular show, in the order of a programme. */
export function show(o: ShowOptions): (VideoUnit | AudioUnit)[] {
  const { fromMs, toMs, fps = 25, keyEveryMs = 2000 } = o;
  const soundLagMs = 'soundLagMs' in o ? o.soundLagMs : 200;
  const timed: { at: number; unit: VideoUnit | AudioUnit }[] = [];
  let nextKey = fromMs;
  for (let frame = 0; fps > 0 && fromMs + (frame * 1000) / fps < toMs; frame += 1) {
    const at = fromMs + (frame * 1000) / fps;
    timed.push({ at, unit: picture(at, at >= nextKey - 0.001) });
    if (at >= nextKey - 0.001) nextKey += keyEveryMs;
  }
  for (let frame = 0; soundLagMs !== undefined && fromMs + (frame * 1024) / 48 < toMs; frame += 1) {
    const at = fromMs + (frame * 1024) / 48;
    timed.push({ at: at + soundLagMs, unit: sound(at) });
  }
  return timed.sort((a, b) => a.at - b.at).map(({ unit }) => unit);
}

const ZERO_WALL_MS = 1_700_000_000_000;
export const FIRST = 1_800_002_026;

export class Stream {
  readonly segmenter = new Segmenter();
  readonly window = new SegmentWindow(FIRST);
  readonly cuts: Cut[] = [];
  readonly broken: string[] = [];
  rung: Rung | undefined;
  rungPlaylist: string | undefined;
  demands = 0;
  playlist: string | undefined;

  give(...units: readonly StreamItem[]): this {
    for (const unit of units) {
      const cuts = this.#push(unit);
      if (this.segmenter.takeDemand()) this.demands += 1;
      this.cuts.push(...cuts);
      for (const cut of cuts) {
        this.window.apply(cut, this.segmenter.targetS);
        if (cut.kind === 'end') this.rung?.segmentEnded(this.window);
      }
      if (cuts.length === 0) continue;
      this.#look();
      if (this.rung?.follow(cuts, this.segmenter.targetS) === true) this.#lookAtRung();
    }
    return this;
  }
  get parts() {
    return this.cuts.filter((cut) => cut.kind === 'part');
  }
  get segmentsS(): number[] {
    const lengths: number[] = [];
    let length = 0;
    for (const cut of this.cuts) {
      if (cut.kind === 'part') length += cut.duration;
      if (cut.kind !== 'end') continue;
      lengths.push(Number((length / 90_000).toFixed(3)));
      length = 0;
    }
    return lengths;
  }

  giveRung(unit: VideoUnit): void {
    const hasChanged = this.rung?.picture(unit) === true;
    if (this.rung?.needsInterruption === true) this.segmenter.interrupt();
    if (hasChanged) this.#lookAtRung();
  }

  #lookAtRung(): void {
    const { targetS } = this.segmenter;
    if (this.rung?.window === undefined || targetS === undefined || this.rung.window.listed.length === 0) return;
    const text = mediaPlaylist(this.rung.window, { targetS, zeroWallMs: ZERO_WALL_MS });
    this.broken.push(...brokenRules(text, this.rungPlaylist), ...brokenAlignment(this.playlist ?? '', text));
    this.rungPlaylist = text;
  }

  #push(unit: StreamItem): Cut[] {
    if ('sps' in unit) this.segmenter.videoFormat(unit);
    else if ('sampleRate' in unit) this.segmenter.audioFormat(unit);
    else return unit.kind === 'video' ? this.segmenter.picture(unit) : this.segmenter.sound(unit);
    return [];
  }
  #look(): void {
    const { targetS } = this.segmenter;
    if (targetS === undefined) return;
    const text = mediaPlaylist(this.window, { targetS, zeroWallMs: ZERO_WALL_MS });
    this.broken.push(...brokenRules(text, this.playlist));
    this.playlist = text;
  }
}
