// A receiver: polls for notices, fetches files by priority for its sink, and hands receipts over.
import { type Clock, type Logger, type Rng, secureRng, type Timer } from '@meridian/runtime';
import type { ContentFolder } from '../content/types.ts';
import { NOTICES_MAX, type Notice, type PollAnswer, priorities, type Source } from '../contract.ts';
import { hubRetryDelayMs } from '../core/retry.ts';
import type { Sink } from '../sinks/sink.ts';
import { ReceiptSender } from './receipt-sender.ts';
import { sourceAt } from './source-at.ts';
import { Transfers } from './transfers.ts';
import type { HubPort, InboxOptions, Ledger, TransferPlace } from './types.ts';

const HOLDING_MAX = NOTICES_MAX * priorities.length;
/** Place of a receiver whose owner bounds nothing. */
const FREE_PLACE: TransferPlace = { goOn: async () => undefined, pause: () => undefined, leave: () => undefined };
/** A library node that gives an empty answer within this time has not waited for a notice. */
const IMMEDIATE_MS = 1000;

export interface InboxParts {
  readonly hub: HubPort;
  readonly folder: ContentFolder;
  readonly sink: Sink;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng?: Rng;
  readonly options: InboxOptions;
}

/** Its owner closes sink, folder and ledger after it. Without library nodes, it works on the ledger's notices. */
export class Inbox {
  readonly #o: InboxParts;
  readonly #rng: Rng;
  readonly #transfers: Transfers;
  readonly #receiptSender: ReceiptSender;
  #isOffline = true;
  /** Two counts of polls in a row: those that failed, and those that an empty answer ended at once. */
  #failures = 0;
  #emptyPolls = 0;
  /** `full` are the priorities without room for more notices when the poll began. */
  #polling: { readonly ending: AbortController; readonly full: readonly Notice['priority'][] } | undefined;
  #pause: { readonly timer: Timer; readonly resolve: () => void } | undefined;
  #isClosed = false;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(o: InboxParts) {
    this.#o = o;
    const { hub, folder, sink, ledger, clock, log, options } = o;
    this.#rng = o.rng ?? secureRng();
    const rng = this.#rng;
    this.#receiptSender = new ReceiptSender({ hub, ledger, clock, log, rng });
    this.#transfers = new Transfers({
      folder,
      sink,
      ledger,
      clock,
      log,
      rng,
      parallel: options.parallel,
      place: (current, signal) => options.place?.(current, signal) ?? Promise.resolve(FREE_PLACE),
      sources: (notice) => this.#sources(notice),
      isOffline: () => this.#isOffline,
      onHanded: () => this.#makeRoom(),
      onEnded: (notice, receipt) => {
        this.#receiptSender.schedule();
        this.#makeRoom();
        options.onEnded?.(receipt.code, notice, receipt);
      },
    });
  }

  /** Resumes the deliveries of the ledger and starts to poll. Rejects when the ledger cannot be read. */
  async start(): Promise<void> {
    const open = await this.#o.ledger.open();
    if (this.#isClosed) return;
    this.#transfers.put(open);
    this.#receiptSender.schedule();
    this.#running = this.#pollLoop();
  }

  /** Ends polls and transfers, and waits for writes. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#polling?.ending.abort();
    this.#pause?.timer.cancel();
    this.#pause?.resolve();
    this.#receiptSender.close();
    this.#closing ??= Promise.all([this.#transfers.close(), this.#running]).then(() => undefined);
    return this.#closing;
  }

  async #pollLoop(): Promise<void> {
    while (!this.#isClosed) {
      const pauseMs = await this.#poll();
      if (pauseMs > 0 && !this.#isClosed) await this.#pauseFor(pauseMs);
    }
  }

  #pauseFor(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pause = { timer: this.#o.clock.after(delayMs, resolve), resolve };
    });
  }

  /** Returns the wait before the next poll. Never rejects. */
  async #poll(): Promise<number> {
    const { hub, clock, log } = this.#o;
    const ending = new AbortController();
    const full = priorities.filter((priority) => this.#transfers.count(priority) >= NOTICES_MAX);
    this.#polling = { ending, full };
    const sinceMs = clock.nowMs();
    let isAnswered = false;
    try {
      const { over, ...state } = await this.#pollState();
      const answer = await hub.poll(Object.assign({ signal: ending.signal }, state));
      isAnswered = true;
      if (this.#isOffline) this.#receiptSender.retryNow();
      this.#isOffline = false;
      const isNews = await this.#accept(answer, over);
      this.#failures = 0;
      this.#emptyPolls = isNews || clock.nowMs() - sinceMs >= IMMEDIATE_MS ? 0 : this.#emptyPolls + 1;
      return this.#emptyPolls <= 1 ? 0 : hubRetryDelayMs(this.#emptyPolls - 1, this.#rng.next());
    } catch (err) {
      if (ending.signal.aborted) return 0;
      this.#failures += 1;
      this.#isOffline = !isAnswered;
      log.warn({ err, failures: this.#failures }, 'a poll for notices has failed');
      return hubRetryDelayMs(this.#failures, this.#rng.next());
    } finally {
      this.#polling = undefined;
    }
  }

  /** Reports as held also deliveries whose receipts are owed, if they fit, as their notices would be repeated. */
  async #pollState() {
    const { ledger, options } = this.#o;
    const { handed, held, over } = this.#transfers.deliveriesByState();
    const owed = (await ledger.owedReceipts(HOLDING_MAX)).map(({ delivery }) => delivery);
    const placed = [...new Set([...held, ...owed])].slice(0, HOLDING_MAX);
    const counts = { held: handed.length + held.length, running: this.#transfers.running, owed: owed.length };
    const presence = Object.assign({ transfers: this.#transfers.shown() }, options.presence(), counts);
    const holding = [...handed, ...placed];
    return { holding, revisions: this.#transfers.revisionsOf(holding), handed: handed.length, over, presence };
  }

  /**
   * Returns whether the answer changed anything. The poll did not report deliveries with expired tokens as held, so the
   * answer repeats those of them that still exist; the others were withdrawn.
   */
  async #accept({ notices, gone, changes = [] }: PollAnswer, expired: readonly string[]): Promise<boolean> {
    if (this.#isClosed) return false;
    const changed = this.#transfers.restate(changes);
    if (changed.length > 0) this.#o.options.onRestated?.();
    await this.#o.ledger.restate(changed);
    const given = new Set(notices.map(({ delivery }) => delivery));
    const dropped = [...gone, ...expired.filter((delivery) => !given.has(delivery))].filter((delivery) =>
      this.#transfers.has(delivery),
    );
    if (dropped.length > 0) await this.#transfers.drop(dropped);
    const all = this.#transfers.withNewestStandings(onceEach(notices));
    const withoutPlace = this.#transfers.withoutPlace(all);
    const accepted = all.filter(({ delivery }) => !withoutPlace.has(delivery));
    await this.#transfers.drop([...withoutPlace]);
    const knownIds = new Set(
      accepted.map(({ delivery }) => delivery).filter((delivery) => this.#transfers.has(delivery)),
    );
    const ended = new Set(accepted.length === 0 ? [] : await this.#o.ledger.add(accepted));
    if (ended.size > 0) this.#receiptSender.schedule();
    // A delivery that the transfers had before the write and no longer have has ended during the write.
    const open = accepted.filter(
      ({ delivery }) => !ended.has(delivery) && (!knownIds.has(delivery) || this.#transfers.has(delivery)),
    );
    if (this.#isClosed) return true;
    this.#transfers.put(open.map((notice) => ({ notice, attempts: 0, againMs: 0 })));
    return dropped.length + changed.length > 0 || open.some(({ delivery }) => !knownIds.has(delivery));
  }

  /** Polls again early when a priority that was full is half empty. */
  #makeRoom(): void {
    const isEmptying = this.#polling?.full.some((priority) => this.#transfers.count(priority) <= NOTICES_MAX / 2);
    if (isEmptying) this.#polling?.ending.abort();
  }

  async #sources(notice: Notice): Promise<readonly Source[]> {
    const { hub, log } = this.#o;
    const known = await hub.sources(notice.content).catch((err: unknown) => {
      log.warn({ err, content: notice.content }, 'the sources of a content could not be fetched');
      return [];
    });
    const origins = notice.origins.map(sourceAt);
    const bases = new Set(known.map(({ base }) => base));
    return [...known, ...origins.filter(({ base }) => !bases.has(base))];
  }
}

/** Returns the first notice of each delivery. */
const onceEach = (notices: readonly Notice[]): Notice[] =>
  [...new Map(notices.toReversed().map((notice) => [notice.delivery, notice])).values()].toReversed();
