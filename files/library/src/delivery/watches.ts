// Playbacks as players say them: the newest of each is kept until an api has it.
import type { ApiLinks } from '@meridian/node-shell';
import { MeridianError, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { WatchSaid } from '../core/watch.ts';

/** What a playback costs an api: one row in this time, however often its player speaks. */
export const HAND_OVER_MS = 2000;
/** Half a megabyte at most; an api takes no more at once. */
export const BATCH_MAX = 500;
/** Playbacks that no api has heard of: 20 MB at most. */
export const PENDING_MAX = 20_000;
/** An api writes them into its database. */
const ANSWER_MS = 10_000;
/** A node that stops waits for no longer: the next step of its end may take as long. */
const LAST_MS = 3000;
/** Playbacks that may be under way, of 200 bytes each; the one that was silent longest is forgotten. */
export const KNOWN_MAX = 50_000;
/** A player that plays speaks each 30 s: three of its messages are lost. */
export const SILENT_MS = 100_000;
/** One that was paused for longer is not known any more when it goes on. */
const FORGOTTEN_MS = 900_000;
/** A playback that is older when it is first heard of began before this node did. */
export const START_MS = 120_000;

export interface WatchCounts {
  started(): void;
  stalled(ms: number): void;
  /** `full`: another one needed the place; `refused`: an api does not take them. */
  dropped(why: 'full' | 'refused', count: number): void;
}

/** Whose link it is. */
export interface Watcher {
  readonly tenant: string;
  readonly contentId: string;
  /** '': the link names none. */
  readonly item: string;
  /** '': the link names none. */
  readonly viewer: string;
}

export interface WatchesOptions {
  readonly api: Pick<ApiLinks, 'call' | 'onLink'>;
  readonly counts: WatchCounts;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Known {
  seq: number;
  stalledMs: number;
  hasEnded: boolean;
  /** Of the clock. */
  heardMs: number;
}

/** What a message was. */
export interface Taken {
  /** The playback began just now, and was not heard of before. */
  readonly isStart: boolean;
}

export class Watches {
  readonly #o: WatchesOptions;
  readonly #timer: Timer;
  /** In the order in which they were heard of last. */
  readonly #known = new Map<string, Known>();
  /** In the order in which they have waited. */
  readonly #pending = new Map<string, wire.LibraryWatch.$Properties>();
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isFailing = false;

  constructor(o: WatchesOptions) {
    this.#o = o;
    this.#timer = o.clock.every(HAND_OVER_MS, () => void this.handOver());
    // A link is heard of before it is served.
    o.api.onLink(() => queueMicrotask(() => void this.handOver()));
  }

  /** Playbacks that no api has yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Playbacks that were heard of lately and have not ended. */
  get underWay(): number {
    const sinceMs = this.#o.clock.nowMs() - SILENT_MS;
    let count = 0;
    for (const { hasEnded, heardMs } of this.#known.values()) if (!hasEnded && heardMs >= sinceMs) count += 1;
    return count;
  }

  /** A message that is not newer than the last one changes nothing. Throws SHUTTING_DOWN. */
  take(watcher: Watcher, said: WatchSaid): Taken {
    if (this.#closing !== undefined) throw new MeridianError('SHUTTING_DOWN');
    const key = `${watcher.tenant}/${said.id}`;
    const before = this.#known.get(key);
    if (before !== undefined && said.seq <= before.seq) return { isStart: false };
    const isStart = before === undefined && said.agoMs <= START_MS;
    const { counts, clock } = this.#o;
    if (isStart) counts.started();
    // Of one that began elsewhere, what was before was counted there.
    const heldBeforeMs = before?.stalledMs ?? (isStart ? 0 : said.stalledMs);
    counts.stalled(Math.max(0, said.stalledMs - heldBeforeMs));
    this.#know(key, {
      seq: said.seq,
      stalledMs: Math.max(heldBeforeMs, said.stalledMs),
      hasEnded: said.hasEnded,
      heardMs: clock.nowMs(),
    });
    this.#keep(key, messageOf(watcher, said, clock.wallMs()));
    return { isStart };
  }

  /** Hands over what is kept, unless that is going on. Never rejects: what no api takes now is kept. */
  async handOver(): Promise<void> {
    this.#running ??= this.#all().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Takes no more, and hands over what is kept, as far as an api is there. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#last();
    return this.#closing;
  }

  async #last(): Promise<void> {
    const { clock, log } = this.#o;
    this.#timer.cancel();
    // Beside one that an api keeps waiting: the same twice is fine.
    await this.#all(clock.nowMs() + LAST_MS);
    const { size } = this.#pending;
    if (size > 0) log.warn({ watches: size }, 'playbacks are lost: no api has heard of them');
    this.#pending.clear();
    this.#known.clear();
  }

  #know(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    const sinceMs = known.heardMs - FORGOTTEN_MS;
    for (const [other, { heardMs }] of this.#known) {
      if (heardMs >= sinceMs && this.#known.size <= KNOWN_MAX) break;
      this.#known.delete(other);
    }
  }

  /** The place of one that waits already stays: its player says the whole again, as long as it plays. */
  #keep(key: string, message: wire.LibraryWatch.$Properties): void {
    this.#pending.set(key, message);
    if (this.#pending.size <= PENDING_MAX) return;
    const [first] = this.#pending.keys();
    if (first !== undefined && this.#pending.delete(first)) this.#o.counts.dropped('full', 1);
  }

  async #all(endMs = Number.POSITIVE_INFINITY): Promise<void> {
    const keys = [...this.#pending.keys()]; // each once, though newer messages come meanwhile
    if (keys.length === 0) return;
    const { clock, log } = this.#o;
    try {
      for (let at = 0; at < keys.length; at += BATCH_MAX) {
        const leftMs = Math.max(1, Math.min(ANSWER_MS, endMs - clock.nowMs()));
        await this.#some(keys.slice(at, at + BATCH_MAX), leftMs);
      }
      if (this.#isFailing) log.info('playbacks are handed over again');
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err, watches: this.#pending.size }, 'playbacks could not be handed over yet');
      this.#isFailing = true;
    }
  }

  async #some(keys: readonly string[], deadlineMs: number): Promise<void> {
    const batch = new Map(
      keys.flatMap((key) => {
        const message = this.#pending.get(key);
        return message === undefined ? [] : [[key, message] as const];
      }),
    );
    if (batch.size === 0) return;
    const { api, counts, log } = this.#o;
    try {
      await api.call(rpc.libraryWatched, { watches: [...batch.values()] }, deadlineMs);
    } catch (err) {
      if (!(err instanceof MeridianError) || err.code !== 'REQUEST_INVALID') throw err;
      // It would be refused again and again, before all others.
      log.error({ err, watches: batch.size }, 'an api does not take playbacks of this node');
      counts.dropped('refused', batch.size);
    }
    for (const [key, message] of batch) if (this.#pending.get(key) === message) this.#pending.delete(key);
  }
}

function messageOf(
  { tenant, contentId, item, viewer }: Watcher,
  said: WatchSaid,
  wallMs: number,
): wire.LibraryWatch.$Properties {
  const { agoMs, qualities, ...own } = said;
  const times = { startedWallMs: wallMs - agoMs, lastWallMs: wallMs };
  const names = { tenant, contentId, itemId: item, viewer };
  return Object.assign(own, names, times, { qualities: [...qualities] });
}
