// Fetches the missing blocks of a content, each block once for all callers.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Source } from '../contract.ts';
import { blockCount, blockRange } from '../core/blocks.ts';
import { SinkError } from '../sinks/sink.ts';
import { diskError } from './disk.ts';
import { SerialQueue } from './serial-queue.ts';
import { type Request, type SourceClient, SourceError } from './source.ts';
import type { StoredContent } from './stored-content.ts';
import type { Supply } from './types.ts';

/** Sources are listed again after this time, and when none of them delivers. */
const SOURCES_MS = 30_000;
/** Time for which a failed source is the last choice; it doubles with each failure. */
const BACKOFF_MS = { first: 1000, most: 60_000 } as const;
/**
 * A source that delivers fewer than `bytes` in `ms` is abandoned if another is usable; it is last choice for `awayMs`.
 * When all are slow, the network is the cause, and each is abandoned once.
 */
const SLOW_SOURCE = { ms: 15_000, bytes: 15 * 64_000, awayMs: 3_600_000 } as const;
/**
 * A source that sent a wrong block or wrong hashes is barred, each time for twice as long. The first bar ends before a
 * delivery's retries do, as the only source may have had one bad moment.
 */
const BARRED_MS = { first: 60_000, most: 3_600_000 } as const;
/** Time limit for the head of an answer, and for all block hashes of a content: 512 kB for 128 GiB. */
const ANSWER_MS = 30_000;
/** Retries of a block after sources that delivered before have all failed, as in an interruption of the network. */
const RETRY = { rounds: 3, ms: 1000 } as const;
/**
 * The transfer of a block continues for this time after its callers have left. Over a slow network, callers give up
 * before a block is complete and ask again, so that restarts would never finish it.
 */
const ORPHANED_MS = 60_000;

export interface BlockDemand {
  readonly supply: Supply;
  readonly blocks: readonly number[];
  /** True when a reader waits: the blocks come before those of other callers. */
  readonly isUrgent: boolean;
  mayGoOn?(): Promise<void>;
  onBlock?(number: number, bytes: number, isFromNeighbour: boolean): void;
}

interface PendingDemand extends BlockDemand {
  readonly done: PromiseWithResolvers<void>;
  readonly missing: Set<number>;
  permit: 'none' | 'asked' | 'given';
}

/** SOURCE_GONE for one caller: its token is refused, or its list of sources fails. Other callers continue. */
class CallerSourceGone extends SinkError {}

interface Backoff {
  untilMs: number;
  forMs: number;
}

