// Moves deliveries of hot contents forward in their queues, and back when the contents cool.
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import { levelOf, viewsAt } from '../library/core/heat.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { HOT_STEP_MS } from './core/delivery-rank.ts';
import { RepeatedTask } from './repeated-task.ts';

export interface HeatingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after standings of deliveries changed, so that receivers hear of them. */
  readonly wakeRestating: () => void;
}

const EVERY_MS = 5000;
/** Contents cool without a view, so all hot ones are looked at this often. */
const ALL_EVERY_MS = 60_000;
/** Views of transactions that end late are still found. */
const OVERLAP_MS = 30_000;
/** Beyond it, the hottest contents are looked at. */
const LOOKED_AT_MAX = 5000;
/** Contents that a run changes, the greatest changes first; the next run follows at once with the rest. */
const CHANGED_MAX = 200;

interface Change {
  readonly tenant: string;
  readonly content: string;
  readonly level: number;
  /** Largest difference of the level from those of the content's orders. */
  readonly step: number;
}

/** Repetition changes nothing, so several instances may run at the same time. */
export class Heating {
  readonly #o: HeatingOptions;
  readonly #task: RepeatedTask;
  #allLookedMs = -ALL_EVERY_MS;

  constructor(o: HeatingOptions) {
    this.#o = o;
    const { clock, log } = o;
    this.#task = new RepeatedTask({
      clock,
      log,
      taskName: 'heat of deliveries',
      run: () => this.#run(),
      failedMs: EVERY_MS,
    });
  }

  start(): void {
    this.#task.start();
  }

  /** Resolves when the current run has ended. */
  settled(): Promise<void> {
    return this.#task.settled();
  }

  close(): Promise<void> {
    return this.#task.close();
  }

  async #run(): Promise<number> {
    const { db, clock, wakeRestating } = this.#o;
    const lookedMs = clock.nowMs();
    const isAll = lookedMs - this.#allLookedMs >= ALL_EVERY_MS;
    const nowMs = clock.wallMs();
    const changes = await changesOf(db, nowMs, isAll ? undefined : nowMs - OVERLAP_MS);
    const some = changes.slice(0, CHANGED_MAX);
    for (const change of some) await applyLevel(db, change);
    if (some.length > 0) wakeRestating();
    if (some.length < changes.length) return 0;
    if (isAll) this.#allLookedMs = lookedMs;
    return EVERY_MS;
  }
}

/** Returns contents of running orders whose level differs. `sinceMs`: only those viewed since then, by wall clock. */
async function changesOf(db: Database, nowMs: number, sinceMs: number | undefined): Promise<Change[]> {
  let found = db
    .selectFrom('distribution_orders as o')
    .leftJoin('library_heats as h', (join) =>
      join.onRef('h.tenant', '=', 'o.tenant').onRef('h.content', '=', 'o.content'),
    )
    .select((eb) => [
      'o.tenant',
      'o.content',
      'h.views',
      'h.at_ms',
      eb.fn.max('o.heat').as('most'),
      eb.fn.min('o.heat').as('least'),
    ])
    .where('o.state', '=', sql.lit('running'))
    .groupBy(['o.tenant', 'o.content', 'h.views', 'h.at_ms'])
    .orderBy(sql`coalesce(h.views, 0)`, 'desc')
    .limit(LOOKED_AT_MAX);
  found =
    sinceMs === undefined
      ? found.where((eb) => eb.or([eb('o.heat', '>', 0), eb('h.views', '>=', 1)]))
      : found.where('h.at_ms', '>=', Math.floor(sinceMs));
  return (await found.execute())
    .map(({ tenant, content, views, at_ms: atMs, most, least }) => {
      const now = views === null || atMs === null ? 0 : viewsAt({ views, atMs }, nowMs);
      const level = levelOf(now, Number(most));
      return {
        tenant,
        content,
        level,
        step: Math.max(Math.abs(level - Number(most)), Math.abs(level - Number(least))),
      };
    })
    .filter(({ step }) => step > 0)
    .toSorted((a, b) => b.step - a.step || b.level - a.level);
}

/** Moves each delivery by the difference from the level that it has, so that concurrent runs move it once. */
function applyLevel(db: Database, { tenant, content, level }: Change): Promise<void> {
  return transact(db, async (trx) => {
    await trx
      .updateTable('distribution_deliveries')
      .set((eb) => ({
        rank_ms: sql<number>`${eb.ref('rank_ms')} - (${sql.lit(level)} - ${eb.ref('heat')}) * ${sql.lit(HOT_STEP_MS)}`,
        heat: level,
        revision: eb('revision', '+', 1),
      }))
      .where((eb) => eb.and({ tenant, content }))
      .where('state', 'in', [sql.lit('waiting' as const), sql.lit('noticed' as const)])
      .where('heat', '!=', level)
      .execute();
    await trx
      .updateTable('distribution_orders')
      .set({ heat: level })
      .where((eb) => eb.and({ tenant, content }))
      .where('state', '=', sql.lit('running'))
      .where('heat', '!=', level)
      .execute();
  });
}
