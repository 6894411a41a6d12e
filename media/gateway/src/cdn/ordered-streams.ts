// Pushes and pulls ordered by the api, which polls their state and orders ended streams at another gateway.
import type { KeySource } from '@meridian/node-shell';
import { MeridianError, type RoomKey, roomKeyOf } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { Cdn } from './cdn.ts';
import type { PullStatus } from './pull.ts';
import type { PushStatus } from './push.ts';

export interface StreamOrder {
  readonly id: string;
  readonly kind: 'push' | 'pull';
  readonly apiKey: string;
  readonly room: string;
  readonly fence: string;
  readonly url: string;
  /** For a push: identity whose picture is pushed; `''` for the active speaker. */
  readonly picture: string;
  readonly identity: string;
  readonly name: string;
  readonly endsWallMs: number;
  /** True for a stream that ran before, here or elsewhere: a failed start is retried. */
  readonly keep: boolean;
}

export interface OrderedStatus
  extends Pick<PushStatus & PullStatus, 'url' | 'sinceWallMs' | 'attempts' | 'bitrateKbps'> {
  readonly id: string;
  readonly kind: 'push' | 'pull';
  /** `over`: the stream ended by itself, or an administrator of its room removed it. */
  readonly state: PushStatus['state'] | 'over';
  readonly droppedPictures: number;
  readonly lastError?: { readonly code: string; readonly reason: string };
  readonly ageMs: number;
}

/** Ended streams are reported until the api acknowledges them; beyond the bound the oldest is dropped. */
const OVER_MAX = 1000;

interface Ordered {
  readonly order: StreamOrder;
  readonly sinceMs: number;
  readonly endTimer: Timer;
  roomKey: RoomKey | undefined;
  endStatus: OrderedStatus | undefined;
  starting: Promise<void>;
}

export interface OrderedStreamsOptions {
  readonly cdn: Cdn;
  readonly apiKeys: Pick<KeySource, 'get'>;
  readonly clock: Clock;
}

export class OrderedStreams {
  readonly #o: OrderedStreamsOptions;
  readonly #all = new Map<string, Ordered>();

  constructor(o: OrderedStreamsOptions) {
    this.#o = o;
    o.cdn.onOver((id, code, reason) => this.#onStreamEnded(id, code, reason));
  }

  /**
   * Starts a stream until its end time; a known id is left as it is. Rejects as `Cdn.push` and `Cdn.pull` do, with
   * TOKEN_INVALID for an unknown API key.
   */
  async order(order: StreamOrder): Promise<OrderedStatus> {
    const { id } = order;
    const ordered = this.#all.get(id) ?? this.#begin(order);
    try {
      await ordered.starting;
    } catch (error) {
      this.end(id);
      throw error;
    }
    const status = this.#statusOf(ordered);
    if (status === undefined) throw new MeridianError('SHUTTING_DOWN', 'the stream was ended while it started');
    return status;
  }

  list(): OrderedStatus[] {
    return [...this.#all.values()].flatMap((ordered) => this.#statusOf(ordered) ?? []);
  }

  end(id: string): void {
    const ordered = this.#all.get(id);
    if (ordered === undefined) return;
    this.#all.delete(id);
    ordered.endTimer.cancel();
    if (ordered.roomKey !== undefined) this.#streams(ordered).remove(ordered.roomKey, id);
  }

  close(): void {
    for (const id of [...this.#all.keys()]) this.end(id);
  }

  #begin(order: StreamOrder): Ordered {
    const { clock } = this.#o;
    const endTimer = clock.after(Math.max(0, order.endsWallMs - clock.wallMs()), () => this.end(order.id));
    const starting = Promise.resolve();
    const ordered: Ordered = {
      order,
      sinceMs: clock.nowMs(),
      endTimer,
      roomKey: undefined,
      endStatus: undefined,
      starting,
    };
    this.#all.set(order.id, ordered);
    ordered.starting = this.#start(ordered);
    return ordered;
  }

  async #start(ordered: Ordered): Promise<void> {
    const { cdn, apiKeys } = this.#o;
    const { id, kind, apiKey, room, fence, url, picture, identity, name, keep } = ordered.order;
    const { tenant } = await apiKeys.get(apiKey);
    const roomKey = roomKeyOf(tenant, room);
    if (roomKey === undefined) throw new MeridianError('REQUEST_INVALID', 'no such room');
    if (this.#all.get(id) !== ordered) return; // The order ended during the wait.
    ordered.roomKey = roomKey;
    const admin = { apiKey, room, roomKey, fence, identity: id };
    if (kind === 'push') await cdn.push(admin, { url, ...(picture !== '' && { picture }) }, { id, keep });
    else await cdn.pull(admin, { url, identity, ...(name !== '' && { name }) }, { id, keep });
  }

  #onStreamEnded(id: string, code: string, reason: string): void {
    const ordered = this.#all.get(id);
    if (ordered === undefined) return;
    const { kind } = ordered.order;
    const { clock } = this.#o;
    ordered.endStatus = {
      id,
      kind,
      url: '',
      state: 'over',
      sinceWallMs: clock.wallMs(),
      attempts: 0,
      bitrateKbps: 0,
      ageMs: 0,
      droppedPictures: 0,
      lastError: { code, reason },
    };
    const over = [...this.#all.values()].filter((one) => one.endStatus !== undefined);
    for (const { order } of over.slice(0, Math.max(0, over.length - OVER_MAX))) this.end(order.id);
  }

  /** Returns undefined for a stream ended by a drain, as if it had not been ordered. */
  #statusOf(ordered: Ordered): OrderedStatus | undefined {
    const { order, roomKey, endStatus, sinceMs } = ordered;
    const { id, kind } = order;
    const ageMs = this.#o.clock.nowMs() - sinceMs;
    if (endStatus !== undefined) return { ...endStatus, ageMs };
    if (roomKey === undefined)
      return {
        id,
        kind,
        url: '',
        state: 'connecting',
        sinceWallMs: this.#o.clock.wallMs(),
        attempts: 0,
        bitrateKbps: 0,
        droppedPictures: 0,
        ageMs,
      };
    const status = this.#streams(ordered).get(roomKey, id);
    if (status === undefined) {
      this.end(id);
      return undefined;
    }
    return { droppedPictures: 0, ...status, kind, ageMs };
  }

  #streams({ order }: Ordered) {
    return order.kind === 'push' ? this.#o.cdn.pushes : this.#o.cdn.pulls;
  }
}
