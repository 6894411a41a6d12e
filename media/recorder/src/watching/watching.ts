// Rooms that operators watch through this recorder: polls of the api begin and extend the watches.
import type { TenantKeys, Tokens } from '@meridian/node-shell';
import {
  isFence,
  limits,
  MeridianError,
  partsOfRoomKey,
  rpc,
  serve,
  WATCH_KEPT_MS,
  watchedRoomsMax,
  watcherIdentity,
  wire,
} from '@meridian/protocol';
import type { RoomTracksOptions } from '@meridian/room-media';
import type { Clock, Link, Logger, Timer } from '@meridian/runtime';
import { fitIntoFrame } from './core/fit-into-frame.ts';
import { type WatchableRoom, WatchedRoom, type WatchedRoomOptions } from './watched-room.ts';

const TOKEN_MS = 60_000;
/** Pause before a room that failed or ended is joined again: requests come every half second. */
const REJOIN_PAUSE_MS = 3000;
/** Ended rooms are remembered until their requests stop: more than the walls of several apis show. */
const ROOMS_KEPT_MAX = 256;
const EXPIRY_MS = 1000;
/** Bound of an answer, with a margin for the frame's overhead. */
const ANSWER_BYTES_MAX = limits.controlFrameBytesMax - 64 * 1024;

export type WatchOpening = Parameters<WatchedRoomOptions['openRoom']>[0] & Pick<RoomTracksOptions, 'token'>;

export interface WatchingOptions extends Pick<WatchedRoomOptions, 'supervisor' | 'opus'> {
  readonly tokens: Pick<Tokens, 'mint'>;
  readonly keys: Pick<TenantKeys, 'forRooms'>;
  /** Id of this recorder, which makes its sessions' identities unique in a room. */
  readonly nodeId: string;
  /** Rooms watched at once; 0 for none. */
  readonly roomsMax: number;
  openRoom(o: WatchOpening): Promise<WatchableRoom>;
  readonly clock: Clock;
  readonly log: Logger;
}

export type RoomRequest = Pick<wire.RoomWatch, 'roomKey' | 'fence' | 'withPicture' | 'seenSeq'>;

interface WatchState {
  /** Undefined if it is over, or cannot be watched. */
  room: WatchedRoom | undefined;
  untilMs: number;
  /** Reason why it is not watched; `''` if it is over. */
  code: string;
  againMs: number;
}

export class Watching {
  readonly #o: WatchingOptions;
  readonly #watches = new Map<string, WatchState>();
  readonly #timer: Timer;
  readonly #closing = new Set<Promise<void>>();
  #pictures = 0;
  #isDraining = false;
  #isClosed = false;

  constructor(o: WatchingOptions) {
    this.#o = o;
    this.#timer = o.clock.every(EXPIRY_MS, () => this.#expire());
  }

