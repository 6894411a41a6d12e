// Interface between a stint and the room that it records.

import type { PostsChange } from '@meridian/client';
import type { Speaker } from '@meridian/protocol';
import type { Scene, TrackSink } from '@meridian/room-media';

/** Part of a joined room that a stint needs: of `RoomTracks` or `ComposedRoom`. */
export interface JoinedRoom {
  readonly roster: {
    readonly speakers: readonly Speaker[];
    get(sessionId: string): { readonly identity: string } | undefined;
  };
  close(): void;
}

/** Recorded track; `source` is that of a room's track, or `composed`. */
export interface StintSource {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly name: string;
}
export interface StintSink extends TrackSink {
  /** Notes missing media between these times, by the recorder's clock. */
  gap(fromMs: number, toMs: number): void;
}

/** Participant of a track; `name` is shown, and `''` for tracks of the whole room. */
export interface StintPublisher {
  readonly identity: string;
  readonly name: string;
}

export interface RoomHooks {
  /** Participant whose tracks are recorded; `''` for the whole room. */
  readonly identity: string;
  onTrack(track: StintSource, publisher: StintPublisher, demandKeyFrame: () => void): StintSink | undefined;
  /** Called with posts that were added or removed since the join. */
  onPosts?(change: PostsChange): void;
  /** Called with each change of what a composer shows, in a stint that is composed later. */
  onScene?(scene: Scene): void;
  onEnded(code: string): void;
}
