// Sends quality records of sessions and results of joins to any instance of the api, in batches that are kept until
// answered, with one batch under way. After a lost answer the batch is repeated: the api recognises a record by its
// session and time, and joins by the number of their portion. Beyond the bounds the oldest are dropped and counted.
import { type ErrorCode, isErrorCode, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { JoinCounts, type JoinPortion } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { DueSender } from './due-sender.ts';

/** Outcomes of records; `eventDropped`: of events; `joinRefused`: of joins, which are missing in every report. */
export type QualityOutcome = 'sent' | 'dropped' | 'refused' | 'eventDropped' | 'joinRefused';

export interface QualityBatchesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Unique to this process, which numbers its portions itself. */
  readonly incarnation: string;
  /** Calls any instance of the api. */
  call(message: wire.QualityBatch.$Properties): Promise<unknown>;
  onSettled(outcome: QualityOutcome, count: number): void;
  /** Reports that the api refused these facts: they have to come again with the next record. */
  onFactsLost(sessionId: string): void;
}

type Facts = wire.SessionFacts.$Properties & { readonly sessionId: string };

export class QualityBatches {
  readonly #o: QualityBatchesOptions;
  readonly #facts = new Map<string, Facts>(); // by session id, the latest; in the order of their first facts
  readonly #records = new BoundedQueue<wire.QualityRecord.$Properties>(bounds.qualityRecordsMax);
  readonly #events = new BoundedQueue<wire.SessionEvent.$Properties>(bounds.qualityEventsMax);
  readonly #joins = new JoinCounts({
    entriesMax: bounds.joinCountsMax,
    portionMs: bounds.joinPortionMs,
    portionsMax: bounds.joinPortionsMax,
  });
  readonly #sender: DueSender;

  constructor(o: QualityBatchesOptions) {
    this.#o = o;
    this.#sender = new DueSender({ clock: o.clock, send: () => this.#send() });
  }

  get size(): number {
    return this.#records.size;
  }

  /** Replaces unsent facts of the session. */
  facts(facts: Facts): void {
    this.#facts.set(facts.sessionId, facts);
    this.#sender.sendWithin(bounds.qualityEveryMs);
    if (this.#facts.size <= bounds.qualityFactsMax) return;
    const [oldest = ''] = this.#facts.keys();
    this.#facts.delete(oldest);
    this.#o.onFactsLost(oldest);
  }

  record(record: wire.QualityRecord.$Properties): void {
    if (this.#records.add(record)) this.#o.onSettled('dropped', 1);
    this.#sender.sendWithin(bounds.qualityEveryMs);
  }

  event(event: wire.SessionEvent.$Properties): void {
    if (this.#events.add(event)) this.#o.onSettled('eventDropped', 1);
    this.#sender.sendWithin(bounds.qualityEveryMs);
  }

  /** Counts an answered join: `code` '' if it succeeded; `tenant` '' if its token was unreadable. */
  join(tenant: string, code: ErrorCode | ''): void {
    this.#joins.add(tenant, code, this.#o.clock.nowMs());
    this.#sender.sendWithin(bounds.qualityEveryMs);
  }

  /** Sends soon, after a session's end. */
  hurry(): void {
    this.#sender.sendWithin(bounds.qualitySoonMs);
  }

  /** Sends at once; resolves when the send is done or has failed, at the latest after `withinMs`. */
  flush(withinMs: number): Promise<void> {
    return this.#sender.flush(withinMs);
  }

  /** Idempotent. Nothing is sent afterwards. */
  close(): void {
    this.#sender.close();
  }

  async #send(): Promise<number | undefined> {
    while (!this.#sender.isClosed) {
      const facts = firstOf(this.#facts.values(), bounds.qualityAtOnce);
      // The facts of a session are sent before its records.
      const isFactsAlone = this.#facts.size > bounds.qualityAtOnce;
      const records = isFactsAlone ? [] : this.#records.first(bounds.qualityAtOnce);
      const events = isFactsAlone ? [] : this.#events.first(bounds.qualityAtOnce);
      const portion = this.#joins.first();
      if (facts.length + records.length + events.length === 0 && portion === undefined) return undefined;
      const [recordsTo, eventsTo] = [
        this.#records.firstNumber + records.length,
        this.#events.firstNumber + events.length,
      ];
      try {
        await this.#o.call({ facts, records, events, ...(portion !== undefined && this.#joinsOf(portion)) });
        this.#o.onSettled('sent', records.length);
      } catch (error) {
        if (!isPermanent(error)) {
          this.#o.log.debug({ err: error }, 'quality records wait for the api');
          return bounds.qualityRetryMs;
        }
        // A repetition of a refused batch would hold up all later batches.
        this.#o.log.error({ err: error, records: records.length }, 'the api refuses quality records');
        this.#o.onSettled('refused', records.length);
        for (const { count } of portion?.joins ?? []) this.#o.onSettled('joinRefused', count);
      }
      for (const one of facts) if (this.#facts.get(one.sessionId) === one) this.#facts.delete(one.sessionId);
      this.#records.dropBefore(recordsTo);
      this.#events.dropBefore(eventsTo);
      if (portion !== undefined) this.#joins.settle(portion);
    }
    return undefined;
  }

  #joinsOf({ number, sinceMs, joins }: JoinPortion): wire.QualityBatch.$Properties {
    const { clock, incarnation } = this.#o;
    return { joins: [...joins], joinsOf: incarnation, joinsNumber: number, joinsAgeMs: clock.nowMs() - sinceMs };
  }
}

function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const found: T[] = [];
  for (const one of all) {
    if (found.length === count) break;
    found.push(one);
  }
  return found;
}

/** Returns whether the api will never accept the batch. */
function isPermanent(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && isErrorCode(code) && (code === 'REQUEST_INVALID' || code === 'FRAME_MALFORMED');
}
