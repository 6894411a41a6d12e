// Publish points of this gateway, one per participant: an encoder that returns with the same key gets the same point.
import type { KeySource, Tokens } from '@meridian/node-shell';
import { type ErrorCode, errorCodes, MeridianError, PlaceShares } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';
import type { StreamKey } from '../adapters/stream-keys.ts';
import { holderOf } from '../holder.ts';
import { demandInFence } from './fence.ts';
import { PublishPoint, type PublishPointOptions } from './publish-point.ts';

/** Bound of a gateway's points, above a machine's capacity to transcode sound. */
export const POINTS_MAX = 1000;
/** A person has an encoder in some rooms; an address is a class of callers by H5. */
const SHARES = { total: POINTS_MAX, perPerson: 10, perAddress: 100 };
/** Long enough for a join and an immediate rejoin. */
const TOKEN_MS = 60_000;

export interface PublishPointsOptions
  extends Omit<PublishPointOptions, 'token' | 'onClosed' | 'protocol' | 'clientIp' | 'bframes'> {
  readonly tokens: Tokens;
  readonly apiKeys: Pick<KeySource, 'findKnown'>;
  readonly region: string;
  bframes(apiKey: string): PublishPointOptions['bframes'];
  /** Kinds of media that cannot be transcoded here: without pictures, B-frames would reach no client. Default: none. */
  readonly lacks?: readonly Lack[];
}

export class PublishPoints {
  readonly #o: PublishPointsOptions;
  readonly #shares = new PlaceShares(SHARES);
  readonly #points = new Map<string, Promise<PublishPoint>>();
  #isClosed = false;

  constructor(o: PublishPointsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#points.size;
  }

  /**
   * Opens the joined point of the key's participant. Rejects with errors of the join, NOT_PERMITTED for a key to play,
   * FENCED_OUT for a room whose fence excludes this region, and as `PlaceShares.enter` does.
   */
  async open(key: StreamKey, o: { readonly protocol: string; readonly clientIp: string }): Promise<PublishPoint> {
    if (key.use !== 'publish') throw new MeridianError('NOT_PERMITTED', 'this key is for playing');
    demandInFence(key.fence, this.#o.region);
    const name = JSON.stringify([key.apiKey, key.room, key.identity]);
    const present = this.#points.get(name);
    if (present !== undefined) return present;
    if (this.#isClosed) throw new MeridianError('OVERLOADED', 'this gateway takes no more publishers');
    const { tokens, apiKeys, bframes, lacks, region: _, ...base } = this.#o;
    const leave = this.#shares.enter(holderOf(apiKeys, key, o.clientIp));
    const forget = (): void => {
      leave();
      if (this.#points.get(name) === point) this.#points.delete(name);
    };
    const rights = { canPublish: true, canSubscribe: false, hidden: false, canUpdateOwnMetadata: true };
    const claims = { ...key, ...rights, lifetimeMs: TOKEN_MS };
    const point = PublishPoint.open({
      ...base,
      ...o,
      bframes: lacks?.includes('picture') ? 'refuse' : bframes(key.apiKey),
      token: () => tokens.mint(key.apiKey, claims),
      onClosed: forget,
    });
    this.#points.set(name, point);
    point.catch(forget);
    return point;
  }

  /** Ends all participants, with this code for their encoders; new ones may come. */
  end(code: ErrorCode): void {
    for (const opening of this.#points.values())
      opening.then(
        (point) => point.end(code, errorCodes[code][0]),
        () => undefined, // The point failed to open.
      );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const points = await Promise.allSettled(this.#points.values());
    for (const point of points) if (point.status === 'fulfilled') point.value.close();
  }
}
