// Finishes ended recordings: asks recorders until the files are made, or until that has failed for good.
import { rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import { type RecordingRow, recordersOf } from '../events/recording-body.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { Recorders } from './recorders.ts';
import { columnsMade, type Records, recordingOf } from './records.ts';
import { renditionsOf } from './settings.ts';

interface Payload {
  readonly tenant: string;
  readonly id: string;
}

export interface FinishingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly recorders: Recorders;
  readonly records: Pick<Records, 'settle'>;
  readonly keys: Pick<ApiKeys, 'signing'>;
}

/** Time limit for an answer: a recorder reports its progress, and does not wait for the work. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 30_000;
/** Wait for an absent recorder, whose spool may have media that is in no store. */
const AWAY_MS = 2 * 60_000;
/** Pause after a temporary failure, since an attempt may cost an hour of a core. */
const RETRY_MS = 30_000;
const RETRY_MS_MAX = 30 * 60_000;
/** Time of nothing but failures after which the recording has failed for good. */
const GIVEN_UP_MS = 24 * 3600_000;
const FILES_MAX = 1000;
const UNKNOWN = 'RECORDING_UNKNOWN';

export class RecordingFinishing {
  readonly #o: FinishingOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'recordings',
    concurrency: 16,
    perTenant: 8,
    leaseMs: 5 * 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (payload) => this.#run(payload),
  };

  constructor(o: FinishingOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Schedules finishing; runs in the transaction that ends the recording. */
  async begin(trx: Transaction, { tenant, id }: Payload): Promise<void> {
    await this.#o.jobs.add(trx, this.#kind, { payload: { tenant, id }, key: `${tenant}/${id}`, tenant });
  }

  async #run({ tenant, id }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, records } = this.#o;
    const row = await recordingOf(db, tenant, id);
    if (row === undefined || row.deleted_ms !== null || row.ended_ms === null) return undefined;
    if (row.state !== 'ended' && row.state !== 'finishing') return undefined;
    const ageMs = Math.max(0, clock.wallMs() - row.ended_ms);
    const found = await this.#requestFinish(row, await renditionsOf(db, tenant), ageMs);
    if (found?.state === 'finished' || (found?.state === 'failed' && !found.retryable)) {
      const settled = found.state === 'finished' ? finishedOf(row, found) : failedOf(found.code);
      await transact(db, (trx) => records.settle(trx, row, settled));
      log.info({ tenant, recordingId: id, state: found.state, code: found.code }, 'a recording is finished');
      return undefined;
    }
    if (found === undefined || found.state === 'failed')
      return await this.#retryLater(row, row.ended_ms, found === undefined ? '' : found.code || 'INTERNAL');
    // While a recorder works, earlier failures still count.
    const { failure, settled_ms } = found.state === 'working' ? row : { failure: '', settled_ms: null };
    if (row.state === 'ended' || row.settled_ms !== settled_ms) await this.#storeFailure(row, { failure, settled_ms });
    return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
  }

  /** Handles a temporary failure, which is final after a day. `code`: '' if no recorder knows the recording. */
  async #retryLater(row: RecordingRow, endedMs: number, code: string): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, records } = this.#o;
    const { tenant, id, settled_ms } = row;
    const failure = shortOf(code) || row.failure;
    const isUnseen = code === '' && row.state === 'ended';
    const sinceMs = Math.max(endedMs, settled_ms ?? (isUnseen ? endedMs : clock.wallMs()));
    const forMs = Math.max(0, clock.wallMs() - sinceMs);
    if (forMs >= GIVEN_UP_MS) {
      log.error(
        { tenant, recordingId: id, code: failure, recorders: recordersOf(row) },
        'a recording could not be finished',
      );
      await transact(db, (trx) => records.settle(trx, row, failedOf(failure || UNKNOWN)));
      return undefined;
    }
    if (!isUnseen) await this.#storeFailure(row, { failure, settled_ms: sinceMs });
    return code === ''
      ? { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, forMs / 4)) }
      : { againMs: Math.min(RETRY_MS_MAX, Math.max(RETRY_MS, forMs / 4)) };
  }

  async #storeFailure({ tenant, id }: RecordingRow, how: Pick<RecordingRow, 'failure' | 'settled_ms'>): Promise<void> {
    await this.#o.db
      .updateTable('recordings')
      .set(Object.assign({ state: 'finishing' as const }, how))
      .where((eb) => eb.and({ tenant, id }))
      .where('state', 'in', ['ended', 'finishing'])
      .execute();
  }

  /** Returns the first answer: of its recorders, the last one first, or else of others inside the tenant's fence. */
  async #requestFinish(
    row: RecordingRow,
    renditions: readonly string[],
    ageMs: number,
  ): Promise<wire.RecordingFinish | undefined> {
    const { recorders, log } = this.#o;
    const { tenant, id: recordingId } = row;
    const orderedTimes = { startedWallMs: row.started_ms, endedWallMs: row.ended_ms ?? 0 };
    const ownRecorders = recordersOf(row).toReversed();
    let isAway = false;
    const requestFrom = async (nodeId: string): Promise<wire.RecordingFinish | undefined> => {
      const otherRecorders = ownRecorders.filter((one) => one !== nodeId);
      const message = { tenant, recordingId, renditions: [...renditions], recorders: otherRecorders, ...orderedTimes };
      try {
        const answer = await recorders.call(nodeId, rpc.finishRecording, message, ANSWER_MS);
        return answer.state === 'unknown' || answer.state === '' ? undefined : answer;
      } catch (err) {
        isAway = true;
        log.debug({ err, recorder: nodeId, recordingId }, 'a recorder did not answer about a recording');
        return undefined;
      }
    };
    for (const nodeId of ownRecorders) {
      const answer = await requestFrom(nodeId);
      if (answer !== undefined) return answer;
    }
    if (isAway && ageMs < AWAY_MS) return undefined;
    const key = await this.#o.keys.signing(tenant);
    const others =
      key === undefined ? [] : recorders.otherRecorders(row, key.regions).filter(({ isLinked }) => isLinked);
    for (const { nodeId } of others) {
      const answer = await requestFrom(nodeId);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

const shortOf = (code: string): string => code.slice(0, 64);
const failedOf = (code: string) => ({ state: 'failed' as const, failure: shortOf(code) || 'INTERNAL' });

/**
 * Compares the result with the order again, since the recorder may have finished too early, or be of an older version.
 */
function finishedOf(row: RecordingRow, found: wire.RecordingFinish) {
  const files = found.files.slice(0, FILES_MAX).map(({ name, bytes, sha256, type }) => ({
    name: name ?? '',
    bytes: countOf(bytes ?? 0),
    sha256: sha256 ?? '',
    type: type ?? '',
  }));
  const startedMs = countOf(found.startedWallMs) || row.started_ms;
  const holes = found.holes.map(({ ms, durationMs }) => {
    const fromMs = startedMs + countOf(ms ?? 0);
    return { fromMs, toMs: fromMs + countOf(durationMs ?? 0) };
  });
  const made = { startedMs, durationMs: countOf(found.durationMs), holeMs: countOf(found.holeMs), holes };
  return {
    state: 'finished' as const,
    ...columnsMade(row, made),
    bytes: countOf(found.bytes),
    files: JSON.stringify(files).replaceAll('\\u0000', ''),
    failure: '',
  };
}

const countOf = (value: number): number => (Number.isFinite(value) && value > 0 ? Math.round(value) : 0);
