// What a stint and the room that it records need of each other.

import type { PostsChange } from '@meridian/client';
import type { Speaker } from '@meridian/protocol';
import type { TrackSink } from '@meridian/room-media';

/** What a stint needs of the room that it has joined: `RoomTracks` is one, and `ComposedRoom`. */
export interface JoinedRoom {
  readonly roster: {
    readonly speakers: readonly Speaker[];
    get(sessionId: string): { readonly identity: string } | undefined;
  };
  /** Ends every sink; idempotent. */
  close(): void;
}

/** A track that is recorded; `source`: of a room's track, or `composed`. */
export interface StintSource {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly source: string;
  readonly name: string;
}
export interface StintSink extends TrackSink {
  /** There should have been something between these times, by the recorder's clock. */
  gap(fromMs: number, toMs: number): void;
}

/** The participant of a track; `name` as shown, '' of what all of the room made. */
export interface StintPublisher {
  readonly identity: string;
  readonly name: string;
}

/** What a stint hears of the room. */
export interface RoomHooks {
  /** The participant whose tracks are recorded; '': all of the room. */
  readonly identity: string;
  /** As of `RoomTracksOptions`. */
  onTrack(track: StintSource, publisher: StintPublisher, demandKeyFrame: () => void): StintSink | undefined;
  /** Posts of the room that came, or were removed, since it was joined. */
  onPosts?(change: PostsChange): void;
  onEnded(code: string): void;
}
