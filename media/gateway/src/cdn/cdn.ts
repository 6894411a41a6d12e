// Pushes rooms to foreign servers and pulls streams from them, for rooms' administrators.
import { noOrigin } from '@meridian/node-shell';
import {
  cleanDisplayName,
  isDisplayName,
  isIdentity,
  isProgrammePicture,
  MeridianError,
  type RoomKey,
  shownReason,
} from '@meridian/protocol';
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
  readonly waiting?: WaitingBytes;
  readonly heldMs?: number;
}

export interface RoomAdmin {
  readonly apiKey: string;
  readonly room: string;
  readonly roomKey: RoomKey;
  readonly identity: string;
  readonly fence: string;
}

export interface PushRequest {
  readonly url: string;
  /** Identity whose picture is pushed, or a composed picture. Default: the active speaker. */
  readonly picture?: string;
}

export interface PullRequest {
  readonly url: string;
  readonly identity: string;
  /** Default: the identity. */
  readonly name?: string;
}

export interface StreamOptions {
  readonly id?: string;
  /** Retries a failed start in the same way as later failures. */
  readonly keep?: boolean;
}

const ID_BYTES = 12;
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
   * Pushes the room's programme until removed. Rejects as `parseTarget`, `RoomStreams.add` and `Programmes.open` do,
   * and with TARGET_REFUSED for an internal address.
   */
  async push(
    { apiKey, room, roomKey, identity, fence }: RoomAdmin,
    request: PushRequest,
    { id = this.#id(), keep = false }: StreamOptions = {},
  ): Promise<PushStatus> {
    const { url, picture = '' } = request;
    if (!isProgrammePicture(picture)) throw new MeridianError('REQUEST_INVALID', 'picture is no identity or layout');
    const key: StreamKey = { ...ENDLESS_KEY, apiKey, room, use: 'play', identity, name: '', picture, fence };
    return this.pushes.add(roomKey, new Push({ ...this.#o, id, target: parseTarget(url), key }), keep);
  }

  /** Publishes a foreign stream until removed. Rejects as `push` and `PublishPoints.open` do. */
  async pull(
    { apiKey, room, roomKey, fence }: RoomAdmin,
    request: PullRequest,
    { id = this.#id(), keep = false }: StreamOptions = {},
  ): Promise<PullStatus> {
    const { url, identity } = request;
    const name = request.name === undefined ? identity : cleanDisplayName(request.name);
    if (!isIdentity(identity) || !isDisplayName(name))
      throw new MeridianError('REQUEST_INVALID', 'identity or name is invalid');
    const key: StreamKey = { ...ENDLESS_KEY, apiKey, room, use: 'publish', identity, name, fence };
    const onOver = (code: string, reason: string): void => {
      this.pulls.remove(roomKey, id);
      this.#onOver(id, code, shownReason(reason));
    };
    return this.pulls.add(roomKey, new Pull({ ...this.#o, id, target: parseTarget(url), key, onOver }), keep);
  }

  remove(kind: 'pushes' | 'pulls', roomKey: RoomKey, id: string): boolean {
    const wasThere = this[kind].remove(roomKey, id);
    if (wasThere) this.#onOver(id, 'REMOVED', 'by an administrator of the room');
    return wasThere;
  }

  /** Sets the listener of streams that ended by themselves or were removed by an administrator. */
  onOver(listener: (id: string, code: string, reason: string) => void): void {
    this.#onOver = listener;
  }

  /** Ends all streams; their owners order them again at another gateway. */
  end(): void {
    this.pushes.end();
    this.pulls.end();
  }

  close(): void {
    this.pushes.close();
    this.pulls.close();
  }

  #id(): string {
    return Buffer.from(this.#o.rng.bytes(ID_BYTES)).toString('base64url');
  }
}
