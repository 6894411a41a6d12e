// A room as one picture and one sound: for a stint it looks like a room with two tracks, which are there for as long
// as the recorder is.

import {
  COMPOSE_DELAY_MS,
  type ComposedAudio,
  type ComposedVideo,
  type Composer,
  layerFor,
  layoutOfRecording,
  outputFormat,
  type RoomTracks,
  type RoomTracksOptions,
  shownOf,
  speakingSince,
  type TrackSink,
} from '@meridian/opener';
import { type CodedFrame, splitAnnexB, type Tile } from '@meridian/opener/core';
import type { MeridianError, Participant, Track } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { JoinedRoom, RoomHooks, StintSink } from '../stints/room-hooks.ts';
import { COMPOSED_FPS, type ComposerPorts } from './studio.ts';

/** What is needed of `RoomTracks`. */
export type ComposableRoom = Pick<RoomTracks, 'roster' | 'prefer' | 'close'>;

export interface ComposedRoomOptions extends RoomHooks {
  readonly recordingId: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  openComposer(ports: ComposerPorts): Promise<Pick<Composer, 'setTracks' | 'setLayout' | 'push' | 'close'>>;
  openRoom(
    o: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onRoster' | 'onPosts' | 'onEnded'>,
  ): Promise<ComposableRoom>;
}

/** What was not made for less is a late encoder. */
const GAP_MS = 100;
/** The last moment before the end is composed and encoded a little after `COMPOSE_DELAY_MS`; a busy machine is late. */
const LAST_MS_MAX = 5000;
const pictureRate = 90_000;
const aac = outputFormat('aac');

/** Of the composed picture or sound: it gives frames on, and says what is missing between them. */
class Output {
  readonly #sink: StintSink;
  readonly #clockRate: number;
  #untilMs: number | undefined;

  constructor(sink: StintSink, clockRate: number) {
    this.#sink = sink;
    this.#clockRate = clockRate;
  }

  push(frame: CodedFrame, lengthMs: number): void {
    this.#missing(frame.ptsMs);
    this.#untilMs = frame.ptsMs + lengthMs;
    this.#sink.frame(frame, this.#clockRate);
  }

  /** It has been made up to there. */
  reaches(ms: number): boolean {
    return this.#untilMs !== undefined && this.#untilMs >= ms;
  }

  /** Nothing comes any more; what should have come up to `ms` is missing. */
  end(ms: number): void {
    this.#missing(ms);
    this.#sink.end();
  }

  #missing(ms: number): void {
    if (this.#untilMs !== undefined && ms - this.#untilMs > GAP_MS) this.#sink.gap(this.#untilMs, ms);
  }
}

export class ComposedRoom implements JoinedRoom {
  readonly #o: ComposedRoomOptions;
  readonly #picture: Output | undefined;
  readonly #sound: Output | undefined;
  readonly #outputs: readonly Output[];
  readonly #demands = new Map<string, () => void>();
  #composer: Awaited<ReturnType<ComposedRoomOptions['openComposer']>> | undefined;
  #room: ComposableRoom | undefined;
  #speakingSinceMs: ReadonlyMap<string, number> = new Map();
  #shown = '';
  #tiles: readonly Tile[] = [];
  /** Why the room is over, and when: what was heard before is composed still. */
  #last: { readonly code: string; readonly ms: number; readonly timer: Timer } | undefined;
  #isClosed = false;

