// Work that outlives a request, in a table from which every instance claims jobs. If an instance dies, the lease of its
// job expires and another instance runs the job again, so every kind must tolerate a second run. A poll finds jobs that
// other instances added. Tenants take turns.
import assert from 'node:assert/strict';
import { newId } from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import { sql } from 'kysely';
import { databaseNowMs, unlocked } from '../store/database-time.ts';
import type { Transaction } from '../store/transaction.ts';
import { nextTime } from './calendar.ts';
import { rankOf } from './core/rank.ts';
import { JobExplaining } from './explaining.ts';
import type { RemoteKind, Slots } from './kinds.ts';
import { ATTEMPTS_MAX, type JobKind, type JobsOptions, type NewJob, pauseMsAfter, WORKER } from './kinds.ts';
import { isDue, ofNodes, rankInSql } from './rows.ts';
import {
  type HeldLease,
  PAYLOAD_CHARACTERS_MAX,
  type TakenTask,
  type TakeRequest,
  type TaskEnd,
  Tasks,
} from './tasks.ts';

export type { JobContext, JobKind, JobsOptions, NewJob, RemoteKind, Slots } from './kinds.ts';

const POLL_MS = 1000;
/** Key of the single row of a periodic kind, which stays in the table. */
const CRON_KEY = 'cron';

/** Limit of tenants that had their turn, all of which a query names. Beyond it, the next round begins early. */
const TENANTS_MAX = 100;

interface Pool {
  readonly kind: JobKind<unknown>;
  readonly name: string;
  readonly slots: Slots;
  readonly running: Map<string, { readonly tenant: string; readonly lane: string }>;
  readonly served: Set<string>;
  isClaiming: boolean;
  isClaimPending: boolean;
}
interface Claimed {
  readonly id: string;
  readonly tenant: string;
  readonly lane: string;
  readonly pool: string;
  readonly key: string;
  readonly run_at_ms: number;
  readonly payload: string;
  readonly attempts: number;
  readonly added: number;
  readonly leased_by: string;
}

export class Jobs {
  /** Jobs that nodes run. */
  readonly tasks: Tasks;
  readonly explaining: JobExplaining;
  readonly #o: JobsOptions;
  readonly #kinds = new Map<string, readonly Pool[]>();
  /** Periodic kinds whose row may not exist yet. */
  readonly #unplanned = new Set<JobKind<unknown>>();
  readonly #ending = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #pollTimer: Timer | undefined;

  constructor(o: JobsOptions) {
    this.#o = o;
    this.tasks = new Tasks(o);
    this.explaining = new JobExplaining(o, this.tasks);
  }

