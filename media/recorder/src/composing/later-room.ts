// Room whose tracks and scenes a stint keeps, to be composed after the end.
import {
  composedOutput,
  layoutOfRecording,
  layoutParticipants,
  type RoomCompositionOptions,
  type Scene,
  Scenes,
  type ScenesOptions,
  trackOfTile,
} from '@meridian/room-media';
import { layoutOf, nextSpeaker, noSpeaker, type Speaker } from '@meridian/room-media/core';
import type { Clock, Timer } from '@meridian/runtime';
import type { JoinedRoom, RoomHooks } from '../stints/room-hooks.ts';

export interface LaterRoomOptions extends RoomHooks, Pick<RoomCompositionOptions, 'openRoom'> {
  readonly recordingId: string;
  readonly clock: Clock;
}

/** Interval at which tiles are looked at. A tile of a new size is decoded anew after less (`RESIZE_AFTER_MS`). */
const LOOK_MS = 500;

type ComposableRoom = Awaited<ReturnType<RoomCompositionOptions['openRoom']>>;

/**
 * Passes on all tracks, and each scene. Where a tile changes its size it asks for a key frame, as live composing does:
 * a decoder of the new size can only begin there.
 */
export class LaterRoom implements JoinedRoom {
  readonly #o: LaterRoomOptions;
  readonly #scenes: Scenes;
  readonly #keyFrameDemands = new Map<string, () => void>();
  readonly #timer: Timer;
  #room: ComposableRoom | undefined;
  #scene: Scene = { participants: [], layout: undefined };
  #speaker: Speaker = noSpeaker;
  /** Sizes of tiles by track at the last look, and those for which key frames were asked. */
  #sizes: ReadonlyMap<string, string> = new Map();
  #asked: ReadonlyMap<string, string> = new Map();

  /** Rejects as `RoomTracks.open` does. */
  static async open(o: LaterRoomOptions): Promise<LaterRoom> {
    const room = new LaterRoom(o);
    try {
      await room.#open();
    } catch (error) {
      room.close();
      throw error;
    }
    return room;
  }

  private constructor(o: LaterRoomOptions) {
    this.#o = o;
    const layoutOf: ScenesOptions['layoutOf'] = ({ recordings }) => layoutOfRecording(recordings, o.recordingId);
    this.#scenes = new Scenes({ identity: o.identity, without: '', layoutOf });
    this.#timer = o.clock.every(LOOK_MS, () => this.#look());
  }

  get roster(): JoinedRoom['roster'] {
    if (this.#room === undefined) throw new Error('the room is not joined yet');
    return this.#room.roster;
  }

  close(): void {
    this.#timer.cancel();
    this.#room?.close();
  }

  async #open(): Promise<void> {
    const { identity, onTrack, openRoom, onPosts, onEnded } = this.#o;
    this.#room = await openRoom({
      identity,
      onTrack: (track, publisher, demandKeyFrame) => {
        if (track.kind === 'video') this.#keyFrameDemands.set(track.trackId, demandKeyFrame);
        const sink = onTrack(track, publisher, demandKeyFrame);
        if (sink === undefined) return undefined;
        return {
          frame: (...given) => sink.frame(...given),
          muted: (isMuted) => sink.muted(isMuted),
          end: () => {
            this.#keyFrameDemands.delete(track.trackId);
            sink.end();
          },
        };
      },
      onRoster: () => this.#update(),
      ...(onPosts && { onPosts }),
      onEnded,
    });
    this.#update();
  }

  #update(): void {
    const { clock, onScene } = this.#o;
    const scene = this.#room && this.#scenes.update(this.#room.roster, clock.nowMs());
    if (scene === undefined) return;
    this.#scene = { participants: scene.participants, layout: scene.layout ?? this.#scene.layout };
    onScene?.(scene);
  }

  #look(): void {
    const { participants, layout: kind = 'grid' } = this.#scene;
    const shown = layoutParticipants(participants);
    this.#speaker = nextSpeaker(this.#speaker, shown, this.#o.clock.nowMs());
    const state = { participants: shown, speaker: this.#speaker.identity };
    const sizes = new Map<string, string>();
    const asked = new Map<string, string>();
    for (const tile of layoutOf(state, { kind, size: composedOutput.size })) {
      const trackId = trackOfTile(tile, participants);
      if (trackId === undefined) continue;
      const size = `${tile.width}x${tile.height}`;
      sizes.set(trackId, size);
      const isStable = this.#sizes.get(trackId) === size;
      const known = this.#asked.get(trackId);
      if (isStable && known !== size) this.#keyFrameDemands.get(trackId)?.();
      const last = isStable ? size : known;
      if (last !== undefined) asked.set(trackId, last);
    }
    [this.#sizes, this.#asked] = [sizes, asked];
  }
}
