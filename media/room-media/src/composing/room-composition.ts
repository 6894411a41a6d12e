// Feeds a room's tracks to one composer for as long as the session lives: the roster decides who is seen and heard, and
// tracks come at about the sizes of their tiles.
import type { PostsChange } from '@meridian/client';
import type { MeridianError, Participant, Track } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { LayoutKind, Tile } from '../core/layouts/layout.ts';
import type { RoomTracks, RoomTracksOptions, TrackSink } from '../room/room-tracks.ts';
import type { ComposedAudio, ComposedVideo, Composer, ComposerOptions } from './composer.ts';
import { layerFor } from './core/composed-participants.ts';
import { Scenes, type ScenesOptions, trackOfTile } from './scenes.ts';

export type ComposableRoom = Pick<RoomTracks, 'roster' | 'prefer' | 'close'>;

export type ComposerPorts = Pick<
  ComposerOptions,
  'layout' | 'onVideo' | 'onAudio' | 'onGap' | 'onKeyNeeded' | 'onLayout' | 'onFailed'
>;
type RoomComposer = Pick<Composer, 'setTracks' | 'setLayout' | 'push' | 'close'>;

export interface RoomCompositionOptions extends ScenesOptions {
  readonly layout: LayoutKind;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  openComposer(ports: ComposerPorts): Promise<RoomComposer>;
  openRoom(
    o: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onRoster' | 'onPosts' | 'onEnded'>,
  ): Promise<ComposableRoom>;
  onVideo(video: ComposedVideo): void;
  onAudio(audio: ComposedAudio): void;
  onFailed(error: MeridianError): void;
  onPosts?(change: PostsChange): void;
  /** Called when the session has ended for good; the composer runs until `close`. */
  onEnded(code: string): void;
}

export class RoomComposition {
  readonly #o: RoomCompositionOptions;
  readonly #scenes: Scenes;
  readonly #keyFrameDemands = new Map<string, () => void>();
  #composer: RoomComposer | undefined;
  #room: ComposableRoom | undefined;
  #tiles: readonly Tile[] = [];
  #isClosed = false;

  /** Rejects with the errors of `Composer.open` and of the join. */
  static async open(o: RoomCompositionOptions): Promise<RoomComposition> {
    const composition = new RoomComposition(o);
    try {
      await composition.#open();
    } catch (error) {
      composition.close();
      throw error;
    }
    return composition;
  }

  private constructor(o: RoomCompositionOptions) {
    this.#o = o;
    this.#scenes = new Scenes(o);
  }

  get roster(): ComposableRoom['roster'] {
    if (this.#room === undefined) throw new Error('the room is not joined yet');
    return this.#room.roster;
  }

  get participants(): number {
    return this.#room === undefined ? 0 : this.#scenes.participants(this.#room.roster).length;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#room?.close();
    this.#composer?.close().catch((error: unknown) => this.#o.log.warn({ err: error }, 'a composer does not close'));
  }

  async #open(): Promise<void> {
    const { identity, without, layout, openComposer, openRoom, onVideo, onAudio, onFailed } = this.#o;
    this.#composer = await openComposer({
      layout,
      onVideo,
      onAudio,
      onFailed,
      onGap: () => undefined, // Gaps show in the times of the pictures.
      onKeyNeeded: (trackId) => this.#keyFrameDemands.get(trackId)?.(),
      onLayout: (tiles) => {
        this.#tiles = tiles;
        this.#prefer();
      },
    });
    this.#room = await openRoom({
      identity,
      onTrack: (track, publisher, demandKeyFrame) =>
        without !== '' && publisher.identity === without ? undefined : this.#track(track, demandKeyFrame),
      onRoster: () => this.#updateComposer(),
      onPosts: (change) => this.#o.onPosts?.(change),
      onEnded: (code) => {
        if (!this.#isClosed) this.#o.onEnded(code);
      },
    });
    this.#updateComposer();
  }

  #track({ trackId }: Track, demandKeyFrame: () => void): TrackSink {
    this.#keyFrameDemands.set(trackId, demandKeyFrame);
    return {
      frame: (frame) => this.#composer?.push(trackId, frame),
      muted: () => undefined, // The roster says who is muted.
      end: () => void this.#keyFrameDemands.delete(trackId),
    };
  }

  #updateComposer(): void {
    const roster = this.#room?.roster;
    if (roster === undefined || this.#isClosed) return;
    const scene = this.#scenes.update(roster, this.#o.clock.nowMs());
    if (scene === undefined) return;
    if (scene.layout !== undefined) this.#composer?.setLayout(scene.layout);
    this.#composer?.setTracks(scene.participants);
    this.#prefer();
  }

  /** Asks for pictures at about the sizes of their tiles, and pauses tracks that are not shown. */
  #prefer(): void {
    const room = this.#room;
    if (room === undefined) return;
    const participants = this.#scenes.participants(room.roster);
    const tiles = new Map(this.#tiles.map((tile) => [trackOfTile(tile, participants), tile]));
    for (const { tracks } of room.roster.others() as readonly Participant[])
      for (const { trackId, kind, layers } of tracks) {
        if (kind !== 'video') continue;
        const tile = tiles.get(trackId);
        room.prefer(trackId, { paused: tile === undefined, spatialLayer: tile && layerFor(layers, tile) });
      }
  }
}
