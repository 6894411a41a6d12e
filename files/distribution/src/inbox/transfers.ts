// Fetches contents of open deliveries by the agenda, and hands them to the sink.
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import type { ContentFolder, FetchedContent, Supply } from '../content/types.ts';
import {
  type Change,
  type FailureCode,
  NOTICES_MAX,
  type Notice,
  type Presence,
  type Proof,
  priorities,
  type Receipt,
  type Source,
  TRANSFERS_SHOWN_MAX,
  UNCONFIRMED_MAX,
} from '../contract.ts';
import { agendaOf, compareWorks, type Stage, type Work } from '../core/agenda.ts';
import { retryDelayMs } from '../core/retry.ts';
import { ContentChanged, type Sink, SinkError } from '../sinks/sink.ts';
import { compareStandings, rankOf, withStanding } from '../standing.ts';
import { outcomeOf } from './failure.ts';
import type { Ledger, TransferPlace } from './types.ts';

/** A target that has not confirmed a file for this time gets the file again when the notice is repeated. */
const RENOTIFY_MS = 86_400_000;
/** Maximum time between two agendas: their due times are wall clock times, and the wall clock may be set. */
const AGENDA_MS = 60_000;
/** Bound of begun transfers, running or paused by better ones: each has a file open. */
const BEGUN_MAX = 64;
/** The rate of a transfer is its mean since an earlier time, at least this long ago. */
const RATE_MS = 5000;

export interface TransfersOptions {
  readonly folder: ContentFolder;
  readonly sink: Sink;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly parallel: number;
  place(current: () => Notice, signal: AbortSignal): Promise<TransferPlace | undefined>;
  sources(notice: Notice): Promise<readonly Source[]>;
  isOffline(): boolean;
  /** Called when a target will confirm a delivery later, which may free a place. */
  onHanded(): void;
  onEnded(notice: Notice, receipt: Receipt): void;
}

interface OpenDelivery {
  notice: Notice;
  attempts: number;
  againMs: number;
  isHanded: boolean;
  firstMs: number | undefined;
  readonly ending: AbortController;
}

/** A content that is fetched for all its due deliveries. */
interface Job {
  readonly content: string;
  readonly sha256: string;
  stage: Stage;
  firstMs: number | undefined;
  readonly progress: Progress;
  place: TransferPlace | undefined;
  readonly paused: (() => void)[];
  readonly ending: AbortController;
  done: Promise<void>;
}

