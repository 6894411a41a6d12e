// Live world state: an API stream, reopened when it ends, misses a change or falls silent.
import { Store } from '../room/store.ts';
import { changedWorld, type WorldState, worldState } from './core/world-state.ts';
import type { EventStream } from './ports.ts';
import type { World, WorldChange } from './types.ts';

/** Silence after which the stream is reopened. Changes come every 2 s, so ten are missing by then. */
export const SILENT_MS = 20_000;
/** Shortest and longest pause before a retry. Each failed attempt doubles the pause. */
export const RETRY_MS = { least: 1000, most: 30_000 } as const;
const TICK_MS = 1000;
const CLOSED = 2;

export interface ConsoleWorld {
  /** Latest state; undefined before the first. */
  readonly world: WorldState | undefined;
  /** Time since the last event. */
  readonly silentMs: number;
  readonly isOpen: boolean;
}

export interface FeedPorts {
  open(): EventStream;
  /** Returns the time of a monotonic clock. */
  nowMs(): number;
  /** Calls `then` repeatedly; returns a function that stops it. */
  every(ms: number, then: () => void): () => void;
  /** Called when the API refuses the stream, so that the page checks its session. */
  onRefused(): void;
}

/** Keeps the world state current until `close`, which is idempotent. */
export class WorldFeed {
  readonly state = new Store<ConsoleWorld>({ world: undefined, silentMs: 0, isOpen: true });
  readonly #ports: FeedPorts;
  #stream: EventStream | undefined;
  /** Time of the last event, or of the first attempt. */
  #lastEventMs: number;
  #openedMs = 0;
  #retryAtMs: number | undefined;
  #retryMs: number = RETRY_MS.least;
  readonly #stopTimer: () => void;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
    this.#lastEventMs = ports.nowMs();
    this.#stopTimer = ports.every(TICK_MS, () => this.#tick());
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
    this.#openedMs = this.#ports.nowMs();
    const stream = this.#ports.open();
    this.#stream = stream;
    const listen = <T>(name: string, apply: (value: T) => WorldState | undefined): void =>
      stream.addEventListener(name, ({ data }) => {
        // Ignores events of an earlier stream.
        if (this.#stream === stream) this.#applyWorld(apply(JSON.parse(data) as T));
      });
    listen<World>('world', worldState);
    listen<WorldChange>('change', (change) => {
      const { world } = this.state.get();
      return world && changedWorld(world, change);
    });
    stream.onerror = () => {
      if (this.#stream !== stream) return;
      this.#publishState();
      // In other states the browser reconnects by itself.
      if (stream.readyState !== CLOSED) return;
      this.#closeStream();
      this.#scheduleRetry();
      this.#ports.onRefused();
    };
  }

  /** Publishes a world. Undefined means that a change is missing: then the stream is opened again. */
  #applyWorld(world: WorldState | undefined): void {
    if (world === undefined) {
      this.#closeStream();
      this.#scheduleRetry();
      return;
    }
    this.#lastEventMs = this.#ports.nowMs();
    this.#retryMs = RETRY_MS.least;
    this.state.set({ world, silentMs: 0, isOpen: true });
  }

  #tick(): void {
    const nowMs = this.#ports.nowMs();
    if (this.#retryAtMs !== undefined && nowMs >= this.#retryAtMs) this.#open();
    else if (this.#stream !== undefined && nowMs - Math.max(this.#lastEventMs, this.#openedMs) >= SILENT_MS) {
      this.#closeStream();
      this.#scheduleRetry();
    }
    this.#publishState();
  }

  #scheduleRetry(): void {
    this.#retryAtMs = this.#ports.nowMs() + this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS.most, 2 * this.#retryMs);
  }

  #publishState(): void {
    const { world, silentMs, isOpen } = this.state.get();
    const next = { silentMs: Math.max(0, this.#ports.nowMs() - this.#lastEventMs), isOpen: this.#stream !== undefined };
    const isSame = Math.floor(next.silentMs / 1000) === Math.floor(silentMs / 1000) && next.isOpen === isOpen;
    if (!isSame) this.state.set({ world, ...next });
  }

  #closeStream(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
