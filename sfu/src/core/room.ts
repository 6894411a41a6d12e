// State of one room on one media node: the sessions attached here, the tracks with a producer here (of a session or of
// a pull) and the subscribers of each track. No IO; the media objects are stored along as `media`.
//
// - Case 1, a session leaves: its tracks and its subscriptions end; tracks that it pulled stay until their puller
//   releases them.
// - Case 2, a track ends: its subscriptions end with it, the sessions stay.
// - Case 3, the track's session moves: a pulled track is published here, or the other way round; its subscriptions
//   stay.
// - Case 4, neither session nor track is left: the room is empty, and `Rooms` drops it.
import {
  assert,
  type ErrorCode,
  emptyRetainedRoom,
  limits,
  mergeRetainedRooms,
  type RetainedRoom,
} from '@meridian/protocol';
import type { OwnerLease } from './epoch.ts';

export interface SessionEntry<S> {
  readonly sessionId: string;
  readonly media: S;
  readonly publishes: Set<string>;
  readonly subscribes: Set<string>;
}
export interface TrackEntry<T> {
  readonly trackId: string;
  readonly publisherSessionId: string;
  /** True: published by a session of this node; false: pulled from another node. */
  readonly origin: boolean;
  readonly epoch: number;
  readonly media: T;
  readonly subscribers: Set<string>;
}
export type Refusal = { readonly ok: false; readonly code: ErrorCode };

/** Limit on the remembered track epochs, the oldest of which are forgotten. */
const trackEpochsMax = limits.participantsPerRoomMax * limits.tracksPerParticipantMax;

export class RoomMembers<S, T> {
  readonly key: string;
  /** Regions that the room's media may touch; constant while the room is here. */
  readonly fence: string;
  lease: OwnerLease;
  readonly sessions = new Map<string, SessionEntry<S>>();
  readonly tracks = new Map<string, TrackEntry<T>>();
  readonly #trackEpochs = new Map<string, number>();
  #retained: RetainedRoom = emptyRetainedRoom;

  constructor(key: string, lease: OwnerLease, fence = '') {
    this.key = key;
    this.fence = fence;
    this.lease = lease;
  }

  /** Info and policy of the room for its next owner; forgotten with the last session. */
  get retained(): RetainedRoom {
    return this.#retained;
  }

  retain(copy: Pick<RetainedRoom, 'info' | 'policy'>): void {
    this.#retained = mergeRetainedRooms(this.#retained, { ...copy, epoch: this.lease.epoch });
  }

  get empty(): boolean {
    return this.sessions.size === 0 && this.tracks.size === 0;
  }

  addSession(sessionId: string, media: S): { ok: true } | Refusal {
    assert(!this.sessions.has(sessionId), 'a session is attached once');
    if (this.sessions.size >= limits.participantsPerRoomMax) return { ok: false, code: 'ROOM_FULL' };
    this.sessions.set(sessionId, { sessionId, media, publishes: new Set(), subscribes: new Set() });
    return { ok: true };
  }

  /** Removes the session with its subscriptions and tracks; returns its published tracks. Idempotent. */
  removeSession(sessionId: string): TrackEntry<T>[] {
    const session = this.sessions.get(sessionId);
    if (session === undefined) return [];
    for (const trackId of session.subscribes) this.tracks.get(trackId)?.subscribers.delete(sessionId);
    const endedTracks = [...session.publishes].flatMap((trackId) => this.removeTrack(trackId) ?? []);
    this.sessions.delete(sessionId);
    if (this.sessions.size === 0) this.#retained = emptyRetainedRoom;
    return endedTracks;
  }

  /** Returns the error code when a session may not publish under this id now, else undefined. */
  refuseTrack(sessionId: string, trackId: string): ErrorCode | undefined {
    const session = this.sessions.get(sessionId);
    if (session === undefined) return 'SESSION_UNKNOWN';
    if (this.tracks.has(trackId)) return 'TRACK_EXISTS';
    return session.publishes.size >= limits.tracksPerParticipantMax ? 'TRACK_LIMIT' : undefined;
  }

