// A room on this node: its sessions and tracks (core/room.ts), and the level observer that finds its speakers.
import type { Logger } from '@meridian/runtime';
import { loudestSpeakers, type OwnerLease, RoomMembers } from '../core/index.ts';
import type { Engine, LevelObserver } from '../engine.ts';
import type { Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import type { NodeTrack } from './track.ts';

export class Room {
  readonly members: RoomMembers<Session, NodeTrack>;
  readonly #outbox: Outbox;
  readonly #log: Logger;
  #observer: Promise<LevelObserver> | undefined;
  #closed = false;
  #hadSpeakers = false;
  /** Sessions published on this node whose audio is audible now. */
  speakingSessionIds: ReadonlySet<string> = new Set();

  constructor(key: string, lease: OwnerLease, o: { fence: string; outbox: Outbox; log: Logger }) {
    this.members = new RoomMembers(key, lease, o.fence);
    this.#outbox = o.outbox;
    this.#log = o.log;
  }

  get key(): string {
    return this.members.key;
  }
  get fence(): string {
    return this.members.fence;
  }
  get ownerId(): string {
    return this.members.lease.ownerId;
  }
  get empty(): boolean {
    return this.members.empty;
  }

  /** Observes the level of an audio track. A failure is only logged, since the room carries media without it. */
  async observeLevel(engine: Engine, track: NodeTrack): Promise<void> {
    if (track.producer.kind !== 'audio' || !track.origin) return;
    try {
      this.#observer ??= engine.createLevelObserver({ onLevels: (levels) => this.#report(levels) });
      const observer = await this.#observer;
      if (this.#closed) observer.close();
      else if (!track.closed) await observer.add(track.producer);
    } catch (error) {
      this.#log.warn(
        { roomKey: this.key, trackId: track.trackId, err: error },
        'the audio level of this track cannot be measured',
      );
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#observer?.then(
      (observer) => observer.close(),
      () => undefined, // was never made; logged at its creation
    );
  }

  #report(levels: { producerId: string; levelDbov: number }[]): void {
    if (this.#closed) return;
    const sessionOf = new Map(
      [...this.members.tracks.values()].map(({ media }) => [media.producer.id, media.publisherSessionId]),
    );
    const speakers = loudestSpeakers(
      levels.flatMap(({ producerId, levelDbov }) => {
        const sessionId = sessionOf.get(producerId);
        return sessionId === undefined ? [] : [{ sessionId, levelDbov }];
      }),
    );
    this.speakingSessionIds = new Set(speakers.map(({ sessionId }) => sessionId));
    if (speakers.length === 0 && !this.#hadSpeakers) return; // an empty list is reported once
    this.#hadSpeakers = speakers.length > 0;
    this.#outbox.speakerLevels(this.ownerId, this.key, speakers);
  }
}