  get size(): number {
    return [...this.#watches.values()].filter(({ room }) => room !== undefined).length;
  }
  get pictures(): number {
    return this.#pictures;
  }

  serveOn(link: Link): void {
    serve(link, rpc.watchRooms, ({ rooms }) => ({ rooms: this.answer(rooms.map(requestFrom)) }));
  }

  /**
   * Returns the present state and picture of each room, in order, for as many rooms as fit into a frame. Begins and
   * extends watches. A room that is not watched is `refused` with a code: OVERLOADED beyond the bound, SHUTTING_DOWN
   * during a drain or close, or the error of the join; or `over` without people. Throws REQUEST_INVALID for more than
   * 32 rooms, or invalid names.
   */
  answer(rooms: readonly RoomRequest[]) {
    if (rooms.length > watchedRoomsMax) throw new MeridianError('REQUEST_INVALID', `${rooms.length} rooms`);
    for (const { roomKey, fence } of rooms)
      if (partsOfRoomKey(roomKey) === undefined || !isFence(fence))
        throw new MeridianError('REQUEST_INVALID', 'room or fence is invalid');
    const seen = new Map(rooms.map(({ roomKey, seenSeq }) => [roomKey, seenSeq]));
    return fitIntoFrame(
      rooms.map((one) => this.#answer(one)),
      {
        bytesMax: ANSWER_BYTES_MAX,
        bytesOf: (room) => wire.WatchedRoom.encode(room).len,
        without: (room) => Object.assign({}, room, { picture: null, seq: seen.get(room.roomKey ?? '') ?? 0 }),
      },
    );
  }

  /** Starts or stops a drain, during which no room is watched. */
  drain(isDraining: boolean): void {
    this.#isDraining = isDraining;
    if (isDraining) this.#endAll();
  }

  /** Ends all watches for good; resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.cancel();
    this.#endAll();
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  #answer(request: RoomRequest): wire.WatchedRoom.$Properties {
    const { roomKey, fence } = request;
    if (this.#isDraining || this.#isClosed) return { roomKey, state: 'refused', code: 'SHUTTING_DOWN' };
    const nowMs = this.#o.clock.nowMs();
    let known = this.#watches.get(roomKey);
    if (known?.room === undefined && nowMs >= (known?.againMs ?? 0)) {
      const isFull = this.size >= this.#o.roomsMax || (known === undefined && this.#watches.size >= ROOMS_KEPT_MAX);
      if (isFull) return { roomKey, state: 'refused', code: 'OVERLOADED' };
      known = this.#begin(roomKey, fence);
    }
    if (known === undefined) return { roomKey, state: 'refused', code: 'OVERLOADED' };
    known.untilMs = nowMs + WATCH_KEPT_MS;
    if (known.room !== undefined) return known.room.answer(request);
    return { roomKey, state: known.code === '' ? 'over' : 'refused', code: known.code };
  }

  #begin(roomKey: string, fence: string): WatchState {
    const { tokens, keys, nodeId, supervisor, opus, clock, log } = this.#o;
    const { tenant, room } = partsOfRoomKey(roomKey) ?? { tenant: '', room: '' };
    const identity = watcherIdentity(nodeId);
    const rights = { canPublish: false, canSubscribe: true, hidden: true };
    /** Each join looks up the key, so that a revoked key is replaced by another of the tenant. */
    const token = async (): Promise<string> => {
      const { key } = await keys.forRooms(tenant, fence);
      return tokens.mint(key, { identity, name: '', room, fence, lifetimeMs: TOKEN_MS, ...rights });
    };
    const watch: WatchState = { room: undefined, untilMs: 0, code: '', againMs: 0 };
    this.#watches.set(roomKey, watch);
    watch.room = new WatchedRoom({
      roomKey,
      supervisor,
      opus,
      clock,
      log,
      openRoom: async (o) => {
        await keys.forRooms(tenant, fence);
        return this.#o.openRoom(Object.assign({ token }, o));
      },
      onPicture: () => {
        this.#pictures += 1;
      },
      onEnded: (code) => {
        this.#end(watch);
        watch.code = code === 'ROOM_ENDED' ? '' : code;
        watch.againMs = clock.nowMs() + REJOIN_PAUSE_MS;
        log.info({ roomKey, code }, 'a room is watched no more');
      },
    });
    log.info({ roomKey }, 'a room is watched');
    return watch;
  }

  #expire(): void {
    const nowMs = this.#o.clock.nowMs();
    for (const [roomKey, watch] of this.#watches) {
      if (watch.untilMs > nowMs) continue;
      this.#watches.delete(roomKey);
      this.#end(watch);
    }
  }

  #endAll(): void {
    for (const watch of this.#watches.values()) this.#end(watch);
    this.#watches.clear();
  }

  #end(watch: WatchState): void {
    if (watch.room === undefined) return;
    const closing = watch.room.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    watch.room = undefined;
  }
}

const requestFrom = ({ roomKey, fence, withPicture, seenSeq }: wire.RoomWatch.$Properties): RoomRequest => ({
  roomKey: roomKey ?? '',
  fence: fence ?? '',
  withPicture: withPicture === true,
  seenSeq: seenSeq ?? 0,
});