  /**
   * Returns the track epoch (number, from 1) of the track's next producer on this node. Numbers are not used twice
   * while the room is here, so that a message about an old producer is not taken for one about a later producer.
   */
  nextTrackEpoch(trackId: string): number {
    const epoch = (this.#trackEpochs.get(trackId) ?? 0) + 1;
    this.#trackEpochs.delete(trackId);
    this.#trackEpochs.set(trackId, epoch);
    for (const oldest of this.#trackEpochs.keys()) {
      if (this.#trackEpochs.size <= trackEpochsMax) break;
      this.#trackEpochs.delete(oldest);
    }
    return epoch;
  }

  addTrack(track: { trackId: string; publisherSessionId: string; origin: boolean; epoch: number; media: T }): void {
    assert(!this.tracks.has(track.trackId), 'a track id is produced once per node');
    this.tracks.set(track.trackId, { ...track, subscribers: new Set() });
    if (!track.origin) return;
    const session = this.sessions.get(track.publisherSessionId);
    assert(session !== undefined, 'a track of this node has a session of this node');
    session.publishes.add(track.trackId);
  }

  /** Gives a track another producer. `origin`: whether a session of this node publishes the track now. */
  replaceTrack(trackId: string, epoch: number, media: T, origin: boolean): void {
    const track = this.tracks.get(trackId);
    assert(track !== undefined, 'only a track that is here changes its producer');
    assert(epoch > track.epoch, 'a track moves to a higher epoch');
    const publisher = this.sessions.get(track.publisherSessionId);
    assert(!origin || publisher !== undefined, 'a track of this node has a session of this node');
    if (origin) publisher?.publishes.add(trackId);
    else publisher?.publishes.delete(trackId);
    this.tracks.set(trackId, { ...track, origin, epoch, media });
  }

  removeTrack(trackId: string): TrackEntry<T> | undefined {
    const track = this.tracks.get(trackId);
    if (track === undefined) return undefined;
    for (const sessionId of track.subscribers) this.sessions.get(sessionId)?.subscribes.delete(trackId);
    if (track.origin) this.sessions.get(track.publisherSessionId)?.publishes.delete(trackId);
    this.tracks.delete(trackId);
    return track;
  }

  /** Records a subscription; refuses with SESSION_UNKNOWN, TRACK_UNKNOWN or TRACK_LIMIT. Idempotent. */
  subscribe(sessionId: string, trackId: string): { ok: true } | Refusal {
    const session = this.sessions.get(sessionId);
    if (session === undefined) return { ok: false, code: 'SESSION_UNKNOWN' };
    const track = this.tracks.get(trackId);
    if (track === undefined) return { ok: false, code: 'TRACK_UNKNOWN' };
    if (session.subscribes.size >= limits.subscriptionsPerParticipantMax) return { ok: false, code: 'TRACK_LIMIT' };
    session.subscribes.add(trackId);
    track.subscribers.add(sessionId);
    return { ok: true };
  }

  unsubscribe(sessionId: string, trackId: string): void {
    this.sessions.get(sessionId)?.subscribes.delete(trackId);
    this.tracks.get(trackId)?.subscribers.delete(sessionId);
  }

  /** Asserts that both directions of every relation agree. */
  validate(): void {
    for (const track of this.tracks.values()) {
      for (const id of track.subscribers) {
        assert(this.sessions.get(id)?.subscribes.has(track.trackId), 'a subscriber knows its subscription');
      }
      const publisher = this.sessions.get(track.publisherSessionId);
      if (track.origin) assert(publisher?.publishes.has(track.trackId), 'a publisher knows its track');
    }
    for (const session of this.sessions.values()) {
      for (const id of session.subscribes) {
        assert(this.tracks.get(id)?.subscribers.has(session.sessionId), 'a subscription has a track');
      }
      for (const id of session.publishes) {
        assert(this.tracks.get(id)?.publisherSessionId === session.sessionId, 'a published track names its session');
      }
    }
  }
}
