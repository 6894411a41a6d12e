// Tells apis what this recorder's store has of a recording, whoever made it.
import { hasCode, type Store } from '@meridian/object-store';
import { isRecordingId, MeridianError, roomKeyOf, rpc, serve, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { JournalError } from '../core/journal/errors.ts';
import { StintSummary } from '../core/journal/stint-summary.ts';
import { partsOfStintId, recordingPrefix } from '../core/names.ts';
import { type ListedStint, listStints, type ReadRange, readLines } from './read-journals.ts';

/** Bound of the recordings that wait for their lookup: a day of a large recorder. */
const LOOKUPS_MAX = 10_000;
/** Time limit of an answer, whatever the store does. */
const ANSWER_MS = 2000;
/** Time for which a late result is kept for the next request. */
const LATE_RESULT_MS = 60_000;
/** Bound of remembered complete stints, whose journals are not read again. */
const COMPLETE_MAX = 10_000;
/** The whole journal may replace the slices during a read, at most once for each stint that ends then. */
const TRIES_MAX = 3;

type Answer = wire.RecordingStints.$Properties;
type Held = wire.HeldStint.$Properties;

export interface RecordingName {
  readonly tenant: string;
  readonly recordingId: string;
}

/** Returns the key prefix of a recording. Throws REQUEST_INVALID for invalid names. */
export function prefixOf({ tenant, recordingId }: RecordingName): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isRecordingId(recordingId))
    throw new MeridianError('REQUEST_INVALID', 'tenant or recording is invalid');
  return recordingPrefix(tenant, recordingId);
}

export interface HeldStintsOptions {
  readonly store: Store;
  /** Recorders with the same id share a store. */
  readonly storeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns whether it is recorded here now, or data of it may still come from the spool. */
  isBusy(recording: RecordingName): Promise<boolean>;
}

interface Lookup {
  readonly result: Promise<Answer>;
  endedMs: number | undefined;
}

export class HeldStints {
  readonly #o: HeldStintsOptions;
  readonly #lookups = new Map<string, Lookup>();
  /** Complete stints by key prefix. */
  readonly #complete = new Map<string, Held>();
  /** End of the latest lookup. Lookups run one at a time, because they read journals. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(o: HeldStintsOptions) {
    this.#o = o;
  }

  serveOn(link: Link): void {
    serve(link, rpc.recordingStints, (message) => this.find(message));
  }

  /**
   * Returns the stints of a recording within seconds; while the store needs longer, the recorder is busy. Rejects with
   * REQUEST_INVALID, OVERLOADED, and INTERNAL when the store or the disk fails.
   */
  async find(recording: RecordingName): Promise<Answer> {
    const prefix = prefixOf(recording);
    this.#forgetOld();
    let lookup = this.#lookups.get(prefix);
    if (lookup === undefined) {
      if (this.#lookups.size >= LOOKUPS_MAX) throw new MeridianError('OVERLOADED', 'too many recordings are looked up');
      lookup = this.#begin(recording, prefix);
    }
    const late = Promise.withResolvers<undefined>();
    const timer = this.#o.clock.after(ANSWER_MS, () => late.resolve(undefined));
    try {
      const answer = await Promise.race([lookup.result, late.promise]);
      if (answer === undefined) return { stints: [], storeId: this.#o.storeId, busy: true };
      this.#lookups.delete(prefix);
      return answer;
    } catch (error) {
      this.#lookups.delete(prefix);
      this.#o.log.warn({ err: error, prefix }, 'the stints of a recording cannot be found');
      throw new MeridianError('INTERNAL', undefined, { cause: error });
    } finally {
      timer.cancel();
    }
  }

  /** Resolves when no lookup runs. */
  async close(): Promise<void> {
    await this.#last;
  }

  #begin(recording: RecordingName, prefix: string): Lookup {
    const result = this.#last.then(() => this.#find(recording, prefix));
    const lookup: Lookup = { result, endedMs: undefined };
    const ended = (): void => {
      lookup.endedMs = this.#o.clock.nowMs();
    };
    this.#last = result.then(ended, ended);
    this.#lookups.set(prefix, lookup);
    return lookup;
  }

  #forgetOld(): void {
    const oldMs = this.#o.clock.nowMs() - LATE_RESULT_MS;
    for (const [prefix, { endedMs }] of this.#lookups)
      if (endedMs !== undefined && endedMs < oldMs) this.#lookups.delete(prefix);
  }

  async #find(recording: RecordingName, prefix: string): Promise<Answer> {
    // The spool is looked at first: data that leaves it meanwhile is in the list.
    const busy = await this.#o.isBusy(recording);
    for (let tries = 1; ; tries += 1)
      try {
        const stints: Held[] = [];
        for (const listed of await listStints(this.#o.store, prefix)) stints.push(await this.#stint(prefix, listed));
        return { stints, storeId: this.#o.storeId, busy };
      } catch (error) {
        if (!hasCode(error, 'OBJECT_MISSING') || tries === TRIES_MAX) throw error;
      }
  }

  async #stint(prefix: string, listed: ListedStint): Promise<Held> {
    const key = `${prefix}${listed.stintId}/`;
    const known = this.#complete.get(key);
    if (known !== undefined && known.journals?.join() === listed.journals.join()) return known;
    const read: ReadRange = (path, from, bytes) => this.#o.store.get(`${prefix}${path}`, { range: { from, bytes } });
    const held = await heldOf(listed, read);
    if (held.complete === true) {
      const [oldest] = this.#complete.keys();
      if (this.#complete.size >= COMPLETE_MAX && oldest !== undefined) this.#complete.delete(oldest);
      this.#complete.set(key, held);
    }
    return held;
  }
}

/** An unreadable journal is complete: whoever assembles the recording fails with its error. */
async function heldOf({ stintId, journals }: ListedStint, read: ReadRange): Promise<Held> {
  const summary = new StintSummary();
  let isUnreadable = false;
  try {
    await readLines({ stintId, journals }, read, (line) => summary.take(line));
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    isUnreadable = true;
  }
  const { recorderId, startedWallMs } = summary.begun ?? partsOfStintId(stintId);
  const endedWallMs = startedWallMs + summary.durationMs;
  const complete = isUnreadable || summary.isComplete;
  const { later = false, composedOf = '' } = summary.begun ?? {};
  const times = { startedWallMs, endedWallMs };
  return Object.assign({ stintId, recorderId, complete, journals: [...journals], later, composedOf }, times);
}