  /** Rejects with what prevents the composer (`Composer.open`) or the join. */
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
    this.#picture = outputOf(o, 'video', pictureRate);
    this.#sound = outputOf(o, 'audio', aac.sampleRate);
    this.#outputs = [this.#picture, this.#sound].filter((output) => output !== undefined);
  }

  get roster(): ComposableRoom['roster'] {
    if (this.#room === undefined) throw new Error('the room is not joined yet');
    return this.#room.roster;
  }

  /** Participants that are in the picture now. */
  get participants(): number {
    return this.#room === undefined ? 0 : this.#participants().length;
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#last?.timer.cancel();
    this.#room?.close();
    this.#composer?.close().catch((error: unknown) => this.#o.log.warn({ err: error }, 'a composer does not close'));
    const endMs = this.#last?.ms ?? this.#o.clock.nowMs() - COMPOSE_DELAY_MS;
    for (const output of this.#outputs) output.end(endMs);
  }

  async #open(): Promise<void> {
    const { identity, openComposer, openRoom, log } = this.#o;
    this.#composer = await openComposer({
      layout: 'grid',
      onVideo: (video) => this.#push(this.#picture, pictureFrame(video), PICTURE_MS),
      onAudio: (audio) => this.#push(this.#sound, soundFrame(audio), SOUND_MS),
      onGap: () => undefined, // seen by the times of the pictures
      onKeyNeeded: (trackId) => this.#demands.get(trackId)?.(),
      onLayout: (tiles) => {
        this.#tiles = tiles;
        this.#prefer();
      },
      onFailed: (error: MeridianError) => log.warn({ err: error }, 'a composed recording has a gap: it is tried again'),
    });
    this.#room = await openRoom({
      identity,
      onTrack: (track, _, demandKeyFrame) => this.#track(track, demandKeyFrame),
      onRoster: () => this.#follow(),
      onPosts: (change) => this.#o.onPosts?.(change),
      onEnded: (code) => this.#ended(code),
    });
    this.#follow();
  }

  #track({ trackId }: Track, demandKeyFrame: () => void): TrackSink {
    this.#demands.set(trackId, demandKeyFrame);
    return {
      frame: (frame) => this.#composer?.push(trackId, frame),
      muted: () => undefined, // seen by the roster
      end: () => void this.#demands.delete(trackId),
    };
  }

  #ended(code: string): void {
    if (this.#isClosed || this.#last !== undefined) return;
    const { clock, onEnded } = this.#o;
    this.#last = { code, ms: clock.nowMs(), timer: clock.after(LAST_MS_MAX, () => onEnded(code)) };
  }

  #push(output: Output | undefined, frame: CodedFrame, lengthMs: number): void {
    if (output === undefined || this.#isClosed) return;
    output.push(frame, lengthMs);
    const last = this.#last;
    if (last === undefined || !this.#outputs.every((one) => one.reaches(last.ms))) return;
    last.timer.cancel();
    this.#o.onEnded(last.code);
  }

  #participants() {
    const roster = this.#room?.roster;
    const speakingSinceMs = this.#speakingSinceMs;
    return shownOf(roster?.others() ?? [], { identity: this.#o.identity, speakingSinceMs });
  }

  #follow(): void {
    const roster = this.#room?.roster;
    if (roster === undefined || this.#isClosed) return;
    this.#speakingSinceMs = speakingSince(this.#speakingSinceMs, roster.speakers, this.#o.clock.nowMs());
    const participants = this.#participants();
    const layout = layoutOfRecording(roster.info.recordings, this.#o.recordingId);
    const shown = JSON.stringify([participants, layout]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (layout !== undefined) this.#composer?.setLayout(layout);
    this.#composer?.setTracks(participants);
    this.#prefer();
  }

  /** Pictures come at about the sizes of their tiles, and those that are not seen do not come. */
  #prefer(): void {
    const room = this.#room;
    if (room === undefined) return;
    const participants = new Map(this.#participants().map((one) => [one.identity, one]));
    const tiles = new Map<string | undefined, Tile>();
    for (const tile of this.#tiles) {
      const participant = participants.get(tile.identity);
      tiles.set(tile.source === 'screen' ? participant?.screen : participant?.camera, tile);
    }
    for (const { tracks } of room.roster.others() as readonly Participant[])
      for (const { trackId, kind, layers } of tracks) {
        if (kind !== 'video') continue;
        const tile = tiles.get(trackId);
        room.prefer(trackId, { paused: tile === undefined, spatialLayer: tile && layerFor(layers, tile) });
      }
  }
}

const PICTURE_MS = 1000 / COMPOSED_FPS;
/** Of an AAC frame of 1024 samples. */
const SOUND_MS = (1024 * 1000) / aac.sampleRate;

function outputOf({ identity, onTrack }: RoomHooks, kind: 'audio' | 'video', clockRate: number): Output | undefined {
  // The next recorder's go on with these.
  const trackId = kind === 'video' ? 'composed-picture' : 'composed-sound';
  const sink = onTrack({ trackId, kind, source: 'composed', name: '' }, { identity, name: '' }, () => undefined);
  return sink && new Output(sink, clockRate);
}

const rtpTimestamp = (ptsMs: number, rate: number): number => Math.round((ptsMs * rate) / 1000) % 2 ** 32;

const pictureFrame = ({ data, ptsMs, isKey }: ComposedVideo): CodedFrame => ({
  codec: 'h264',
  ptsMs,
  dtsMs: ptsMs,
  isKey,
  nals: splitAnnexB(data) ?? [],
  rtpTimestamp: rtpTimestamp(ptsMs, pictureRate),
});

const soundFrame = ({ data, ptsMs, format }: ComposedAudio): CodedFrame => ({
  codec: format.codec === 'aac' ? 'aac' : 'opus',
  format: format.codec === 'aac' ? aac : format,
  ptsMs,
  data,
  rtpTimestamp: rtpTimestamp(ptsMs, format.sampleRate),
});
