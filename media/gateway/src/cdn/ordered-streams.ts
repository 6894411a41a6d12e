// Pushes and pulls that the api has ordered: it knows them by ids of its own, asks what became of them, and gives those
// that are gone here to another gateway.
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
  /** Of a push: whose, by identity; '': the active speaker's. */
  readonly picture: string;
  /** Of a pull. */
  readonly identity: string;
  readonly name: string;
  readonly endsWallMs: number;
  /** It was here or elsewhere before: what prevents its start now is tried again. */
  readonly keep: boolean;
}

export interface OrderedStatus
  extends Pick<PushStatus & PullStatus, 'url' | 'sinceWallMs' | 'attempts' | 'bitrateKbps'> {
  readonly id: string;
  readonly kind: 'push' | 'pull';
  /** `over`: it ended by itself, or an administrator of its room removed it. */
  readonly state: PushStatus['state'] | 'over';
  readonly droppedPictures: number;
  readonly lastError?: { readonly code: string; readonly reason: string };
  /** Since it was ordered. */
  readonly ageMs: number;
}

/** What is over is reported until the api has heard it; beyond, the oldest is forgotten. */
const OVER_MAX = 1000;

interface Ordered {
  readonly order: StreamOrder;
  readonly sinceMs: number;
  readonly end: Timer;
  roomKey: RoomKey | undefined;
  over: OrderedStatus | undefined;
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
    o.cdn.onOver((id, code, reason) => this.#over(id, code, reason));
  }

  /**
   * Starts it, until its time is over; one that is here already stays as it is. Rejects as `Cdn.push` and `Cdn.pull`,
   * with TOKEN_INVALID for an API key that there is not.
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
    if (status === undefined) throw new MeridianError('SHUTTING_DOWN', 'it was ended meanwhile');
    return status;
  }

  /** All that are here, and those that are over and not ended yet. */
  list(): OrderedStatus[] {
    return [...this.#all.values()].flatMap((ordered) => this.#statusOf(ordered) ?? []);
  }

  /** Ends one, and forgets it. One that is not here: nothing. */
  end(id: string): void {
    const ordered = this.#all.get(id);
    if (ordered === undefined) return;
    this.#all.delete(id);
    ordered.end.cancel();
    if (ordered.roomKey !== undefined) this.#streams(ordered).remove(ordered.roomKey, id);
  }

  /** Idempotent. */
  close(): void {
    for (const id of [...this.#all.keys()]) this.end(id);
  }

  #begin(order: StreamOrder): Ordered {
    const { clock } = this.#o;
    const end = clock.after(Math.max(0, order.endsWallMs - clock.wallMs()), () => this.end(order.id));
    const starting = Promise.resolve();
    const ordered: Ordered = { order, sinceMs: clock.nowMs(), end, roomKey: undefined, over: undefined, starting };
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
    if (this.#all.get(id) !== ordered) return; // ended meanwhile
    ordered.roomKey = roomKey;
    const admin = { apiKey, room, roomKey, fence, identity: id };
    if (kind === 'push') await cdn.push(admin, { url, ...(picture !== '' && { picture }) }, { id, keep });
    else await cdn.pull(admin, { url, identity, ...(name !== '' && { name }) }, { id, keep });
  }

  #over(id: string, code: string, reason: string): void {
    const ordered = this.#all.get(id);
    if (ordered === undefined) return;
    const { kind } = ordered.order;
    const { clock } = this.#o;
    ordered.over = {
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
    const over = [...this.#all.values()].filter((one) => one.over !== undefined);
    for (const { order } of over.slice(0, Math.max(0, over.length - OVER_MAX))) this.end(order.id);
  }

  /** Undefined: it was ended here (a drain), as if it had never been. */
  #statusOf(ordered: Ordered): OrderedStatus | undefined {
    const { order, roomKey, over, sinceMs } = ordered;
    const { id, kind } = order;
    const ageMs = this.#o.clock.nowMs() - sinceMs;
    if (over !== undefined) return { ...over, ageMs };
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
