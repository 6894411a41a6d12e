// Adds up records to minutes and hours. Sessions are marked when they have new data; a repetition does no harm.
import { setImmediate as others } from 'node:timers/promises';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import type { JobKind } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { transact, transactUnforced } from '../store/transaction.ts';
import type { PeriodTable } from './core/period.ts';
import { firstKeyAt } from './core/session-keys.ts';
import { dropOldJoins } from './joins.ts';
import { longerPeriods, periodColumns, replacedFigures } from './periods.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const KEPT_MS: Readonly<Record<PeriodTable | 'session_events' | 'session_decisions', number>> = {
  quality_10s: DAY_MS,
  quality_1m: 31 * DAY_MS,
  quality_1h: 366 * DAY_MS,
  session_events: 366 * DAY_MS,
  session_decisions: 366 * DAY_MS,
};
export const SESSION_KEPT_MS = 366 * DAY_MS;

/** Delay until a minute is rolled up; records that arrive later cause a recomputation. */
const SETTLED_MS = 15_000;
/** Age of the last record from which on a session is not live; another record makes it live again. */
const LIVE_MS = 60_000;
/** Retention of records without facts, since they have no tenant whose erasure would remove them. */
const UNKNOWN_KEPT_MS = HOUR_MS;
/** Sessions per transaction: some 600 records, or 3000 minutes. */
const MINUTE_SESSIONS = 100;
const HOUR_SESSIONS = 50;
const ROWS = 1000;
/** Time after which the job continues with a new lease. */
const TURN_MS = 40_000;

export interface RollingUpOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly clock: Clock;
}

/** Removes or rolls up some rows. Returns their number; 0 if none is left. */
type Step = (nowMs: number) => Promise<number>;

export class RollingUp {
  readonly #o: RollingUpOptions;

  constructor(o: RollingUpOptions) {
    this.#o = o;
  }

  get job(): JobKind<unknown> {
    return {
      name: 'quality',
      concurrency: 1,
      leaseMs: 5 * MINUTE_MS,
      every: { ms: MINUTE_MS },
      run: async (_, { signal }) => ((await this.run(signal)) ? undefined : { againMs: 0 }),
    };
  }

  /** Does everything that is due. Returns false if it stopped early. */
  async run(signal?: AbortSignal): Promise<boolean> {
    const { clock } = this.#o;
    const untilMs = clock.nowMs() + TURN_MS;
    const nowMs = Math.floor(clock.wallMs());
    // Data is rolled up before it is removed.
    for (const step of this.#steps())
      do {
        if (signal?.aborted === true || clock.nowMs() >= untilMs) return false;
        await others();
      } while ((await step(nowMs)) > 0);
    return true;
  }

  #steps(): Step[] {
    return [
      (nowMs) => this.#endSilentSessions(nowMs),
      (nowMs) => this.#rollUpMinutes(nowMs),
      (nowMs) => this.#rollUpHours(nowMs),
      (nowMs) => this.#removeUnknown(nowMs),
      (nowMs) => this.#oldPeriods('quality_10s', nowMs),
      (nowMs) => this.#oldPeriods('quality_1m', nowMs),
      (nowMs) => this.#oldPeriods('quality_1h', nowMs),
      (nowMs) => this.#oldEvents(nowMs),
      (nowMs) => this.#oldDecisions(nowMs),
      (nowMs) => this.#oldSessions(nowMs),
      (nowMs) => dropOldJoins(this.#o.store.db, nowMs),
    ];
  }

  async #endSilentSessions(nowMs: number): Promise<number> {
    const { db } = this.#o.store;
    const { rows } = await sql`
      update quality_sessions set is_live = 0 where key in (
        select key from quality_sessions where is_live = 1 and last_ms < ${nowMs - LIVE_MS} limit ${sql.lit(ROWS)}
      ) returning key`.execute(db);
    return rows.length;
  }

