// Publications: each is one stay of one encoder, from its request until it ends. What it sends is measured here.

import { MeridianError } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';
import { type AudioHealth, IngestHealth, type IngestPicture, type VideoHealth } from '../core/ingest-health.ts';
import type { Hooks } from './hooks.ts';
import type { LiveRooms, NamedRoom, PublisherView } from './live-rooms.ts';

export interface PublicationsOptions {
  readonly live: LiveRooms;
  readonly hooks: Pick<Hooks, 'publish'>;
  readonly clock: Clock;
  /** What cannot be made here of what is published. Default: nothing. */
  readonly lacks?: readonly Lack[];
}

/** The client that wants to publish; a stream key says most of it. */
export interface Publishing extends NamedRoom {
  readonly use: 'publish' | 'play';
  readonly identity: string;
}
export interface PublishingPlace {
  /** As the roster shows it: `rtmp`. */
  readonly protocol: string;
  /** '': there is no client. */
  readonly clientIp: string;
  /** Makes a key frame whenever a viewer needs one. */
  readonly makesKeyFramesOnDemand?: boolean;
}

export class Publications {
  readonly #o: PublicationsOptions;

  constructor(o: PublicationsOptions) {
    this.#o = o;
  }

  /** Begins one; its encoder ends it. Rejects with NOT_PERMITTED for a key to play, and as `Hooks.publish`. */
  async begin(publishing: Publishing, place: PublishingPlace): Promise<Publication> {
    if (publishing.use !== 'publish') throw new MeridianError('NOT_PERMITTED', 'this key is for playing');
    const { live, hooks, clock, lacks = [] } = this.#o;
    const { apiKey, room, identity } = publishing;
    const { protocol, clientIp } = place;
    const done = await hooks.publish({ apiKey, room, identity, protocol, clientIp });
    const publication = new Publication({ identity, ...place, clock, lacks });
    const hide = live.publisher(publishing, publication);
    publication.onEnd = () => {
      hide();
      done();
    };
    return publication;
  }
}

/** Of media that do not pass here, by the word of their media node. */
export interface ReceivedMedia {
  readonly video?: VideoHealth;
  readonly audio?: AudioHealth;
}

interface PublicationOptions extends PublishingPlace {
  readonly identity: string;
  readonly clock: Clock;
  readonly lacks?: readonly Lack[];
}

export class Publication {
  readonly #o: PublicationOptions;
  readonly #health: IngestHealth;
  readonly #sinceWallMs: number;
  #received: ReceivedMedia = {};
  #isOver = false;
  onEnd: () => void = () => undefined;

  constructor(o: PublicationOptions) {
    this.#o = o;
    this.#health = new IngestHealth(o);
    this.#sinceWallMs = o.clock.wallMs();
  }

  get view(): PublisherView {
    const { identity, protocol, clock } = this.#o;
    return {
      identity,
      protocol,
      sinceWallMs: this.#sinceWallMs,
      ...this.#health.view(clock.nowMs()),
      ...this.#received,
    };
  }

  /** As it came, before anything is made of it. */
  picture(picture: IngestPicture): void {
    this.#health.picture(picture, this.#o.clock.nowMs());
  }
  sound(codec: string, bytes: number): void {
    this.#health.sound(codec, bytes, this.#o.clock.nowMs());
  }

  /** As of `IngestHealth`. */
  get lacking(): readonly Lack[] {
    return this.#health.lacking;
  }

  get isExcessive(): boolean {
    return this.#health.isExcessive(this.#o.clock.nowMs());
  }

  /** What is received elsewhere, in place of what was said before. */
  received(media: ReceivedMedia): void {
    this.#received = media;
  }

  /** The encoder has gone; idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onEnd();
  }
}
