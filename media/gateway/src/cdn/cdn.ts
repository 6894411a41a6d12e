// What a gateway sends to foreign servers and takes from them, for rooms' administrators.
import { noOrigin } from '@meridian/node-shell';
import { isDisplayName, isIdentity, isProgrammePicture, MeridianError, type RoomKey } from '@meridian/protocol';
import type { StreamKey } from '../adapters/stream-keys.ts';
import { parseTarget } from '../core/cdn/target.ts';
import type { WaitingBytes } from '../core/waiting-bytes.ts';
import type { LiveRooms } from '../live/live-rooms.ts';
import type { Publications } from '../live/publications.ts';
import type { PublishPoints } from '../room/publish-points.ts';
import { Pull, type PullStatus } from './pull.ts';
import { Push, type Pushable, type PushStatus } from './push.ts';
import type { RedialBase } from './redial.ts';
import { RoomStreams } from './room-streams.ts';

export interface CdnOptions extends RedialBase {
  readonly programmes: { open(key: StreamKey): Promise<Pushable> };
  readonly points: Pick<PublishPoints, 'open'>;
  readonly publications: Publications;
  readonly live: LiveRooms;
  /** As of `MergedWrites`. */
  readonly waiting?: WaitingBytes;
  /** As of `Pull`. */
  readonly heldMs?: number;
}

/** A room, and the administrator that asks for it. */
export interface RoomAdmin {
  readonly apiKey: string;
  readonly room: string;
  readonly roomKey: RoomKey;
  readonly identity: string;
  /** `Access.fence`. */
  readonly fence: string;
}

export interface PushRequest {
  readonly url: string;
  /** Whose picture is pushed, by identity, or a composed one. Default: the active speaker's. */
  readonly picture?: string;
}

export interface PullRequest {
  readonly url: string;
  /** Of the participant. */
  readonly identity: string;
  /** Default: the identity. */
  readonly name?: string;
}

/** Of one that is not asked for by an administrator of the room. */
export interface StreamOptions {
  /** Default: a new one. */
  readonly id?: string;
  /** What prevents its start is tried again, as later failures are. */
  readonly keep?: boolean;
}

const ID_BYTES = 12;
/** No client is given it. */
const ENDLESS_KEY = {
  expiresWallMs: Number.POSITIVE_INFINITY,
  protocol: '',
  picture: '',
  without: '',
  origin: noOrigin,
} as const;

export class Cdn {
  readonly pushes = new RoomStreams<PushStatus>();
  readonly pulls = new RoomStreams<PullStatus>();
  readonly #o: CdnOptions;
  #onOver: (id: string, code: string, reason: string) => void = () => undefined;

  constructor(o: CdnOptions) {
    this.#o = o;
  }

  /**
   * Pushes the room's programme to the URL until it is removed. Rejects with what `parseTarget`, `RoomStreams.add` and
   * `Programmes.open` reject with, and TARGET_REFUSED for an address inside.
   */
  async push(
    { apiKey, room, roomKey, identity, fence }: RoomAdmin,
    request: PushRequest,
    { id = this.#id(), keep = false }: StreamOptions = {},
  ): Promise<PushStatus> {
    const { url, picture = '' } = request;
    if (!isProgrammePicture(picture)) throw new MeridianError('REQUEST_INVALID', 'whose picture');
    const key: StreamKey = { ...ENDLESS_KEY, apiKey, room, use: 'play', identity, name: '', picture, fence };
    return this.pushes.add(roomKey, new Push({ ...this.#o, id, target: parseTarget(url), key }), keep);
  }

  /**
   * Lets the stream of the URL take part under this identity until it is removed, or the participant is. Rejects as
   * `push`, with what `PublishPoints.open` rejects with.
   */
  async pull(
    { apiKey, room, roomKey, fence }: RoomAdmin,
    request: PullRequest,
    { id = this.#id(), keep = false }: StreamOptions = {},
  ): Promise<PullStatus> {
    const { url, identity, name = identity } = request;
    if (!isIdentity(identity) || !isDisplayName(name)) throw new MeridianError('REQUEST_INVALID', 'identity or name');
    const key: StreamKey = { ...ENDLESS_KEY, apiKey, room, use: 'publish', identity, name, fence };
    const onOver = (code: string, reason: string): void => {
      this.pulls.remove(roomKey, id);
      this.#onOver(id, code, reason);
    };
    return this.pulls.add(roomKey, new Pull({ ...this.#o, id, target: parseTarget(url), key, onOver }), keep);
  }

  /** Ends one for an administrator of its room. False: the room has none of this id. */
  remove(kind: 'pushes' | 'pulls', roomKey: RoomKey, id: string): boolean {
    const wasThere = this[kind].remove(roomKey, id);
    if (wasThere) this.#onOver(id, 'REMOVED', 'by an administrator of the room');
    return wasThere;
  }

  /** Hears what ended by itself, and what an administrator removed. One listener. */
  onOver(listener: (id: string, code: string, reason: string) => void): void {
    this.#onOver = listener;
  }

  /** Ends all that are there; a caller that needs them asks again, elsewhere. */
  end(): void {
    this.pushes.end();
    this.pulls.end();
  }

  /** Ends all and takes no more; idempotent. */
  close(): void {
    this.pushes.close();
    this.pulls.close();
  }

  #id(): string {
    return Buffer.from(this.#o.rng.bytes(ID_BYTES)).toString('base64url');
  }
}
