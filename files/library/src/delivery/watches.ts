// Playbacks as players report them; the newest report is kept until an api has it.
import type { ApiLinks } from '@meridian/node-shell';
import { MeridianError, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { WatchReport } from '../core/watch.ts';

/** Interval of hand-overs: a playback costs an api at most one row in this time, however often its player reports. */
export const HAND_OVER_MS = 2000;
/** Half a megabyte at most; an api accepts no larger batch. */
export const BATCH_MAX = 500;
/** Bound of the playbacks that wait for an api: 20 MB. */
export const PENDING_MAX = 20_000;
/** Limit of a call, in which an api writes the reports into its database. */
const ANSWER_MS = 10_000;
/** Time limit of the last hand-over during the close of the node, whose next step may take as long. */
const LAST_HAND_OVER_MS = 3000;
/** Bound of known playbacks, of 200 bytes each; the playback that is silent for longest is forgotten. */
export const KNOWN_MAX = 50_000;
/** A player reports every 30 s, so three reports may be lost. */
export const SILENT_MS = 100_000;
/** A playback that was paused for longer counts as unknown when it continues. */
const FORGOTTEN_MS = 900_000;
/** A playback that is older at its first report here has begun at another node, or before this one started. */
export const START_MS = 120_000;

export interface WatchCounts {
  started(): void;
  stalled(ms: number): void;
  /** `full`: the bound evicted them; `refused`: an api does not accept them. */
  dropped(why: 'full' | 'refused', count: number): void;
}

export interface Watcher {
  readonly tenant: string;
  readonly contentId: string;
  /** `''` when the link names none. */
  readonly item: string;
  /** `''` when the link names none. */
  readonly viewer: string;
}

export interface WatchesOptions {
  readonly api: Pick<ApiLinks, 'call' | 'onLink'>;
  readonly counts: WatchCounts;
  readonly clock: Clock;
  readonly log: Logger;
}

interface KnownPlayback {
  seq: number;
  stalledMs: number;
  hasEnded: boolean;
  reportedMs: number;
}

export interface TakeResult {
  readonly isStart: boolean;
}

export class Watches {
  readonly #o: WatchesOptions;
  readonly #timer: Timer;
  /** Ordered by the time of the latest report. */
  readonly #known = new Map<string, KnownPlayback>();
  /** Ordered by the beginning of the wait. */
  readonly #pending = new Map<string, wire.LibraryWatch.$Properties>();
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #isFailing = false;

  constructor(o: WatchesOptions) {
    this.#o = o;
    this.#timer = o.clock.every(HAND_OVER_MS, () => void this.handOver());
    // `onLink` fires before the link serves calls.
    o.api.onLink(() => queueMicrotask(() => void this.handOver()));
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** Number of playbacks with a recent report that have not ended. */
  get underWay(): number {
    const sinceMs = this.#o.clock.nowMs() - SILENT_MS;
    let count = 0;
    for (const { hasEnded, reportedMs: heardMs } of this.#known.values())
      if (!hasEnded && heardMs >= sinceMs) count += 1;
    return count;
  }

  /** Returns whether this node has had a report of the playback lately. */
  isKnown({ tenant }: Pick<Watcher, 'tenant'>, { id }: Pick<WatchReport, 'id'>): boolean {
    return this.#known.has(keyOf(tenant, id));
  }

  /** Takes a report; an older or repeated `seq` changes nothing. Throws SHUTTING_DOWN. */
  take(watcher: Watcher, report: WatchReport): TakeResult {
    if (this.#closing !== undefined) throw new MeridianError('SHUTTING_DOWN');
    const key = keyOf(watcher.tenant, report.id);
    const before = this.#known.get(key);
    if (before !== undefined && report.seq <= before.seq) return { isStart: false };
    const isStart = before === undefined && report.agoMs <= START_MS;
    const { counts, clock } = this.#o;
    if (isStart) counts.started();
    // The node on which the playback began has counted its earlier stalls.
    const stalledBeforeMs = before?.stalledMs ?? (isStart ? 0 : report.stalledMs);
    counts.stalled(Math.max(0, report.stalledMs - stalledBeforeMs));
    this.#remember(key, {
      seq: report.seq,
      stalledMs: Math.max(stalledBeforeMs, report.stalledMs),
      hasEnded: report.hasEnded,
      reportedMs: clock.nowMs(),
    });
    this.#enqueue(key, messageOf(watcher, report, clock.wallMs()));
    return { isStart };
  }

  /** Hands the pending reports to an api, or joins a running hand-over. Never rejects. */
  async handOver(): Promise<void> {
    this.#running ??= this.#handOverAll().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Accepts no more reports and hands over the pending ones. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    const { clock, log } = this.#o;
    this.#timer.cancel();
    // This may run beside a hand-over that an api delays; a repeated report is harmless.
    await this.#handOverAll(clock.nowMs() + LAST_HAND_OVER_MS);
    const { size } = this.#pending;
    if (size > 0) log.warn({ watches: size }, 'playbacks are lost: no api has received them');
    this.#pending.clear();
    this.#known.clear();
  }

  #remember(key: string, known: KnownPlayback): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    const sinceMs = known.reportedMs - FORGOTTEN_MS;
    for (const [other, { reportedMs: heardMs }] of this.#known) {
      if (heardMs >= sinceMs && this.#known.size <= KNOWN_MAX) break;
      this.#known.delete(other);
    }
  }

  /** A waiting playback keeps its place: later reports cover the whole playback again. */
  #enqueue(key: string, message: wire.LibraryWatch.$Properties): void {
    this.#pending.set(key, message);
    if (this.#pending.size <= PENDING_MAX) return;
    const [first] = this.#pending.keys();
    if (first !== undefined && this.#pending.delete(first)) this.#o.counts.dropped('full', 1);
  }

  async #handOverAll(endMs = Number.POSITIVE_INFINITY): Promise<void> {
    const keys = [...this.#pending.keys()]; // newer reports arrive meanwhile
    if (keys.length === 0) return;
    const { clock, log } = this.#o;
    try {
      for (let at = 0; at < keys.length; at += BATCH_MAX) {
        const leftMs = Math.max(1, Math.min(ANSWER_MS, endMs - clock.nowMs()));
        await this.#handOverBatch(keys.slice(at, at + BATCH_MAX), leftMs);
      }
      if (this.#isFailing) log.info('playbacks are handed over again');
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err, watches: this.#pending.size }, 'playbacks could not be handed over yet');
      this.#isFailing = true;
    }
  }

  async #handOverBatch(keys: readonly string[], deadlineMs: number): Promise<void> {
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
      // The api would refuse the batch each time and so block all later ones.
      log.error({ err, watches: batch.size }, 'an api refuses playbacks of this node');
      counts.dropped('refused', batch.size);
    }
    for (const [key, message] of batch) if (this.#pending.get(key) === message) this.#pending.delete(key);
  }
}

const keyOf = (tenant: string, id: string): string => `${tenant}/${id}`;

function messageOf(
  { tenant, contentId, item, viewer }: Watcher,
  report: WatchReport,
  wallMs: number,
): wire.LibraryWatch.$Properties {
  const { agoMs, qualities, ...own } = report;
  const times = { startedWallMs: wallMs - agoMs, lastWallMs: wallMs };
  const names = { tenant, contentId, itemId: item, viewer };
  return Object.assign(own, names, times, { qualities: [...qualities] });
}
