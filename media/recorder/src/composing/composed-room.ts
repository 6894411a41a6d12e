// Composed room: one picture and one sound of all participants, which a stint records like a room with two tracks.

import {
  COMPOSE_DELAY_MS,
  type ComposedAudio,
  type ComposedVideo,
  composedOutput,
  layoutOfRecording,
  outputFormat,
  RoomComposition,
  type RoomCompositionOptions,
  type TrackSink,
} from '@meridian/room-media';
import { type CodedFrame, splitAnnexB } from '@meridian/room-media/core';
import type { Timer } from '@meridian/runtime';
import type { JoinedRoom, RoomHooks, StintSink } from '../stints/room-hooks.ts';
import { InputCuts } from './input-cuts.ts';
import { LATE_MS, LateClock } from './late-clock.ts';
import { LateComposer, type OpenLateComposer } from './late-composer.ts';

export interface ComposedRoomOptions extends RoomHooks, Pick<RoomCompositionOptions, 'clock' | 'log' | 'openRoom'> {
  readonly recordingId: string;
  readonly openComposer: OpenLateComposer;
}

/** Minimum of a reported gap: a shorter one only means that the encoder was late. */
const GAP_MS = 100;
/** Time after which the composer makes a moment. */
const DELAY_MS = LATE_MS + COMPOSE_DELAY_MS;
/** Bound of the wait for the last moment, which is ready shortly after `DELAY_MS`, later on a busy machine. */
const ENDING_MS_MAX = 5000;
/** Longest wait for the first media, before which a composer would show its background. */
const FIRST_MS_MAX = 5000;
const pictureRate = 90_000;
const aac = outputFormat('aac');

/** Passes on frames of the composed picture or sound, and reports the gaps between them. */
class OutputTrack {
  readonly #sink: StintSink;
  #untilMs: number | undefined;
  /** End of the last frame, kept or left out. */
  #reachedMs = Number.NEGATIVE_INFINITY;
  #needsKey = false;

  constructor(sink: StintSink) {
    this.#sink = sink;
  }

  /** `isCut` leaves the frame out, and pictures until the next key frame. */
  push(frame: CodedFrame, lengthMs: number, isCut: boolean): void {
    this.#reachedMs = frame.ptsMs + lengthMs;
    this.#needsKey = isCut || (this.#needsKey && 'isKey' in frame && !frame.isKey);
    if (this.#needsKey) return;
    this.#reportGap(frame.ptsMs);
    this.#untilMs = frame.ptsMs + lengthMs;
    this.#sink.frame(frame);
  }

  reaches(ms: number): boolean {
    return this.#reachedMs >= ms;
  }

  end(ms: number): void {
    this.#reportGap(ms);
    this.#sink.end();
  }

  #reportGap(ms: number): void {
    if (this.#untilMs !== undefined && ms - this.#untilMs > GAP_MS) this.#sink.gap(this.#untilMs, ms);
  }
}

export class ComposedRoom implements JoinedRoom {
  readonly #o: ComposedRoomOptions;
  readonly #picture: OutputTrack | undefined;
  readonly #sound: OutputTrack | undefined;
  readonly #outputs: readonly OutputTrack[];
  readonly #cuts = new InputCuts();
  readonly #lateClock: LateClock;
  readonly #firstTimer: Timer;
  #composition: RoomComposition | undefined;
  /** Reason and time of the room's end: what was received before is still composed. */
  #ending: { readonly code: string; readonly ms: number; readonly timer: Timer } | undefined;
  #isClosed = false;

  /** Rejects as `RoomComposition.open` does. */
  static async open(o: ComposedRoomOptions): Promise<ComposedRoom> {
    const room = new ComposedRoom(o);
    try {
      await room.#open();
    } catch (error) {
      room.close();
      throw error;
    }
    return room;
  }

  private constructor(o: ComposedRoomOptions) {
    this.#o = o;
    this.#lateClock = new LateClock(o.clock);
    this.#firstTimer = o.clock.after(FIRST_MS_MAX, () => this.#lateClock.begin(o.clock.nowMs()));
    this.#picture = outputOf(o, 'video');
    this.#sound = outputOf(o, 'audio');
    this.#outputs = [this.#picture, this.#sound].filter((output) => output !== undefined);
  }