  /** Must be called before `start`. */
  register<P>(kind: JobKind<P> | RemoteKind<P>): void {
    if ('remote' in kind) {
      this.tasks.register(kind);
      if (kind.heatOf !== undefined && !this.#kinds.has(this.tasks.reranking.name)) this.register(this.tasks.reranking);
      return;
    }
    const pools = Object.entries({ '': kind, ...kind.pools }).map(([name, slots]) => ({
      kind: kind as JobKind<unknown>,
      name,
      slots,
      running: new Map(),
      served: new Set<string>(),
      isClaiming: false,
      isClaimPending: false,
    }));
    this.#kinds.set(kind.name, pools);
  }

  start(): void {
    for (const [pool] of this.#kinds.values()) if (pool?.kind.every !== undefined) this.#unplanned.add(pool.kind);
    void this.#track(this.#plan());
    this.#pollLater();
  }

  /**
   * Adds a job; if it is due, it starts right after the commit. If a node runs a job of the same key with another
   * payload, its lease ends.
   */
  async add<P>(trx: Transaction, kind: Pick<JobKind<P>, 'name'>, job: NewJob<P>): Promise<void> {
    const { rng, clock, store, log } = this.#o;
    const { name } = kind;
    const { inMs = 0, cause } = job;
    const id = newId('JB_', (count) => rng.bytes(count), 20);
    const databaseNow = databaseNowMs(store, clock);
    const isRemote = this.tasks.kinds.has(name);
    const createdMs = Math.floor(clock.wallMs());
    const isRanked = isRemote || cause !== undefined;
    const payload = JSON.stringify(job.payload);
    assert(!isRemote || payload.length <= PAYLOAD_CHARACTERS_MAX, `${name}: the payload is too long for a task`);
    await trx
      .insertInto('jobs')
      .values({
        id,
        kind: name,
        key: job.key ?? id,
        tenant: job.tenant ?? '',
        lane: job.lane ?? '',
        pool: job.pool ?? '',
        payload,
        run_at_ms: sql<number>`${databaseNow} + ${inMs}`,
        attempts: 0,
        added: 1,
        rank_ms: isRanked ? rankOf(Object.assign({ createdMs }, cause)).rankMs : 0,
        cause: JSON.stringify(cause ?? {}),
        lease_until_ms: 0,
        leased_by: '',
        created_ms: createdMs,
        worker: isRemote ? this.tasks.workerOf(name) : '',
      })
      .onConflict((on) =>
        on.columns(['kind', 'key']).doUpdateSet((eb) => ({
          payload: eb.ref('excluded.payload'),
          pool: eb.ref('excluded.pool'),
          added: eb('jobs.added', '+', 1),
          ...(isRanked && rankColumnsOnReadd()),
          ...(isRemote && leaseColumnsOnReadd()),
          run_at_ms: eb
            .case()
            .when('jobs.run_at_ms', '<', eb.ref('excluded.run_at_ms'))
            .then(eb.ref('jobs.run_at_ms'))
            .else(eb.ref('excluded.run_at_ms'))
            .end(),
        })),
      )
      .execute();
    if (inMs <= 0) trx.afterCommit({ key: `jobs ${name}`, log, run: () => this.#wakeKind(name) });
  }

  /**
   * Moves a lane's jobs to another pool, including running ones. If the pool then exceeds its slots, it starts no job
   * meanwhile.
   */
  async move(trx: Transaction, kind: Pick<JobKind<unknown>, 'name'>, lane: string, to: string): Promise<void> {
    const { name } = kind;
    await trx
      .updateTable('jobs')
      .set({ pool: to })
      .where('kind', '=', name)
      .where('lane', '=', lane)
      .where('pool', '!=', to)
      .execute();
    trx.afterCommit({ key: `jobs ${name} ${lane}`, log: this.#o.log, run: () => this.#moveRunning(name, lane, to) });
  }

  /** Drops tasks, except locked ones. `onEnded` of running tasks must therefore check whether they are still wanted. */
  async drop(
    trx: Transaction,
    { kinds, tenant, lane }: { readonly kinds: readonly string[]; readonly tenant: string; readonly lane: string },
  ): Promise<void> {
    const ownJobs = trx
      .selectFrom('jobs')
      .select('id')
      .where(ofNodes)
      .where('worker', '=', WORKER)
      .where('kind', 'in', kinds)
      .where((eb) => eb.and({ tenant, lane }));
    await trx.deleteFrom('jobs').where('id', 'in', unlocked(this.#o.store, ownJobs)).execute();
  }

  /**
   * Removes the job of a key; a node that runs it loses its lease. Returns the job, with its attempts; undefined for
   * none, and for one that has ended meanwhile.
   */
  async remove(
    trx: Transaction,
    kind: Pick<JobKind<unknown>, 'name'>,
    key: string,
  ): Promise<{ readonly payload: unknown; readonly attempts: number } | undefined> {
    const removed = trx.deleteFrom('jobs').where('kind', '=', kind.name).where('key', '=', key);
    const row = await removed.returning(['payload', 'attempts']).executeTakeFirst();
    return row && { payload: JSON.parse(row.payload), attempts: row.attempts };
  }

  /** Sets whether a job is urgent, in the caller's transaction. Returns whether the job exists. */
  async order(
    trx: Transaction,
    kind: Pick<JobKind<unknown>, 'name'>,
    key: string,
    order: { readonly urgent: boolean },
  ): Promise<boolean> {
    const found = trx.selectFrom('jobs').select('id').where('kind', '=', kind.name).where('key', '=', key);
    const job = await found.executeTakeFirst();
    return job !== undefined && this.tasks.ordering.order(trx, job, order);
  }

  /** Takes tasks: see `Tasks.take`. */
  take(o: TakeRequest): Promise<TakenTask[]> {
    return this.tasks.take(o);
  }

  /** Renews a lease: see `Tasks.renew`. `region`: region of the node. */
  renew(held: HeldLease, done: number, region?: string): Promise<number> {
    return this.tasks.renew(held, done, region);
  }

  /** Ends a task: see `Tasks.end`. */
  end(held: HeldLease, end: TaskEnd): Promise<boolean> {
    return this.tasks.end(held, end);
  }

  wake(): void {
    for (const name of this.#kinds.keys()) this.#wakeKind(name);
  }

  #wakeKind(name: string): void {
    for (const pool of this.#kinds.get(name) ?? []) void this.#claimAll(pool);
  }

  #moveRunning(name: string, lane: string, to: string): void {
    const pools = this.#kinds.get(name) ?? [];
    const target = pools.find((pool) => pool.name === to);
    if (target === undefined) return;
    for (const { running } of pools)
      for (const [id, job] of running)
        if (job.lane === lane && running !== target.running) {
          running.delete(id);
          target.running.set(id, job);
        }
    this.#wakeKind(name);
  }

  /** Resolves when no job runs, and none was due a moment ago. */
  async settled(): Promise<void> {
    this.wake();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Waits for running jobs; others stay in the table. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#pollTimer?.cancel();
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #plan(): Promise<void> {
    const { store, clock, rng, log } = this.#o;
    for (const kind of this.#unplanned) {
      const { every, name } = kind;
      if (every === undefined) continue;
      const nowMs = Math.floor(clock.wallMs());
      try {
        await store.db
          .insertInto('jobs')
          .values({
            id: newId('JB_', (count) => rng.bytes(count), 20),
            kind: name,
            key: CRON_KEY,
            tenant: '',
            lane: '',
            pool: '',
            payload: '{}',
            run_at_ms: nextTime(every, nowMs),
            attempts: 0,
            added: 1,
            lease_until_ms: 0,
            leased_by: '',
            created_ms: nowMs,
          })
          .onConflict((on) => on.columns(['kind', 'key']).doNothing())
          .execute();
        this.#unplanned.delete(kind);
      } catch (error) {
        log.warn({ err: error, kind: name }, 'a periodic job could not be planned');
      }
    }
  }

  #pollLater(): void {
    if (this.#ending.signal.aborted) return;
    const { clock, rng } = this.#o;
    // The interval is random, so that instances started together do not poll together.
    this.#pollTimer = clock.after(POLL_MS * (0.5 + rng.next()), () => {
      if (this.#unplanned.size > 0) void this.#track(this.#plan());
      void this.#track(this.#wakeDue());
      this.#pollLater();
    });
  }

  /** Uses one statement for all kinds, because claiming takes the database's lock, and usually no job is due. */
  async #wakeDue(): Promise<void> {
    const { store, clock, log } = this.#o;
    const now = databaseNowMs(store, clock);
    const pools = [...this.#kinds.values()]
      .flat()
      .map(({ kind, name }) => sql`select ${kind.name} as kind, ${name} as pool`);
    if (pools.length === 0) return;
    try {
      const due = await store.db
        .selectFrom(sql<{ kind: string; pool: string }>`(${sql.join(pools, sql` union all `)})`.as('pools'))
        .select('pools.kind')
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('jobs')
              .select('jobs.id')
              .whereRef('jobs.kind', '=', 'pools.kind')
              .whereRef('jobs.pool', '=', 'pools.pool')
              .where(isDue(now)),
          ),
        )
        .execute();
      for (const name of new Set(due.map(({ kind }) => kind))) this.#wakeKind(name);
    } catch (error) {
      log.warn({ err: error }, 'due jobs could not be read');
    }
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
    return tracked;
  }

  /** Runs a single claim per pool at a time; a wake meanwhile is followed by another claim. */
  #claimAll(pool: Pool): Promise<void> | undefined {
    pool.isClaimPending = true;
    if (pool.isClaiming || this.#ending.signal.aborted) return undefined;
    pool.isClaiming = true;
    return this.#track(this.#claimLoop(pool));
  }

  async #claimLoop(pool: Pool): Promise<void> {
    const { kind, slots, running } = pool;
    try {
      while (pool.isClaimPending && !this.#ending.signal.aborted && running.size < slots.concurrency) {
        pool.isClaimPending = false;
        const job = await this.#claimNext(pool);
        if (job === undefined) continue;
        // The run would not notice that `close` was called meanwhile, so the job is released for another instance at
        // once.
        if (this.#ending.signal.aborted) return await this.#settle(job, 0, true);
        pool.isClaimPending = true;
        running.set(job.id, job);
        void this.#track(
          this.#run(kind, job).finally(() => {
            for (const each of this.#kinds.get(kind.name) ?? [])
              if (each.running.delete(job.id)) void this.#claimAll(each);
          }),
        );
      }
    } catch (error) {
      this.#o.log.warn({ err: error, kind: kind.name }, 'jobs could not be claimed');
    } finally {
      pool.isClaiming = false;
    }
  }

  /** Tenants take turns only if the kind has a limit per tenant. */
  async #claimNext(pool: Pool): Promise<Claimed | undefined> {
    const { slots, served } = pool;
    if (slots.perTenant === undefined) return this.#claim(pool);
    let job = served.size === 0 ? undefined : await this.#claim(pool, served);
    if (job === undefined || served.size >= TENANTS_MAX) served.clear();
    job ??= await this.#claim(pool);
    if (job !== undefined) served.add(job.tenant);
    return job;
  }

  #claim({ kind, name, slots, running }: Pool, served: Iterable<string> = []): Promise<Claimed | undefined> {
    const { store, clock, rng } = this.#o;
    const now = databaseNowMs(store, clock);
    const present = [...running.values()];
    const { concurrency, perTenant = concurrency, perLane = concurrency } = slots;
    const ofTenants = present.map(({ tenant }) => tenant);
    const tenants = [...new Set([...fullValues(ofTenants, perTenant), ...served])];
    const ofLanes = present.map(({ lane }) => lane);
    const lanes = fullValues(ofLanes, perLane);
    let due = store.db
      .selectFrom('jobs')
      .select('id')
      .where('kind', '=', kind.name)
      .where('pool', '=', name)
      .where(isDue(now))
      .orderBy(rankInSql)
      .orderBy('id')
      .limit(1);
    if (tenants.length > 0) due = due.where('tenant', 'not in', tenants);
    if (lanes.length > 0) due = due.where('lane', 'not in', lanes);
    return store.db
      .updateTable('jobs')
      .set({
        lease_until_ms: sql<number>`${now} + ${kind.leaseMs}`,
        leased_by: newId('JL_', (count) => rng.bytes(count), 20),
        attempts: (eb) => eb('attempts', '+', 1),
      })
      .where('id', '=', unlocked(store, due))
      .returning(['id', 'tenant', 'lane', 'pool', 'key', 'run_at_ms', 'payload', 'attempts', 'added', 'leased_by'])
      .executeTakeFirst();
  }

  async #run(kind: JobKind<unknown>, job: Claimed): Promise<void> {
    try {
      const { againMs, hasFailed } = await this.#attempt(kind, job);
      if (kind.every !== undefined && job.key === CRON_KEY && againMs === undefined)
        await this.#settleUntil(job, nextTime(kind.every, Math.max(job.run_at_ms, this.#o.clock.wallMs())));
      else await this.#settle(job, againMs, hasFailed);
    } catch (error) {
      // The lease expires, and an instance runs the job once more.
      this.#o.log.warn({ err: error, kind: kind.name, jobId: job.id }, 'the end of a job could not be stored');
    }
  }

