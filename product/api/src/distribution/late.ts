import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { DistributionMetrics } from './distribution-metrics.ts';
import type { DeliveryEnding } from './ending.ts';
import { RepeatedTask } from './repeated-task.ts';

export interface LateOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ending: Pick<DeliveryEnding, 'markLate'>;
  readonly counters: Pick<DistributionMetrics, 'open'>;
}

/** The states are literals in the SQL, so that the queries match the partial index. */
const isOpen = [sql.lit('waiting' as const), sql.lit('noticed' as const)];
const EVERY_MS = 15_000;
/** After BATCHES_MAX transactions, the next run follows at once. */
const ROWS = 500;
const BATCHES_MAX = 20;

/** Marks late deliveries. Idempotent, so several instances may run at the same time. */
export class LateMarker {
  readonly #o: LateOptions;
  readonly #task: RepeatedTask;

  constructor(o: LateOptions) {
    this.#o = o;
    const { clock, log } = o;
    this.#task = new RepeatedTask({
      clock,
      log,
      taskName: 'late deliveries',
      run: () => this.run(),
      failedMs: EVERY_MS,
    });
  }

  start(): void {
    this.#task.start();
  }

  /** Resolves when the current run has ended. */
  close(): Promise<void> {
    return this.#task.close();
  }

  /** Returns the time until the next run, in milliseconds. */
  async run(): Promise<number> {
    const { db, clock, ending } = this.#o;
    for (let batches = 0; batches < BATCHES_MAX; batches++) {
      const due = await db
        .selectFrom('distribution_deliveries')
        .select(['tenant', 'id', 'order_id'])
        .where('state', 'in', isOpen)
        .where('late', '=', sql.lit(0))
        .where('deadline_ms', '<', clock.wallMs())
        .orderBy('deadline_ms')
        .limit(ROWS)
        .execute();
      if (due.length > 0) await transact(db, (trx) => ending.markLate(trx, due));
      if (due.length < ROWS) {
        await this.#count();
        return EVERY_MS;
      }
    }
    return 0;
  }

  async #count(): Promise<void> {
    const { db, counters } = this.#o;
    const rows = await db
      .selectFrom('distribution_deliveries')
      .select(['state', 'late', (eb) => eb.fn.countAll<number>().as('count')])
      .where('state', 'in', isOpen)
      .groupBy(['state', 'late'])
      .execute();
    const countIn = (some: typeof rows): number => some.reduce((sum, { count }) => sum + Number(count), 0);
    counters.open({
      waiting: countIn(rows.filter(({ state }) => state === 'waiting')),
      late: countIn(rows.filter(({ late }) => late === 1)),
    });
  }
}