  #rollUpMinutes(nowMs: number): Promise<number> {
    const endMs = Math.floor((nowMs - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    return transactUnforced(this.#o.store, async (db) => {
      const keys = await this.#dueSessions(db, sql`minute_from_ms between 1 and ${endMs}`, MINUTE_SESSIONS);
      if (keys.length === 0) return 0;
      const keyList = sql.join(keys);
      await this.#roll(db, {
        from: 'quality_10s',
        to: 'quality_1m',
        stepMs: MINUTE_MS,
        since: 'minute_from_ms',
        some: keyList,
        endMs,
      });
      await sql`
        update quality_sessions set
          hour_from_ms = case when hour_from_ms between 1 and minute_from_ms then hour_from_ms else minute_from_ms end,
          minute_from_ms = case when last_ms > ${endMs} then cast(${endMs + 1} as bigint) else 0 end
        where key in (${keyList})`.execute(db);
      return keys.length;
    });
  }

  #rollUpHours(nowMs: number): Promise<number> {
    const endMs = Math.floor((nowMs - SETTLED_MS) / HOUR_MS) * HOUR_MS;
    return transactUnforced(this.#o.store, async (db) => {
      const keys = await this.#dueSessions(db, sql`hour_from_ms between 1 and ${endMs}`, HOUR_SESSIONS);
      if (keys.length === 0) return 0;
      const some = sql.join(keys);
      await this.#roll(db, {
        from: 'quality_1m',
        to: 'quality_1h',
        stepMs: HOUR_MS,
        since: 'hour_from_ms',
        some,
        endMs,
      });
      await sql`
        update quality_sessions set
          hour_from_ms = case when last_ms > ${endMs} then cast(${endMs + 1} as bigint) else 0 end,
          to_roll = case when last_ms > ${endMs} or minute_from_ms > 0 then 1 else 0 end
        where key in (${some})`.execute(db);
      return keys.length;
    });
  }

  /** Returns due sessions, locked, so that a batch stored meanwhile sets its marks after this transaction. */
  async #dueSessions(db: Store['db'], due: ReturnType<typeof sql>, sessions: number): Promise<number[]> {
    const lock = sql.raw(this.#o.store.kind === 'sqlite' ? '' : 'for update');
    const { rows } = await sql<{ key: number }>`
      select key from quality_sessions where to_roll = 1 and ${due} order by key limit ${sql.lit(sessions)} ${lock}`.execute(
      db,
    );
    return rows.map(({ key }) => key);
  }

  async #roll(
    db: Store['db'],
    o: {
      readonly from: PeriodTable;
      readonly to: PeriodTable;
      readonly stepMs: number;
      readonly since: 'minute_from_ms' | 'hour_from_ms';
      readonly some: ReturnType<typeof sql.join>;
      readonly endMs: number;
    },
  ): Promise<void> {
    const since = sql.raw(`((s.${o.since} - 1) / ${o.stepMs}) * ${o.stepMs}`);
    await sql`
      insert into ${sql.table(o.to)} (${sql.join(periodColumns.map((name) => sql.ref(name)))})
      select ${longerPeriods(o.stepMs)}
      from quality_sessions s cross join ${sql.table(o.from)} r
      where s.key in (${o.some}) and r.session = s.key and r.at_ms > ${since} and r.at_ms <= ${o.endMs}
      group by 1, 2
      on conflict (session, at_ms) do update set ${replacedFigures}`.execute(db);
  }

  /** Removes sessions whose facts never arrived. */
  async #removeUnknown(nowMs: number): Promise<number> {
    const { db } = this.#o.store;
    const { rows } = await sql<{ key: number }>`
      select key from quality_sessions where tenant = '' and last_ms < ${nowMs - UNKNOWN_KEPT_MS}
      order by key limit 1`.execute(db);
    return eraseSessions(
      db,
      rows.map(({ key }) => key),
    );
  }

  async #oldPeriods(table: PeriodTable, nowMs: number): Promise<number> {
    const { rows } = await sql`
      delete from ${sql.table(table)} where (session, at_ms) in (
        select session, at_ms from ${sql.table(table)} where at_ms < ${nowMs - KEPT_MS[table]}
        order by at_ms limit ${sql.lit(ROWS)}
      ) returning 1`.execute(this.#o.store.db);
    return rows.length;
  }

  async #oldEvents(nowMs: number): Promise<number> {
    const key = sql.raw('session, at_ms, kind, source, from_node, to_node');
    const { rows } = await sql`
      delete from session_events where (${key}) in (
        select ${key} from session_events where at_ms < ${nowMs - KEPT_MS.session_events}
        order by at_ms limit ${sql.lit(ROWS)}
      ) returning 1`.execute(this.#o.store.db);
    return rows.length;
  }

  async #oldDecisions(nowMs: number): Promise<number> {
    const { rows } = await sql`
      delete from session_decisions where (session, decision_id) in (
        select session, decision_id from session_decisions where made_ms < ${nowMs - KEPT_MS.session_decisions}
        order by made_ms limit ${sql.lit(ROWS)}
      ) returning 1`.execute(this.#o.store.db);
    return rows.length;
  }

  /** Removes old sessions that have no other rows. */
  async #oldSessions(nowMs: number): Promise<number> {
    const beforeMs = nowMs - SESSION_KEPT_MS;
    const { rows } = await sql`
      delete from quality_sessions where key in (
        select key from quality_sessions where key < ${firstKeyAt(beforeMs)} and last_ms < ${beforeMs}
        order by key limit ${sql.lit(ROWS)}
      ) returning 1`.execute(this.#o.store.db);
    return rows.length;
  }
}

/** Removes at most a thousand rows of each table, then the sessions. Returns the number; 0 if none is left. */
export async function eraseSessions(db: Store['db'], keys: readonly number[]): Promise<number> {
  if (keys.length === 0) return 0;
  const some = sql.join(keys);
  return transact(db, async (trx) => {
    let deletedCount = 0;
    for (const [table, key] of Object.entries(keysOfParts)) {
      const { rows } = await sql`
        delete from ${sql.table(table)} where (${sql.raw(key)}) in (
          select ${sql.raw(key)} from ${sql.table(table)} where session in (${some}) limit ${sql.lit(ROWS)}
        ) returning 1`.execute(trx);
      deletedCount += rows.length;
    }
    if (deletedCount > 0) return deletedCount;
    const { rows } = await sql`delete from quality_sessions where key in (${some}) returning 1`.execute(trx);
    return rows.length;
  });
}

const keysOfParts = {
  quality_10s: 'session, at_ms',
  quality_1m: 'session, at_ms',
  quality_1h: 'session, at_ms',
  session_events: 'session, at_ms, kind, source, from_node, to_node',
  session_decisions: 'session, decision_id',
} as const;