  /** Returns when to run again; `againMs` is undefined if the job is done. */
  async #attempt(kind: JobKind<unknown>, job: Claimed): Promise<{ againMs: number | undefined; hasFailed: boolean }> {
    const { log, rng } = this.#o;
    const { tenant, pool, attempts: attempt } = job;
    try {
      const again = await kind.run(JSON.parse(job.payload), { tenant, pool, attempt, signal: this.#ending.signal });
      this.#o.onRan?.(kind.name, 'done');
      return { againMs: again?.againMs, hasFailed: false };
    } catch (error) {
      const isLast = attempt >= (kind.attemptsMax ?? ATTEMPTS_MAX);
      this.#o.onRan?.(kind.name, isLast ? 'givenUp' : 'failed');
      const logFields = { err: error, kind: kind.name, jobId: job.id, attempt };
      if (isLast) log.error(logFields, 'a job has failed for good');
      else log.warn(logFields, 'a job has failed and will be retried');
      return { againMs: isLast ? undefined : pauseMsAfter(attempt, rng), hasFailed: true };
    }
  }

  /**
   * Releases a periodic job until `atMs`, which the caller makes later than its previous time, even if this process's
   * clock is behind.
   */
  async #settleUntil({ id, leased_by }: Claimed, atMs: number): Promise<void> {
    await this.#o.store.db
      .updateTable('jobs')
      .set({ lease_until_ms: 0, attempts: 0, run_at_ms: atMs, rank_ms: 0, cause: '{}' })
      .where('id', '=', id)
      .where('leased_by', '=', leased_by)
      .execute();
  }