/** Runs the transfers of open deliveries, whose number is bounded for each priority. */
export class Transfers {
  readonly #o: TransfersOptions;
  readonly #items = new Map<string, OpenDelivery>();
  readonly #jobs = new Map<string, Job>();
  #active: ReadonlySet<string> = new Set();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(o: TransfersOptions) {
    this.#o = o;
  }

  get running(): number {
    return this.#jobs.size;
  }

  has(delivery: string): boolean {
    return this.#items.has(delivery);
  }

  /**
   * Returns deliveries by state. `handed`: a target will confirm them later, so they take no place of `NOTICES_MAX`.
   * `held`: they take a place. `over`: their tokens have expired, and their notices will be repeated.
   */
  deliveriesByState(): Readonly<Record<'handed' | 'held' | 'over', readonly string[]>> {
    const nowMs = this.#o.clock.wallMs();
    const unconfirmed = new Set(priorities.flatMap((priority) => this.#unconfirmed(priority)));
    const byState = { handed: [] as string[], held: [] as string[], over: [] as string[] };
    for (const item of this.#items.values()) {
      const { delivery, tokenEndsMs } = item.notice;
      byState[tokenEndsMs <= nowMs ? 'over' : unconfirmed.has(item) ? 'handed' : 'held'].push(delivery);
    }
    return byState;
  }

  /** Returns revisions of these deliveries, in their order. Those that have ended take no changes. */
  revisionsOf(deliveries: readonly string[]): number[] {
    return deliveries.map((delivery) => {
      const item = this.#items.get(delivery);
      return item === undefined ? Number.MAX_SAFE_INTEGER : (item.notice.revision ?? 0);
    });
  }

  /** Returns transfers that run, with the bytes that have come for them. */
  shown(): NonNullable<Presence['transfers']> {
    const nowMs = this.#o.clock.nowMs();
    const running = [...this.#jobs.values()].filter(
      ({ content, stage }) => stage === 'fetching' && this.#active.has(content),
    );
    return running
      .slice(0, TRANSFERS_SHOWN_MAX)
      .map(({ content, progress }) => Object.assign({ content }, progress.at(nowMs)));
  }

  /** Includes deliveries with expired tokens. */
  count(priority: Notice['priority']): number {
    let count = 0;
    for (const { notice } of this.#items.values()) if (notice.priority === priority) count += 1;
    return count - this.#unconfirmed(priority).length;
  }

  /** Handed over deliveries take no place, as a target may need days to confirm. */
  #unconfirmed(priority: Notice['priority']): OpenDelivery[] {
    const handed = [...this.#items.values()].filter((item) => item.isHanded && item.notice.priority === priority);
    return handed.slice(0, UNCONFIRMED_MAX);
  }

  put(open: readonly { readonly notice: Notice; readonly attempts: number; readonly againMs: number }[]): void {
    for (const { notice, attempts, againMs } of open) {
      const item = this.#items.get(notice.delivery);
      if (item === undefined) {
        const ending = new AbortController();
        this.#items.set(notice.delivery, { notice, attempts, againMs, isHanded: false, firstMs: undefined, ending });
      } else if (notice.tokenEndsMs >= item.notice.tokenEndsMs) item.notice = newestOf(notice, item.notice);
    }
    this.#reschedule();
  }

  /** Returns the notices with the newest standings that are known of their deliveries. */
  withNewestStandings(notices: readonly Notice[]): Notice[] {
    return notices.map((notice) => newestOf(notice, this.#items.get(notice.delivery)?.notice ?? notice));
  }

  /** Applies newer standings. Returns the notices that changed. */
  restate(changes: readonly Change[]): Notice[] {
    const changed: Notice[] = [];
    for (const change of changes) {
      const item = this.#items.get(change.delivery);
      if (item === undefined || (change.revision ?? 0) <= (item.notice.revision ?? 0)) continue;
      item.notice = withStanding(item.notice, change);
      changed.push(item.notice);
    }
    if (changed.length > 0) this.#reschedule();
    return changed;
  }

  /**
   * Returns deliveries without a place when these notices come: of those that have not begun, paused ones and the worst
   * beyond `NOTICES_MAX` of each priority. The channel gives them out again when their turn comes. Those that have
   * failed before are the last to go, since their attempts would begin anew.
   */
  withoutPlace(coming: readonly Notice[]): ReadonlySet<string> {
    const without = new Set<string>();
    for (const priority of priorities) {
      const own = [...this.#items.values()].filter((item) => item.notice.priority === priority);
      const unbegun = own.filter(({ isHanded, notice }) => !isHanded && !this.#jobs.has(notice.content));
      const fresh = coming.filter((notice) => notice.priority === priority && !this.#items.has(notice.delivery));
      const handedWithPlace = own.filter(({ isHanded }) => isHanded).length - this.#unconfirmed(priority).length;
      const places = Math.max(0, NOTICES_MAX - handedWithPlace);
      const failed = new Set(unbegun.flatMap(({ notice, attempts }) => (attempts > 0 ? [notice] : [])));
      const waiting = [...unbegun.map(({ notice }) => notice), ...fresh].sort(
        (a, b) => Number(failed.has(b)) - Number(failed.has(a)) || compareStandings(a, b),
      );
      const isPaused = ({ paused }: Notice): boolean => paused === true;
      const worst = waiting.filter((notice) => !isPaused(notice)).slice(places);
      for (const { delivery } of [...waiting.filter(isPaused), ...worst]) without.add(delivery);
    }
    return without;
  }

  /** Removes deliveries, and stops work that only they need. */
  async drop(deliveries: readonly string[]): Promise<void> {
    const dropped = deliveries.flatMap((delivery) => this.#items.get(delivery) ?? []);
    for (const item of dropped) this.#remove(item);
    this.#reschedule();
    await this.#o.ledger.drop(dropped.map(({ notice }) => notice.delivery));
    for (const { notice } of dropped) await this.#release(notice);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    for (const { ending } of this.#items.values()) ending.abort();
    for (const job of this.#jobs.values()) this.#end(job);
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  #reschedule(): void {
    this.#timer?.cancel();
    if (this.#isClosed) return;
    const { clock, parallel } = this.#o;
    const nowMs = clock.wallMs();
    this.#forgetHanded(nowMs);
    const running = new Map([...this.#jobs.values()].map(({ content, stage }) => [content, stage]));
    const works = [...this.#items.values()].map((item) => this.#workOf(item, nowMs));
    const { active: going, nextMs } = agendaOf(works, { parallel, nowMs, running });
    this.#active = going;
    this.#endBeyond(works);
    for (const content of going) {
      const job = this.#jobs.get(content);
      if (job === undefined) this.#begin(content);
      else for (const goOn of job.paused.splice(0)) goOn();
    }
    if (nextMs !== undefined) this.#timer = clock.after(Math.min(AGENDA_MS, nextMs - nowMs), () => this.#reschedule());
  }

  /** Ends the worst begun transfers beyond the bound; their blocks stay on the disk while there is room. */
  #endBeyond(works: readonly Work[]): void {
    const paused = works
      .toSorted(compareWorks)
      .flatMap(({ content }) => (this.#active.has(content) ? [] : (this.#jobs.get(content) ?? [])))
      .filter(({ stage }) => stage === 'fetching');
    for (const job of paused.slice(Math.max(0, BEGUN_MAX - this.#active.size))) this.#end(job);
  }

  #workOf(item: OpenDelivery, nowMs: number): Work {
    const { delivery, content, priority, tokenEndsMs, paused } = item.notice;
    // With an expired token the delivery waits for a newer notice; a running fetch pauses.
    const dueMs = tokenEndsMs <= nowMs || paused === true ? Number.POSITIVE_INFINITY : item.againMs;
    return { delivery, content, priority: priorities.indexOf(priority), rankMs: rankOf(item.notice), dueMs };
  }

  #due(content: string): OpenDelivery[] {
    const nowMs = this.#o.clock.wallMs();
    return [...this.#items.values()]
      .filter((item) => item.notice.content === content && this.#workOf(item, nowMs).dueMs <= nowMs)
      .sort((a, b) => compareWorks(this.#workOf(a, nowMs), this.#workOf(b, nowMs)));
  }

  #begin(content: string): void {
    const [first] = this.#due(content);
    if (first === undefined) return;
    const job: Job = {
      content,
      sha256: first.notice.sha256,
      stage: this.#o.sink.needsBytes ? 'fetching' : 'taking',
      firstMs: undefined,
      progress: new Progress(first.notice.bytes),
      place: undefined,
      paused: [],
      ending: new AbortController(),
      done: Promise.resolve(),
    };
    this.#jobs.set(content, job);
    job.done = this.#run(job, first.notice).finally(() => {
      this.#jobs.delete(content);
      this.#reschedule();
    });
  }

  /** Never rejects. */
  async #run(job: Job, notice: Notice): Promise<void> {
    const current = (): Notice => this.#due(job.content)[0]?.notice ?? notice;
    const place = await this.#o.place(current, job.ending.signal);
    if (place === undefined) return;
    job.place = place;
    try {
      await this.#transfer(job, notice);
    } finally {
      place.leave();
    }
  }

  async #transfer(job: Job, notice: Notice): Promise<void> {
    let fetched: FetchedContent | undefined;
    if (job.stage === 'fetching') {
      try {
        fetched = await this.#fetch(job, notice);
      } catch (error) {
        // Deliveries that were added after the abort start a new job.
        if (job.ending.signal.aborted) return;
        // Deliveries with expired tokens are not due, so no attempt counts for them.
        for (const item of this.#due(job.content)) await this.#failed(item, error, 'SOURCE_GONE', job);
        return;
      }
      await job.place?.goOn();
      job.stage = 'taking';
      this.#reschedule();
    }
    for (let [item] = this.#due(job.content); item !== undefined && !this.#isClosed; [item] = this.#due(job.content)) {
      try {
        await this.#handToSink(item, job, fetched);
      } catch (error) {
        await this.#failed(item, error, 'TARGET_UNREACHABLE', job);
        if (error instanceof ContentChanged) return this.#discard(job.content);
      }
    }
  }

  /** Removes a content for another fetch. Never rejects: the next attempt fails if it is still there. */
  async #discard(content: string): Promise<void> {
    const { folder, log } = this.#o;
    log.warn({ content }, 'a content has changed on the disk: it is fetched again');
    await folder.remove(content).catch((err: unknown) => log.error({ err, content }, 'a content is not removed'));
  }

  async #fetch(job: Job, notice: Notice): Promise<FetchedContent> {
    const { folder, clock } = this.#o;
    for (const { notice: due } of this.#due(job.content)) await folder.hold(due.content, due.delivery);
    return await folder.fetch(notice, this.#supplyOf(notice), {
      signal: job.ending.signal,
      mayGoOn: () => this.#mayGoOn(job),
      onBytes: (bytes) => {
        job.firstMs ??= clock.nowMs();
        job.progress.add(bytes, clock.nowMs());
      },
    });
  }

  #supplyOf(first: Notice): Supply {
    const newest = (): Notice =>
      [...this.#items.values()].reduce(
        (best, { notice }) =>
          notice.content === best.content && notice.tokenEndsMs > best.tokenEndsMs ? notice : best,
        first,
      );
    return {
      sources: () => this.#o.sources(newest()),
      get token() {
        return newest().token;
      },
      pass: first.pass,
    };
  }

  async #mayGoOn(job: Job): Promise<void> {
    const mustPause = (): boolean => !this.#active.has(job.content) && !job.ending.signal.aborted;
    if (mustPause()) job.place?.pause();
    while (mustPause()) await new Promise<void>((resolve) => job.paused.push(resolve));
    await job.place?.goOn();
  }

  async #handToSink(item: OpenDelivery, job: Job, fetched: FetchedContent | undefined): Promise<void> {
    const { folder, sink, clock } = this.#o;
    const { notice, ending } = item;
    if (notice.sha256 !== job.sha256) throw new SinkError('HASH_MISMATCH', 'the content has another hash');
    if (fetched !== undefined) await folder.hold(notice.content, notice.delivery);
    item.firstMs ??= job.firstMs ?? clock.nowMs();
    const sinkResult = await sink.take({ notice, path: fetched?.path ?? '', signal: ending.signal });
    if (!this.#isOpen(item)) return;
    if (sinkResult === undefined) {
      item.isHanded = true;
      item.againMs = clock.wallMs() + RENOTIFY_MS;
      await this.#o.ledger.recordFailure(notice.delivery, item);
      this.#o.onHanded();
      return;
    }
    if (sinkResult.sha256 !== notice.sha256 || sinkResult.bytes !== notice.bytes)
      throw new SinkError('HASH_MISMATCH', 'the target has other bytes');
    await this.#ended(item, {
      code: '',
      detail: '',
      proof: sinkResult.proof,
      fromNeighbours: fetched?.fromNeighbours ?? 0,
    });
  }

  /** Never rejects: a failed write of the ledger is retried with the delivery. */
  async #failed(item: OpenDelivery, error: unknown, fallback: FailureCode, job: Job): Promise<void> {
    if (!this.#isOpen(item) || this.#isClosed) return;
    item.firstMs ??= job.firstMs;
    const { clock, ledger, log, rng } = this.#o;
    const { notice, attempts } = item;
    const wallMs = clock.wallMs();
    // The delivery is not due while its outcome is being written.
    item.againMs = wallMs + retryDelayMs(attempts + 1, rng.next());
    if (!(error instanceof SinkError)) log.error({ err: error, delivery: notice.delivery }, 'a delivery has failed');
    const random = rng.next();
    const isAlone = this.#o.isOffline();
    const outcome = outcomeOf(error, { attempts, fallback, isOffline: isAlone, random });
    // The receipt has no paths and addresses, which the receiver's own operator needs.
    if (outcome.kind === 'ended' && error instanceof SinkError)
      log.warn({ err: error, delivery: notice.delivery, code: outcome.code }, 'a delivery has failed for good');
    try {
      if (outcome.kind === 'ended') await this.#ended(item, { ...outcome, proof: '', fromNeighbours: 0 });
      if (outcome.kind !== 'again') return;
      item.attempts = outcome.attempts;
      item.againMs = wallMs + outcome.delayMs;
      await ledger.recordFailure(notice.delivery, item);
      // Frees the room for other deliveries.
      if (outcome.code === 'DISK_FULL') await this.#release(notice);
    } catch (err) {
      log.error({ err, delivery: notice.delivery }, 'the ledger does not write');
    }
  }

  async #ended(
    item: OpenDelivery,
    o: {
      readonly code: FailureCode | '';
      readonly detail: string;
      readonly proof: Proof;
      readonly fromNeighbours: number;
    },
  ): Promise<void> {
    const { clock, ledger } = this.#o;
    const { notice } = item;
    const isDone = o.code === '';
    const receipt: Receipt = {
      delivery: notice.delivery,
      content: notice.content,
      code: o.code,
      detail: o.detail,
      sha256: isDone ? notice.sha256 : '',
      bytes: isDone ? notice.bytes : 0,
      proof: o.proof,
      atMs: Math.round(clock.wallMs()),
      attempts: item.attempts + 1,
      tookMs: Math.round(clock.nowMs() - (item.firstMs ?? clock.nowMs())),
      neighbourBytes: Math.min(notice.bytes, o.fromNeighbours),
    };
    await ledger.recordEnd(receipt);
    this.#remove(item);
    this.#o.onEnded(notice, receipt);
    await this.#release(notice);
  }

  /** Forgets handed over deliveries after a day; a repeated notice then starts them again. */
  #forgetHanded(nowMs: number): void {
    const outdated = [...this.#items.values()].filter(({ isHanded, againMs }) => isHanded && againMs <= nowMs);
    for (const item of outdated) this.#remove(item);
    if (outdated.length === 0) return;
    const deliveries = outdated.map(({ notice }) => notice.delivery);
    this.#o.ledger
      .drop(deliveries)
      .catch((err: unknown) => this.#o.log.error({ err, deliveries }, 'the ledger does not write'));
  }

  #remove(item: OpenDelivery): void {
    const { delivery, content } = item.notice;
    if (!this.#isOpen(item)) return;
    this.#items.delete(delivery);
    item.ending.abort();
    const job = this.#jobs.get(content);
    const isWanted = [...this.#items.values()].some(({ notice }) => notice.content === content);
    if (job !== undefined && !isWanted) this.#end(job);
  }

  #isOpen(item: OpenDelivery): boolean {
    return this.#items.get(item.notice.delivery) === item;
  }

  #end(job: Job): void {
    job.ending.abort();
    for (const goOn of job.paused.splice(0)) goOn();
  }

  async #release({ content, delivery }: Notice): Promise<void> {
    if (!this.#o.sink.needsBytes) return;
    try {
      await this.#o.folder.release(content, delivery);
    } catch (err) {
      this.#o.log.warn({ err, content }, 'a content could not be released');
    }
  }
}

/** Returns a notice with the newer standing of the two. */
const newestOf = (notice: Notice, known: Notice): Notice =>
  (known.revision ?? 0) > (notice.revision ?? 0) ? withStanding(notice, known) : notice;

/** Bytes that came for a content, and their rate. */
class Progress {
  readonly #bytes: number;
  #doneBytes = 0;
  #last = { ms: 0, bytes: 0 };
  #before = { ms: 0, bytes: 0 };

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  add(bytes: number, nowMs: number): void {
    if (this.#doneBytes === 0) this.#last = this.#before = { ms: nowMs, bytes: 0 };
    this.#doneBytes += bytes;
    if (nowMs - this.#last.ms < RATE_MS) return;
    this.#before = this.#last;
    this.#last = { ms: nowMs, bytes: this.#doneBytes };
  }

  at(nowMs: number) {
    const seconds = Math.max(1, nowMs - this.#before.ms) / 1000;
    const bytesPerS = Math.round((this.#doneBytes - this.#before.bytes) / seconds);
    return { doneBytes: Math.min(this.#bytes, this.#doneBytes), bytes: this.#bytes, bytesPerS };
  }
}
