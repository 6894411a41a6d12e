// Recordings that are over: recorders are asked until one has made their files, or none ever will.
import { rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import { type RecordingRow, recordersOf } from '../events/recording-body.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { Recorders } from './recorders.ts';
import { type Records, recordingOf } from './records.ts';
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

/** It answers how far it is, and does not wait for the work. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 30_000;
/** A recorder that has had the recording, and is away, may be back: it has in its spool what is in no store. */
const AWAY_MS = 2 * 60_000;
const GIVEN_UP_MS = 24 * 3600_000;
const FILES_MAX = 1000;
/** No recorder has anything of it, for a day. */
const UNKNOWN = 'RECORDING_UNKNOWN';

export class Finishing {
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

  /** In the transaction that ends it. */
  async begin(trx: Transaction, { tenant, id }: Payload): Promise<void> {
    await this.#o.jobs.add(trx, this.#kind, { payload: { tenant, id }, key: `${tenant}/${id}`, tenant });
  }

  async #run({ tenant, id }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, records } = this.#o;
    const row = await recordingOf(db, tenant, id);
    if (row === undefined || row.deleted_ms !== null || row.ended_ms === null) return undefined;
    if (row.state !== 'ended' && row.state !== 'finishing') return undefined;
    const ageMs = Math.max(0, clock.wallMs() - row.ended_ms);
    const found = await this.#ask(row, await renditionsOf(db, tenant), ageMs);
    if (found?.state === 'finished' || found?.state === 'failed') {
      const settled = found.state === 'finished' ? finishedOf(row, found) : failedOf(found.code);
      await transact(db, (trx) => records.settle(trx, row, settled));
      log.info({ tenant, recordingId: id, state: found.state, code: found.code }, 'a recording is finished');
      return undefined;
    }
    if (found === undefined && ageMs >= GIVEN_UP_MS) {
      log.error({ tenant, recordingId: id, recorders: recordersOf(row) }, 'no recorder knows this recording');
      await transact(db, (trx) => records.settle(trx, row, failedOf(UNKNOWN)));
      return undefined;
    }
    if (found !== undefined && row.state === 'ended')
      await db
        .updateTable('recordings')
        .set({ state: 'finishing' })
        .where((eb) => eb.and({ tenant, id, state: 'ended' }))
        .execute();
    return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
  }

  /**
   * What the first recorder says that knows it: the last one that had it, the earlier ones, then any inside the fence
   * of the tenant's keys, since recorders may share a store. Undefined: none does.
   */
  async #ask(
    row: RecordingRow,
    renditions: readonly string[],
    ageMs: number,
  ): Promise<wire.RecordingFinish | undefined> {
    const { recorders, log } = this.#o;
    const { tenant, id: recordingId } = row;
    const own = recordersOf(row).toReversed();
    let isAway = false;
    const ask = async (nodeId: string): Promise<wire.RecordingFinish | undefined> => {
      const message = { tenant, recordingId, renditions: [...renditions] };
      try {
        const answer = await recorders.call(nodeId, rpc.finishRecording, message, ANSWER_MS);
        return answer.state === 'unknown' || answer.state === '' ? undefined : answer;
      } catch (err) {
        isAway = true;
        log.debug({ err, recorder: nodeId, recordingId }, 'a recorder says nothing of a recording');
        return undefined;
      }
    };
    for (const nodeId of own) {
      const answer = await ask(nodeId);
      if (answer !== undefined) return answer;
    }
    if (isAway && ageMs < AWAY_MS) return undefined;
    const key = await this.#o.keys.signing(tenant);
    const others = key === undefined ? [] : recorders.others(row, key.regions).filter(({ isLinked }) => isLinked);
    for (const { nodeId } of others) {
      const answer = await ask(nodeId);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

const failedOf = (code: string) => ({ state: 'failed' as const, failure: code.slice(0, 64) || 'INTERNAL' });

function finishedOf({ started_ms }: RecordingRow, found: wire.RecordingFinish) {
  const files = found.files.slice(0, FILES_MAX).map(({ name, bytes, sha256, type }) => ({
    name: name ?? '',
    bytes: countOf(bytes ?? 0),
    sha256: sha256 ?? '',
    type: type ?? '',
  }));
  return {
    state: 'finished' as const,
    started_ms: countOf(found.startedWallMs) || started_ms,
    duration_ms: countOf(found.durationMs),
    hole_ms: countOf(found.holeMs),
    bytes: countOf(found.bytes),
    files: JSON.stringify(files).replaceAll('\\u0000', ''),
    failure: '',
  };
}

const countOf = (value: number): number => (Number.isFinite(value) && value > 0 ? Math.round(value) : 0);