  get roster(): RoomComposition['roster'] {
    if (this.#composition === undefined) throw new Error('the room is not joined yet');
    return this.#composition.roster;
  }

  get participants(): number {
    return this.#composition?.participants ?? 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#firstTimer.cancel();
    this.#ending?.timer.cancel();
    this.#composition?.close();
    const endMs = this.#ending?.ms ?? this.#o.clock.nowMs() - DELAY_MS;
    for (const output of this.#outputs) output.end(endMs);
  }

  async #open(): Promise<void> {
    const { identity, recordingId, clock, log, openComposer } = this.#o;
    this.#composition = await RoomComposition.open({
      identity,
      without: '',
      layout: 'grid',
      clock,
      log,
      openComposer: (ports) => LateComposer.open({ clock, lateClock: this.#lateClock, openComposer }, ports),
      openRoom: (hooks) => this.#openRoom(hooks),
      layoutOf: ({ recordings }) => layoutOfRecording(recordings, recordingId),
      onVideo: (video) => this.#push(this.#picture, pictureFrame(video), PICTURE_MS),
      onAudio: (audio) => this.#push(this.#sound, soundFrame(audio), SOUND_MS),
      onFailed: (error) => log.warn({ err: error }, 'a composed recording has a gap: it is tried again'),
      onPosts: (change) => this.#o.onPosts?.(change),
      onEnded: (code) => this.#ended(code),
    });
    if (!this.#cuts.areExpected) this.#lateClock.begin(clock.nowMs());
  }

  #openRoom(hooks: Parameters<RoomCompositionOptions['openRoom']>[0]): ReturnType<RoomCompositionOptions['openRoom']> {
    return this.#o.openRoom({
      ...hooks,
      onTrack: (track, publisher, demandKeyFrame) => {
        const sink = hooks.onTrack(track, publisher, demandKeyFrame);
        // A shared screen may send no picture and no sound for a long time.
        const isSteady = track.source === 'camera' || track.source === 'microphone';
        if (isSteady && sink !== undefined) this.#cuts.begin(track.trackId, this.#o.clock.nowMs());
        return sink && this.#noting(track.trackId, sink);
      },
    });
  }

  #noting(trackId: string, sink: TrackSink): TrackSink {
    const { clock } = this.#o;
    return {
      frame: (frame, run) => {
        this.#cuts.frame(trackId, frame.ptsMs, clock.nowMs());
        this.#lateClock.begin(Math.min(frame.ptsMs, clock.nowMs()));
        sink.frame(frame, run);
      },
      muted: (isMuted) => {
        this.#cuts.muted(trackId, isMuted, clock.nowMs());
        sink.muted(isMuted);
      },
      end: () => {
        this.#cuts.end(trackId, clock.nowMs());
        sink.end();
      },
    };
  }

  #ended(code: string): void {
    if (this.#isClosed || this.#ending !== undefined) return;
    const { clock, onEnded } = this.#o;
    this.#ending = { code, ms: clock.nowMs(), timer: clock.after(ENDING_MS_MAX, () => onEnded(code)) };
  }

  #push(output: OutputTrack | undefined, frame: CodedFrame, lengthMs: number): void {
    if (output === undefined || this.#isClosed) return;
    output.push(frame, lengthMs, this.#cuts.isCut(frame.ptsMs, this.#o.clock.nowMs()));
    const last = this.#ending;
    if (last === undefined || !this.#outputs.every((one) => one.reaches(last.ms))) return;
    last.timer.cancel();
    this.#o.onEnded(last.code);
  }
}

export const PICTURE_MS = 1000 / composedOutput.fps;
export const SOUND_MS = (1024 * 1000) / aac.sampleRate;

function outputOf(hooks: RoomHooks, kind: 'audio' | 'video'): OutputTrack | undefined {
  const sink = composedSink(hooks, kind);
  return sink && new OutputTrack(sink);
}

/** Begins the composed picture or sound of a stint; returns undefined when the stint takes no more tracks. */
export function composedSink(
  { identity, onTrack }: Pick<RoomHooks, 'identity' | 'onTrack'>,
  kind: 'audio' | 'video',
): StintSink | undefined {
  // The ids are fixed, so that the next recorder continues the same tracks.
  const trackId = kind === 'video' ? 'composed-picture' : 'composed-sound';
  return onTrack({ trackId, kind, source: 'composed', name: '' }, { identity, name: '' }, () => undefined);
}

const rtpTimestamp = (ptsMs: number, rate: number): number => Math.round((ptsMs * rate) / 1000) % 2 ** 32;

export const pictureFrame = ({ data, ptsMs, isKey }: ComposedVideo): CodedFrame => ({
  codec: 'h264',
  ptsMs,
  dtsMs: ptsMs,
  isKey,
  nals: splitAnnexB(data) ?? [],
  rtpTimestamp: rtpTimestamp(ptsMs, pictureRate),
});

export const soundFrame = ({ data, ptsMs, format }: ComposedAudio): CodedFrame => ({
  codec: format.codec === 'aac' ? 'aac' : 'opus',
  format: format.codec === 'aac' ? aac : format,
  ptsMs,
  data,
  rtpTimestamp: rtpTimestamp(ptsMs, format.sampleRate),
});