export interface BlockFetcherOptions {
  readonly content: StoredContent;
  readonly client: SourceClient;
  readonly parallel: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export class BlockFetcher {
  readonly #o: BlockFetcherOptions;
  readonly #pending = new Set<PendingDemand>();
  readonly #running = new Map<number, Promise<void>>();
  readonly #backoffs = new Map<string, Backoff>();
  readonly #barred = new Map<string, Backoff>();
  /** Sources that refuse the token or pass of a caller, by the caller's supply. */
  readonly #refused = new WeakMap<Supply, Set<string>>();
  #end = new AbortController();
  #stopTimer: Timer | undefined;
  #hasDelivered = false;
  #sources: { readonly list: readonly Source[]; readonly atMs: number } | undefined;
  readonly #listQueue = new SerialQueue();
  readonly #hashQueue = new SerialQueue();

  constructor(o: BlockFetcherOptions) {
    this.#o = o;
  }

  get isBusy(): boolean {
    return this.#pending.size > 0 || this.#running.size > 0;
  }

  /**
   * Resolves when the demanded blocks are present. Rejects with SOURCE_GONE, the signal's reason, or as the disk does.
   */
  async requireBlocks(demand: BlockDemand, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { content } = this.#o;
    const missing = new Set(demand.blocks.filter((number) => !content.has(number)));
    if (missing.size === 0) return;
    const pendingDemand: PendingDemand = Object.assign({}, demand, {
      missing,
      done: Promise.withResolvers<void>(),
      permit: 'none' as const,
    });
    const leave = (): void => pendingDemand.done.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    this.#pending.add(pendingDemand);
    this.#stopTimer?.cancel();
    this.#startBlocks();
    try {
      await pendingDemand.done.promise;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#pending.delete(pendingDemand);
      if (this.#pending.size === 0 && this.#running.size > 0)
        this.#stopTimer = this.#o.clock.after(ORPHANED_MS, () => this.#stop());
    }
  }

  /** Resolves when no block is being written. All callers must have left. Idempotent. */
  async close(): Promise<void> {
    this.#stopTimer?.cancel();
    this.#stop();
    await Promise.allSettled([...this.#running.values()]);
  }

  #stop(): void {
    this.#end.abort();
    this.#end = new AbortController();
  }

  #startBlocks(): void {
    while (this.#running.size < this.#o.parallel) {
      const found = this.#pick();
      if (found === undefined) return;
      const { demand, number } = found;
      const run = this.#deliver(demand, number).finally(() => {
        this.#running.delete(number);
        if (this.#running.size === 0) this.#stopTimer?.cancel();
        this.#startBlocks();
      });
      this.#running.set(number, run);
    }
  }

  #pick(): { readonly demand: PendingDemand; readonly number: number } | undefined {
    const ordered = [...this.#pending].sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent));
    for (const demand of ordered)
      for (const number of demand.missing) {
        if (this.#running.has(number)) continue;
        if (!this.#isPermitted(demand)) break;
        demand.permit = 'none';
        return { demand, number };
      }
    return undefined;
  }

  /** Asks `mayGoOn` once and returns false until it resolves, so that a waiting caller occupies no place. */
  #isPermitted(demand: PendingDemand): boolean {
    if (demand.mayGoOn === undefined || demand.permit === 'given') return true;
    if (demand.permit === 'asked') return false;
    demand.permit = 'asked';
    demand.mayGoOn().then(
      () => {
        demand.permit = 'given';
        if (this.#pending.has(demand)) this.#startBlocks();
      },
      (error: unknown) => demand.done.reject(error),
    );
    return false;
  }

  /**
   * Never rejects: a failure rejects the callers that waited when the fetch began; later ones cause another fetch.
   */
  async #deliver(demand: PendingDemand, number: number): Promise<void> {
    const { signal } = this.#end;
    const waiting = [...this.#pending].filter(({ missing }) => missing.has(number));
    try {
      const source = await this.#fetch(demand, number, signal);
      this.#hasDelivered = true;
      const { bytes } = blockRange(this.#o.content, number);
      for (const one of this.#pending) {
        if (!one.missing.delete(number)) continue;
        one.onBlock?.(number, bytes, source.kind === 'neighbour');
        if (one.missing.size === 0) one.done.resolve();
      }
    } catch (error) {
      if (signal.aborted) return;
      for (const one of error instanceof CallerSourceGone ? [demand] : waiting) {
        this.#pending.delete(one);
        one.done.reject(error);
      }
    }
  }

  /** Tries one source after another, and all of them again if any had delivered before. */
  async #fetch({ supply }: PendingDemand, number: number, signal: AbortSignal): Promise<Source> {
    const { content, log } = this.#o;
    const tried = new Set<string>();
    const statuses: number[] = [];
    for (let round = 1; ; ) {
      const source = await this.#nextSource(supply, tried);
      if (source === undefined) {
        if (!this.#hasDelivered || round > RETRY.rounds || isFinal(statuses)) throw sourceGoneOf(statuses);
        round += 1;
        await this.#pause(signal);
        tried.clear();
        statuses.length = 0;
        continue;
      }
      tried.add(source.base);
      try {
        await this.#hashQueue.run(() => this.#fetchHashes(source, supply, { signal, tried }));
        if (await this.#download(source, number, { supply, signal, tried })) {
          this.#backoffs.delete(source.base);
          return source;
        }
        log.warn({ source: source.base, content: content.spec.content, number }, 'a source gave a wrong block');
        this.#bar(source.base);
        statuses.push(200);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SourceError)) throw diskError(error);
        statuses.push(error.status);
        log.debug({ err: error, source: source.base, content: content.spec.content }, 'a source gives no block');
        if (isRefusal(error.status)) this.#refusedTo(supply).add(source.base);
        else this.#backOff(source.base, BACKOFF_MS.first);
      }
    }
  }

  async #download(
    source: Source,
    number: number,
    o: { readonly supply: Supply; readonly signal: AbortSignal; readonly tried: ReadonlySet<string> },
  ): Promise<boolean> {
    const { content, client, clock } = this.#o;
    const { supply } = o;
    const slow = new AbortController();
    let receivedBytes = 0;
    const onBytes = (bytes: number): void => {
      receivedBytes += bytes;
    };
    const signal = AbortSignal.any([o.signal, slow.signal]);
    const rangeRequest = Object.assign({ onBytes }, blockRange(content, number));
    const pieces = await this.#withAnswerLimit(source, { credentials: supply, signal }, (request) =>
      client.range(source, content.spec.content, Object.assign(request, rangeRequest)),
    );
    const timer = clock.every(SLOW_SOURCE.ms, () => {
      const isSlow = receivedBytes < SLOW_SOURCE.bytes;
      receivedBytes = 0;
      if (!isSlow || !this.#usableSources(supply, o.tried).some(({ isLast }) => !isLast)) return;
      this.#backOff(source.base, SLOW_SOURCE.awayMs);
      slow.abort();
    });
    try {
      return await content.writeBlock(number, pieces);
    } finally {
      timer.cancel();
    }
  }

  /** Aborts a request that exceeds ANSWER_MS; its source is then the last choice. */
  async #withAnswerLimit<T>(
    { base }: Source,
    { credentials, signal }: Pick<Request, 'credentials' | 'signal'>,
    ask: (request: Request) => Promise<T>,
  ): Promise<T> {
    const answerLimit = new AbortController();
    let timer: Timer | undefined;
    const onAsked = (): void => {
      timer = this.#o.clock.after(ANSWER_MS, () => {
        this.#backOff(base, SLOW_SOURCE.awayMs);
        answerLimit.abort();
      });
    };
    try {
      return await ask({ credentials, signal: AbortSignal.any([signal, answerLimit.signal]), onAsked });
    } finally {
      timer?.cancel();
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(RETRY.ms, resolve);
    const leave = (): void => resolve();
    signal.addEventListener('abort', leave, { once: true });
    await promise;
    timer.cancel();
    signal.removeEventListener('abort', leave);
    signal.throwIfAborted();
  }

  async #fetchHashes(
    source: Source,
    supply: Supply,
    o: { readonly signal: AbortSignal; readonly tried: ReadonlySet<string> },
  ): Promise<void> {
    const { content, client } = this.#o;
    if (content.hashes !== undefined) return;
    const { signal, tried } = o;
    // The source may have failed while this block waited for its turn.
    if (this.#isLast(source, supply) && this.#usableSources(supply, tried).some(({ isLast }) => !isLast))
      throw new SourceError(0, 'another source is usable');
    const ask = (request: Request) => client.hashes(source, content.spec.content, request);
    const hashes = await this.#withAnswerLimit(source, { credentials: supply, signal }, ask);
    if (await content.setHashes(hashes)) return;
    this.#bar(source.base);
    throw new SourceError(200, 'hashes of another content');
  }

  /** Returns the best usable source that was not tried; sources that failed lately come last. */
  async #nextSource(supply: Supply, tried: ReadonlySet<string>): Promise<Source | undefined> {
    if (tried.size === 0 && !this.#isListed()) await this.#listQueue.run(() => this.#list(supply));
    const usable = this.#usableSources(supply, tried);
    return (usable.find(({ isLast }) => !isLast) ?? usable[0])?.source;
  }

  #usableSources(supply: Supply, tried: ReadonlySet<string>): { readonly source: Source; readonly isLast: boolean }[] {
    const nowMs = this.#o.clock.nowMs();
    return (this.#sources?.list ?? [])
      .filter(({ base }) => (this.#barred.get(base)?.untilMs ?? nowMs) <= nowMs && !tried.has(base))
      .map((source) => ({ source, isLast: this.#isLast(source, supply) }));
  }

  #isLast({ base }: Source, supply: Supply): boolean {
    return (this.#backoffs.get(base)?.untilMs ?? 0) > this.#o.clock.nowMs() || this.#refusedTo(supply).has(base);
  }

  #isListed(): boolean {
    return this.#sources !== undefined && this.#o.clock.nowMs() - this.#sources.atMs < SOURCES_MS;
  }

  async #list(supply: Supply): Promise<void> {
    if (this.#isListed()) return;
    const atMs = this.#o.clock.nowMs();
    try {
      const list = await supply.sources();
      this.#sources = { list, atMs: list.length === 0 ? Number.NEGATIVE_INFINITY : atMs };
    } catch (cause) {
      throw new CallerSourceGone(
        'SOURCE_GONE',
        'the sources cannot be listed',
        new Error('no list of sources', { cause }),
      );
    }
  }

  #refusedTo(supply: Supply): Set<string> {
    const refused = this.#refused.get(supply) ?? new Set();
    this.#refused.set(supply, refused);
    return refused;
  }

  /** Wrong answers in several concurrent blocks count as one. */
  #bar(base: string): void {
    const nowMs = this.#o.clock.nowMs();
    const { forMs: before = BARRED_MS.first / 2, untilMs = nowMs } = this.#barred.get(base) ?? {};
    if (untilMs > nowMs) return;
    const forMs = Math.min(BARRED_MS.most, 2 * before);
    this.#barred.set(base, { forMs, untilMs: nowMs + forMs });
  }

  #backOff(base: string, firstMs: number): void {
    const nowMs = this.#o.clock.nowMs();
    const { forMs: before = firstMs / 2, untilMs = nowMs } = this.#backoffs.get(base) ?? {};
    const forMs = Math.min(Math.max(BACKOFF_MS.most, firstMs), 2 * before);
    this.#backoffs.set(base, { forMs, untilMs: Math.max(untilMs, nowMs + forMs) });
    // The list expires, as other sources may have the content by now.
    this.#sources = this.#sources && Object.assign({}, this.#sources, { atMs: Number.NEGATIVE_INFINITY });
  }
}

/** The cause has `status` 404 when all sources answered that they have no such content. */
function sourceGoneOf(statuses: readonly number[]): SinkError {
  const detail = 'no source delivers the content';
  if (statuses.some(isRefusal)) return new CallerSourceGone('SOURCE_GONE', detail);
  const isMissing = statuses.length > 0 && statuses.every((status) => status === 404);
  return new SinkError('SOURCE_GONE', detail, isMissing ? { status: 404 } : undefined);
}

/** Returns true for a status that concerns this caller alone. */
const isRefusal = (status: number): boolean => status === 401 || status === 403;

const isFinal = (statuses: readonly number[]): boolean =>
  statuses.length > 0 && statuses.every((status) => status === 404 || isRefusal(status));

export const allBlocks = (content: StoredContent): number[] =>
  Array.from({ length: blockCount(content) }, (_, at) => at);
