// Counts viewers without a connection, as of HLS, by their recent requests.
import { PlaceShares } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { holderOfRoom } from '../holder.ts';
import type { LiveRooms, LiveViewer, WatchedRoom } from './live-rooms.ts';

/** Time after its last request at which a viewer is gone: players of 10 s segments ask at least every 10 s. */
const GONE_MS = 20_000;
const CHECK_MS = 5000;
/** Bound of counted viewers, half of them for a tenant alone; further viewers are served without being counted. */
export const POLLING_VIEWERS_MAX = 20_000;

export interface PollingViewer {
  readonly protocol: string;
  /** Id that is the same for all requests of a viewer. */
  readonly viewer: string;
  readonly bytes: number;
  /** Time after the last request at which the viewer is gone. Default: that of players. */
  readonly goneMs?: number;
}

interface Present {
  readonly viewer: LiveViewer;
  readonly leave: () => void;
  readonly goneMs: number;
  lastMs: number;
}

export class PollingViewers {
  readonly #o: { readonly live: LiveRooms; readonly clock: Clock };
  readonly #viewers = new Map<string, Present>();
  readonly #shares = new PlaceShares({ total: POLLING_VIEWERS_MAX });
  #checkTimer: Timer | undefined;
  #isClosed = false;

  constructor(o: { readonly live: LiveRooms; readonly clock: Clock }) {
    this.#o = o;
  }

  get size(): number {
    return this.#viewers.size;
  }

  asked(room: WatchedRoom, o: PollingViewer): void {
    if (this.#isClosed) return;
    const { live, clock } = this.#o;
    const name = JSON.stringify([room.apiKey, room.room, o.protocol, o.viewer]);
    let present = this.#viewers.get(name);
    if (present === undefined) {
      const holder = holderOfRoom(live.keyOf(room));
      if (!this.#shares.hasPlace(holder)) return;
      const viewer = live.viewer(room, o.protocol);
      present = { viewer, leave: this.#shares.enter(holder), goneMs: o.goneMs ?? GONE_MS, lastMs: 0 };
      this.#viewers.set(name, present);
    }
    present.lastMs = clock.nowMs();
    present.viewer.sent(o.bytes);
    this.#checkTimer ??= clock.every(CHECK_MS, () => this.#removeGone());
  }

  close(): void {
    this.#isClosed = true;
    this.#checkTimer?.cancel();
    for (const { viewer } of this.#viewers.values()) viewer.close();
    this.#viewers.clear();
  }

  #removeGone(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [name, { viewer, leave, goneMs, lastMs }] of this.#viewers) {
      if (lastMs > nowMs - goneMs) continue;
      viewer.close();
      leave();
      this.#viewers.delete(name);
    }
    if (this.#viewers.size > 0) return;
    this.#checkTimer?.cancel();
    this.#checkTimer = undefined;
  }
}