  async #settle({ id, added, leased_by }: Claimed, againMs: number | undefined, hasFailed: boolean): Promise<void> {
    const { store, clock } = this.#o;
    const now = databaseNowMs(store, clock);
    // If the run took longer than the lease, another instance may own the job by now.
    const own = store.db.updateTable('jobs').where('id', '=', id).where('leased_by', '=', leased_by);
    if (againMs === undefined) {
      const { numDeletedRows } = await store.db
        .deleteFrom('jobs')
        .where('id', '=', id)
        .where('leased_by', '=', leased_by)
        .where('added', '=', added)
        .executeTakeFirst();
      if (numDeletedRows > 0n) return;
      await own.set({ lease_until_ms: 0, attempts: 0 }).execute();
      return;
    }
    await own
      .set({
        lease_until_ms: 0,
        ...(!hasFailed && { attempts: 0 }),
        // If the job was added again meanwhile, the time given there counts.
        run_at_ms: (eb) =>
          eb
            .case()
            .when('added', '=', added)
            .then(sql<number>`${now} + ${Math.round(againMs)}`)
            .else(eb.ref('run_at_ms'))
            .end(),
      })
      .execute();
  }
}

/** Columns for a job that is added again: keeps the creation time and the larger boost. */
function rankColumnsOnReadd() {
  const boostMs = sql`excluded.created_ms - excluded.rank_ms`;
  const isBehind = sql`jobs.rank_ms <> 0 and jobs.created_ms - jobs.rank_ms >= ${boostMs}`;
  return {
    rank_ms: sql<number>`case when ${isBehind} then jobs.rank_ms else jobs.created_ms - (${boostMs}) end`,
    cause: sql<string>`case when ${isBehind} then jobs.cause else excluded.cause end`,
  };
}

/** Columns that end the lease if a node's job is added again with another payload. */
function leaseColumnsOnReadd() {
  const isSame = sql`jobs.payload = excluded.payload`;
  return {
    leased_by: sql<string>`case when ${isSame} then jobs.leased_by else '' end`,
    lease_until_ms: sql<number>`case when ${isSame} then jobs.lease_until_ms else 0 end`,
    attempts: sql<number>`case when ${isSame} then jobs.attempts else 0 end`,
  };
}

function fullValues(values: readonly string[], max: number): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= max).map(([value]) => value);
}
