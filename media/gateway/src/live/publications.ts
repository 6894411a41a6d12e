// Publications: each is one stay of one encoder, from request to end, with measurements of its stream.

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
  /** Kinds of media that cannot be transcoded here. Default: none. */
  readonly lacks?: readonly Lack[];
}

export interface Publishing extends NamedRoom {
  readonly use: 'publish' | 'play';
  readonly identity: string;
}
export interface PublisherInfo {
  readonly protocol: string;
  /** `''` without a client. */
  readonly clientIp: string;
  readonly makesKeyFramesOnDemand?: boolean;
}

export class Publications {
  readonly #o: PublicationsOptions;

  constructor(o: PublicationsOptions) {
    this.#o = o;
  }

  /** Rejects with NOT_PERMITTED for a key to play, and as `Hooks.publish` does. */
  async begin(publishing: Publishing, place: PublisherInfo): Promise<Publication> {
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

/** Media that bypass this gateway, as reported by their media node. */
export interface ReceivedMedia {
  readonly video?: VideoHealth;
  readonly audio?: AudioHealth;
}

interface PublicationOptions extends PublisherInfo {
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

  picture(picture: IngestPicture): void {
    this.#health.picture(picture, this.#o.clock.nowMs());
  }
  sound(codec: string, bytes: number): void {
    this.#health.sound(codec, bytes, this.#o.clock.nowMs());
  }

  get lacking(): readonly Lack[] {
    return this.#health.lacking;
  }

  get isExcessive(): boolean {
    return this.#health.isExcessive(this.#o.clock.nowMs());
  }

  received(media: ReceivedMedia): void {
    this.#received = media;
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onEnd();
  }
}
