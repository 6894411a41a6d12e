// Brings changed standings of noticed deliveries to their receivers. Any instance may do so.
import type { NoticePort, Restated } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { tryAgainMs } from './core/notices.ts';
import { priorityAt } from './receivers.ts';
import { RepeatedTask } from './repeated-task.ts';
import type { DeliveryRow } from './rows.ts';

export interface RestatingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly port: Pick<NoticePort, 'restate'>;
}

const ROWS = 1000;
/** A change that came while a notice was sent, or whose instance stopped, waits for the next run. */
const EVERY_MS = 1500;

type Changed = Pick<
  DeliveryRow,
  'tenant' | 'id' | 'receiver' | 'region' | 'place' | 'priority' | 'deadline_ms' | 'rank_ms' | 'paused' | 'revision'
>;

export class Restating {
  readonly #o: RestatingOptions;
  readonly #task: RepeatedTask;
  /** Consecutive runs with a channel that did not answer. */
  #failures = 0;

  constructor(o: RestatingOptions) {
    this.#o = o;
    const { clock, log } = o;
    const run = () => this.#run();
    this.#task = new RepeatedTask({ clock, log, taskName: 'changed deliveries', run, failedMs: 1000 });
  }

  start(): void {
    this.#task.start();
  }

  /** Must be called when noticed deliveries have a new revision. */
  wake(): void {
    this.#task.wake();
  }

  settled(): Promise<void> {
    return this.#task.settled();
  }

  /** Resolves when the current run has ended. */
  close(): Promise<void> {
    return this.#task.close();
  }

  async #run(): Promise<number> {
    let isSilent = false;
    for (let last: Changed | undefined; !this.#task.isClosed; ) {
      const rows = await this.#page(last);
      if (rows.length > 0 && !(await this.#restate(rows))) isSilent = true;
      last = rows.at(-1);
      if (rows.length < ROWS) break;
    }
    this.#failures = isSilent ? this.#failures + 1 : 0;
    return isSilent ? tryAgainMs(this.#failures) : EVERY_MS;
  }

  #page(last: Changed | undefined): Promise<Changed[]> {
    let query = this.#o.db
      .selectFrom('distribution_deliveries')
      .select(['tenant', 'id', 'receiver', 'region', 'place', 'priority', 'deadline_ms', 'rank_ms', 'paused'])
      .select('revision')
      .where('state', '=', sql.lit('noticed'))
      .where(sql<boolean>`revision <> sent_revision`);
    if (last !== undefined) query = query.where(sql<boolean>`(tenant, id) > (${last.tenant}, ${last.id})`);
    return query.orderBy('tenant').orderBy('id').limit(ROWS).execute();
  }

  /** Returns false if a channel does not answer. The sweep finds a notice that is not stored and sends it again. */
  async #restate(rows: readonly Changed[]): Promise<boolean> {
    const answers = await this.#o.port.restate(rows.map(restatedOf));
    const sent = rows.filter((_, at) => answers[at] !== undefined);
    await transact(this.#o.db, async (trx) => {
      const groups = Map.groupBy(sent, ({ tenant, revision }) => `${revision} ${tenant}`);
      for (const group of groups.values()) {
        const { tenant, revision } = group[0] as Changed;
        await trx
          .updateTable('distribution_deliveries')
          .set({ sent_revision: revision })
          .where('tenant', '=', tenant)
          .where('id', 'in', group.map(({ id }) => id).toSorted())
          .execute();
      }
    });
    return sent.length === rows.length;
  }
}

function restatedOf(row: Changed): Restated {
  const { tenant, receiver, region, place } = row;
  const standing = { priority: priorityAt(row.priority), rankMs: row.rank_ms, paused: row.paused === 1 };
  const change = { delivery: row.id, revision: row.revision, ...standing };
  return {
    tenant,
    receiver,
    region,
    place,
    change: row.deadline_ms === null ? change : { ...change, deadlineMs: row.deadline_ms },
  };
}
