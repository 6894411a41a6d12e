import type { Transaction } from '../store/transaction.ts';
import { transact } from '../store/transaction.ts';
import { type Cause, rankOf } from './core/rank.ts';
import type { JobKind, JobsOptions, RemoteKind } from './kinds.ts';
import { causeOf, type JobRow, ofNodes } from './rows.ts';

const RERANK_EVERY_MS = 60_000;
/** Rows per run, which take 0.1 s of database time. The next run continues with the rest. */
const RERANKED_MAX = 1000;

export class TaskOrdering {
  readonly #o: Pick<JobsOptions, 'store'>;
  readonly #kinds: ReadonlyMap<string, RemoteKind<unknown>>;
  readonly #lastReadIds = new Map<string, string>();

  constructor(o: Pick<JobsOptions, 'store'>, kinds: ReadonlyMap<string, RemoteKind<unknown>>) {
    this.#o = o;
    this.#kinds = kinds;
  }

  /** Job that updates the ranks of tasks to the present heat of their contents. */
  readonly reranking: JobKind<unknown> = {
    name: 'job ranks',
    concurrency: 1,
    leaseMs: RERANK_EVERY_MS,
    every: { ms: RERANK_EVERY_MS },
    run: async () => {
      for (const kind of this.#kinds.values()) if (kind.heatOf !== undefined) await this.rerank(kind);
      return undefined;
    },
  };

  async rerank(kind: RemoteKind<unknown>): Promise<void> {
    await transact(this.#o.store.db, async (trx) => {
      const rows = await trx
        .selectFrom('jobs')
        .select(['id', 'tenant', 'lane', 'cause', 'created_ms', 'rank_ms', 'worker'])
        .where('kind', '=', kind.name)
        .where(ofNodes)
        .where('id', '>', this.#lastReadIds.get(kind.name) ?? '')
        .orderBy('id')
        .limit(RERANKED_MAX)
        .execute();
      this.#lastReadIds.set(kind.name, rows.length < RERANKED_MAX ? '' : (rows.at(-1)?.id ?? ''));
      const ranked = rows.map((row) => Object.assign(row, { heat: causeOf(row).heat ?? 0 }));
      const heats = await kind.heatOf?.(trx, ranked);
      for (const row of ranked) {
        const heat = heats?.get(row.lane);
        if (heat !== undefined) await setCause(trx, row, Object.assign(causeOf(row), { heat }));
      }
    });
  }

  /**
   * Sets whether a job is urgent; `urgent: false` also removes urgency by rule. A tenant's order does not lower one of
   * an operator or a rule. Returns whether the job exists.
   */
  async order(
    trx: Transaction,
    job: { readonly id: string },
    { urgent, by = 'operator' }: { readonly urgent: boolean; readonly by?: 'operator' | 'tenant' },
  ) {
    const row = await trx
      .selectFrom('jobs')
      .select(['id', 'cause', 'created_ms', 'rank_ms', 'worker'])
      .where('id', '=', job.id)
      .executeTakeFirst();
    if (row === undefined) return false;
    const { urgent: before, ...otherCauses } = causeOf(row);
    if (by === 'tenant' && before !== undefined && before !== 'tenant') return true;
    await setCause(trx, row, urgent ? Object.assign(otherCauses, { urgent: by }) : otherCauses);
    return true;
  }
}

async function setCause(
  trx: Transaction,
  { id, created_ms: createdMs, rank_ms: before, worker }: Pick<JobRow, 'id' | 'created_ms' | 'rank_ms' | 'worker'>,
  cause: Cause,
): Promise<void> {
  // Jobs of this service without a cause are ordered by time again.
  const isRanked = worker !== '' || Object.keys(cause).length > 0;
  const rankMs = isRanked ? rankOf(Object.assign({ createdMs }, cause)).rankMs : 0;
  if (rankMs === before) return;
  const changed = { rank_ms: rankMs, cause: JSON.stringify(cause) };
  await trx.updateTable('jobs').set(changed).where('id', '=', id).execute();
}
