// Connection checks: a client with a valid token may enter a room of its own in place of the token's, to measure its
// path to the nodes that it would get (docs/design/connection-check.md).
import { createHash } from 'node:crypto';
import {
  type Access,
  type Bucket,
  checkRoomKeyOf,
  isCheckRoom,
  MeridianError,
  newId,
  type Rights,
  takeTokens,
} from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { bounds } from '../limits.ts';

const rates = { perSecond: bounds.checkSessionsPerSecond, burst: bounds.checkSessionsBurst };
/** Rights for any token: a viewer's uplink is measured too, and no participant is there to lead or write to. */
const rights: Rights = {
  canPublish: true,
  publishSources: undefined,
  canSubscribe: true,
  canPublishData: false,
  admin: false,
  canUpdateOwnMetadata: false,
  hidden: false,
};

export interface CheckRoomsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Bounds parallel checks, which need no account and load media nodes and TURN servers. */
  readonly checksMax: number;
  /** Returns the rooms that clients of this node are in or are entering. */
  roomKeys(): Iterable<string>;
}

export class CheckRooms {
  readonly #o: CheckRoomsOptions;
  /** Token buckets by tenant and identity; the identity that began a check longest ago comes first. */
  readonly #rates = new Map<string, Bucket>();

  constructor(o: CheckRoomsOptions) {
    this.#o = o;
  }

  /**
   * Returns the access of a check's session: the room of this identity and nonce, a unique identity (two sessions of
   * the same identity would replace each other), the token's regions and mode. Throws OVERLOADED, RATE_LIMITED.
   */
  accessOf(shown: Access, nonce: string): Access {
    const { tenant, identity } = shown;
    const opaque = createHash('sha256').update(`${tenant}\0${identity}\0${nonce}`).digest('base64url');
    const roomKey = checkRoomKeyOf(tenant, opaque);
    if (roomKey === undefined) throw new MeridianError('INTERNAL', 'the tenant has no name');
    this.#assertBelowBound(roomKey);
    this.#takeToken(`${tenant}\0${identity}`);
    const own = {
      room: roomKey.slice(tenant.length + 1),
      roomKey,
      identity: newId('CK_', (count) => this.#o.rng.bytes(count)),
      name: '',
      metadata: '',
      attributes: {},
      kind: 'standard',
      lobby: false,
      needsPolicy: false,
      rights,
    } as const;
    return Object.assign({}, shown, own);
  }

  /** Throws for a new check beyond the bound; further sessions of a running check may come in. */
  #assertBelowBound(roomKey: string): void {
    const checks = new Set([...this.#o.roomKeys()].filter(isCheckRoom));
    if (checks.has(roomKey) || checks.size < this.#o.checksMax) return;
    const retryAfterMs = bounds.overloadRetryMs;
    throw new MeridianError('OVERLOADED', 'too many connection checks at this node', { retryAfterMs });
  }

  #takeToken(key: string): void {
    const nowMs = this.#o.clock.nowMs();
    const { ok, bucket, retryAfterMs } = takeTokens(this.#rates.get(key), rates, nowMs);
    if (!ok) throw new MeridianError('RATE_LIMITED', 'too many connection checks', { retryAfterMs });
    this.#rates.delete(key);
    this.#rates.set(key, bucket);
    const [oldest] = this.#rates.size > bounds.checkIdentitiesMax ? this.#rates.keys() : [];
    if (oldest !== undefined) this.#rates.delete(oldest);
  }
}
