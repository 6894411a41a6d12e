// Renditions that this gateway makes, each ordered by a room's owner through the centre.
import type { KeySource, Tokens } from '@meridian/node-shell';
import {
  fenceContains,
  isFence,
  isTrackId,
  MeridianError,
  PlaceShares,
  partsOfRoomKey,
  transcodeMillicoresOf,
  type wire,
} from '@meridian/protocol';
import { rosterNames } from '@meridian/room-media';
import { Rendition, type RenditionOptions } from './rendition.ts';
import { sourceCodecs } from './source-pictures.ts';

/** Bound whatever the size of the pictures: each has a session, two sockets and a process. */
const RENDITIONS_MAX = 400;
const TOKEN_MS = 60_000;

export interface RenditionsOptions extends Omit<RenditionOptions, 'token' | 'trackId' | 'from' | 'size' | 'onClosed'> {
  readonly tokens: Tokens;
  readonly keys: Pick<KeySource, 'ofTenant'>;
  /** Id of this gateway, which makes its sessions' identities unique in a room. */
  readonly nodeId: string;
}

interface Job {
  readonly millicores: number;
  readonly leave: () => void;
  rendition: Rendition | undefined;
}

export class Renditions {
  readonly #o: RenditionsOptions;
  readonly #jobs = new Map<string, Job>();
  /** Numbers of renditions, of tenants and their rooms. */
  readonly #shares = new PlaceShares({ total: RENDITIONS_MAX });
  #begun = 0;
  #isClosed = false;

  constructor(o: RenditionsOptions) {
    this.#o = o;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** Cost of all transcoders of the gateway and of renditions that are starting, in thousandths of a core. */
  get usedMillicores(): number {
    return this.#o.supervisor.usedMillicores + this.#reserved;
  }

  /**
   * Begins an ordered rendition, unless it exists; returns before the join. Throws REQUEST_INVALID, CODEC_UNSUPPORTED,
   * TOKEN_INVALID without an API key of the room's tenant, OVERLOADED (also as `PlaceShares.enter`), SHUTTING_DOWN.
   */
  begin(order: wire.Transcode): void {
    const { roomKey, trackId, fromMimeType, toMimeType, width, height, fence } = order;
    const parts = partsOfRoomKey(roomKey);
    if (parts === undefined || !isTrackId(trackId) || !isFence(fence))
      throw new MeridianError('REQUEST_INVALID', 'room, track or fence is invalid');
    const from = sourceCodecs.find((codec) => rosterNames[codec].toLowerCase() === fromMimeType.toLowerCase());
    if (from === undefined || toMimeType.toLowerCase() !== 'video/h264')
      throw new MeridianError('CODEC_UNSUPPORTED', `no ${toMimeType} is made from ${fromMimeType}`);
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    const name = `${roomKey} ${trackId}`;
    if (this.#jobs.has(name)) return;
    const apiKey = this.#keyOf(parts.tenant, fence);
    const millicores = transcodeMillicoresOf(order, fromMimeType);
    this.#o.supervisor.check({ cost: this.#reserved + millicores, makes: 'picture' });
    const leave = this.#shares.enter({ tenant: parts.tenant, via: parts.room, identity: '', address: '' });
    this.#begun += 1;
    const identity = `transcoder ${this.#begun} at ${this.#o.nodeId}`;
    const rights = { canPublish: true, canSubscribe: true, hidden: true };
    const claims = { identity, name: '', room: parts.room, fence, lifetimeMs: TOKEN_MS, ...rights };
    const job: Job = { millicores, leave, rendition: undefined };
    this.#jobs.set(name, job);
    const options = { ...this.#o, token: () => this.#o.tokens.mint(apiKey, claims), trackId, from };
    void this.#begin(name, job, { ...options, size: { width, height }, onClosed: () => this.#forget(name, job) });
  }

  /** Ends all renditions; their rooms' owners order them elsewhere. */
  end(cause: string): void {
    for (const { rendition } of [...this.#jobs.values()]) rendition?.close(cause);
  }

  close(): void {
    this.#isClosed = true;
    this.end('the gateway ends');
  }

  async #begin(name: string, job: Job, o: RenditionOptions): Promise<void> {
    try {
      job.rendition = await Rendition.open(o);
      if (this.#isClosed) job.rendition.close('the gateway ends');
    } catch (error) {
      this.#forget(name, job);
      this.#o.log.info({ trackId: o.trackId, err: error }, 'a rendition does not begin');
    }
  }

  #forget(name: string, job: Job): void {
    job.leave();
    if (this.#jobs.get(name) === job) this.#jobs.delete(name);
  }

  get #reserved(): number {
    return [...this.#jobs.values()].reduce(
      (sum, { rendition, millicores }) => sum + (rendition?.reservedMillicores ?? millicores),
      0,
    );
  }

  #keyOf(tenant: string, fence: string): string {
    const found = this.#o.keys.ofTenant(tenant).find((one) => fenceContains(one.fence, fence));
    if (found === undefined) throw new MeridianError('TOKEN_INVALID', "no API key of the room's tenant is known here");
    return found.key;
  }
}
