// Live rooms of the wall: an API stream, reopened when it ends or falls silent.
import { Store } from '../../room/store.ts';
import type { EventStream } from '../ports.ts';
import type { WallRoom } from '../types.ts';
import { keyOf } from './core/tiles.ts';

/** Silence after which the stream is reopened. Each room has two events a second. */
export const SILENT_MS = 10_000;
/** Shortest and longest pause before a retry. Each failed attempt doubles the pause. */
export const RETRY_MS = { least: 1000, most: 30_000 } as const;
/** Interval at which events of all rooms are rendered together, however many there are. */
export const DRAWN_EVERY_MS = 250;
const CLOSED = 2;

export interface LiveWall {
  /** Rooms by `keyOf`; a room is absent before its first event. */
  readonly rooms: ReadonlyMap<string, WallRoom>;
  /** Values for `src` of an image, by `keyOf`. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly isOpen: boolean;
}
const emptyWall: LiveWall = { rooms: new Map(), pictures: new Map(), isOpen: true };

export interface WallFeedPorts {
  open(): EventStream;
  /** Returns the time of a monotonic clock. */
  nowMs(): number;
  /** Calls `then` repeatedly; returns a function that stops it. */
  every(ms: number, then: () => void): () => void;
  readonly pictureEveryMs: number;
  /** Called when the API refuses the stream, so that the page checks its session. */
  onRefused(): void;
}

/** Keeps the state of the shown rooms current until `close`, which is idempotent. */
export class WallFeed {
  readonly state = new Store<LiveWall>(emptyWall);
  readonly #ports: WallFeedPorts;
  readonly #rooms = new Map<string, WallRoom>();
  readonly #pictures = new Map<string, { readonly source: string; readonly atMs: number }>();
  #stream: EventStream | undefined;
  #isChanged = false;
  #lastEventMs: number;
  #retryAtMs: number | undefined;
  #retryMs: number = RETRY_MS.least;
  readonly #stopTimer: () => void;

  constructor(ports: WallFeedPorts) {
    this.#ports = ports;
    this.#lastEventMs = ports.nowMs();
    this.#stopTimer = ports.every(DRAWN_EVERY_MS, () => this.#tick());
    this.#open();
  }

  close(): void {
    this.#stopTimer();
    this.#closeStream();
    this.#retryAtMs = undefined;
  }

  #open(): void {
    this.#closeStream();
    this.#retryAtMs = undefined;
    this.#lastEventMs = this.#ports.nowMs();
    const stream = this.#ports.open();
    this.#stream = stream;
    stream.addEventListener('room', ({ data }) => {
      // Ignores events of an earlier stream.
      if (this.#stream === stream) this.#applyRoom(JSON.parse(data) as WallRoom);
    });
    stream.onerror = () => {
      // In other states the browser reconnects by itself.
      if (this.#stream !== stream || stream.readyState !== CLOSED) return;
      this.#scheduleRetry();
      this.#ports.onRefused();
    };
  }

  #applyRoom({ picture, ...room }: WallRoom): void {
    const key = keyOf(room);
    const nowMs = this.#ports.nowMs();
    this.#lastEventMs = nowMs;
    this.#retryMs = RETRY_MS.least;
    this.#isChanged = true;
    const isFirst = !this.#rooms.has(key);
    this.#rooms.set(key, room);
    const shown = this.#pictures.get(key);
    // Pictures of rooms that are no longer visible are removed.
    if (room.state === 'refused' || room.state === 'over' || room.code !== '') this.#pictures.delete(key);
    else if (picture !== undefined && nowMs - (shown?.atMs ?? Number.NEGATIVE_INFINITY) >= this.#ports.pictureEveryMs)
      this.#pictures.set(key, { source: `data:image/jpeg;base64,${picture}`, atMs: nowMs });
    if (isFirst) this.#publishState();
  }

  #tick(): void {
    const nowMs = this.#ports.nowMs();
    if (this.#retryAtMs !== undefined && nowMs >= this.#retryAtMs) this.#open();
    else if (this.#stream !== undefined && nowMs - this.#lastEventMs >= SILENT_MS) this.#scheduleRetry();
    if (this.#isChanged || this.state.get().isOpen !== (this.#stream !== undefined)) this.#publishState();
  }

  #publishState(): void {
    this.#isChanged = false;
    const isOpen = this.#stream !== undefined;
    const pictures = new Map([...this.#pictures].map(([key, { source }]) => [key, source]));
    this.state.set({ rooms: new Map(this.#rooms), pictures, isOpen });
  }

  #scheduleRetry(): void {
    this.#closeStream();
    this.#retryAtMs = this.#ports.nowMs() + this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS.most, 2 * this.#retryMs);
  }

  #closeStream(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
