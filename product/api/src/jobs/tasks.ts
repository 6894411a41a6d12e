// Nodes take jobs, renew leases, and report the end. All state is in rows, so a node may call another instance each
// time, and a job ends once, whichever process dies.
import assert from 'node:assert/strict';
import { isInFence, MeridianError, newId } from '@meridian/protocol';
import { type ExpressionBuilder, sql } from 'kysely';
import { databaseNowMs, unlocked } from '../store/database-time.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { nextOf } from './core/turns.ts';
import { ATTEMPTS_MAX, type JobsOptions, type Outcome, pauseMsAfter, type RemoteKind, WORKER } from './kinds.ts';
import { TaskOrdering } from './ordering.ts';
import { RecentNodes } from './recent-nodes.ts';
import { type JobRow, ofNodes } from './rows.ts';
import { RunningJobs } from './running.ts';
import { type FencedTenant, TenantsOfNodes } from './tenants-of-node.ts';
import { headsOf, runningAt, type WaitingTask } from './waiting-tasks.ts';

export const TASKS_PER_TAKE_MAX = 32;
/** The longest payload names a thousand stints of a recording, with their journals. */
export const PAYLOAD_CHARACTERS_MAX = 384 * 1024;
/**
 * Limit after which no more tasks are added; with one more task of the longest, the answer fits into a frame of 1 MiB.
 */
export const TAKE_CHARACTERS_MAX = 512 * 1024;
/** Takes of an instance run one after another; a longer queue means that the database cannot keep up. */
const TAKES_WAITING_MAX = 1000;
/**
 * Limit of reads for one take, since other instances may claim the tasks that a read found. After that, the node asks
 * again.
 */
const LOOKS_MAX = 3;
/** Tenants that had their turn; beyond the limit, another round begins early. */
const SERVED_MAX = 10_000;
/** Additional rows read per tenant, since some are reserved for other nodes. */
const EXTRA_ROWS = 8;

export interface TakeRequest {
  /** Kind of the node; absent: a library node. */
  readonly worker?: string;
  readonly node: string;
  readonly kinds: readonly string[];
  readonly free: number;
  /** False if the node takes tasks of any lane. */
  readonly affinity?: boolean;
  /** Pools of which the node takes jobs, in addition to jobs without a pool. */
  readonly pools?: readonly string[];
  /** Region of the node, which takes only jobs of tenants whose fence contains it. Absent: outside every fence. */
  readonly region?: string;
}
export interface TakenTask {
  readonly id: string;
  readonly kind: string;
  readonly tenant: string;
  readonly payload: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  readonly lease: string;
  readonly leaseMs: number;
}
export interface HeldLease {
  readonly id: string;
  readonly lease: string;
  readonly node: string;
}
export interface HeldTask {
  readonly kind: string;
  readonly tenant: string;
  readonly payload: unknown;
}
export interface TaskEnd extends Omit<Outcome, 'result'> {
  /** Result as JSON; '' after a failure. */
  readonly result: string;
  readonly retryable: boolean;
}

export class Tasks {
  readonly ordering: TaskOrdering;
  readonly recentNodes: RecentNodes;
  readonly tenants: TenantsOfNodes;
  readonly #o: JobsOptions;
  readonly #kinds = new Map<string, RemoteKind<unknown>>();
  readonly #served = new Set<string>();
  #takes: Promise<unknown> = Promise.resolve();
  #takesWaiting = 0;

  constructor(o: JobsOptions) {
    this.#o = o;
    this.recentNodes = new RecentNodes(o.clock);
    this.tenants = new TenantsOfNodes(o);
    this.ordering = new TaskOrdering(o, this.#kinds);
  }

  get reranking() {
    return this.ordering.reranking;
  }

  register<P>(kind: RemoteKind<P>): void {
    this.#kinds.set(kind.name, kind as RemoteKind<unknown>);
  }

  get kinds(): ReadonlyMap<string, RemoteKind<unknown>> {
    return this.#kinds;
  }

  hadTurn(tenant: string): boolean {
    return this.#served.has(tenant);
  }

  /** Returns at most TASKS_PER_TAKE_MAX tasks. Rejects with OVERLOADED if too many nodes ask. */
  async take(o: TakeRequest): Promise<TakenTask[]> {
    if (this.#takesWaiting >= TAKES_WAITING_MAX) throw new MeridianError('OVERLOADED');
    this.#takesWaiting += 1;
    const previousTake = this.#takes;
    const currentTake = (async () => {
      await previousTake;
      return await this.#take(o);
    })();
    // The next take waits for this one, even if it fails; the error goes to this take's caller.
    this.#takes = currentTake.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await currentTake;
    } finally {
      this.#takesWaiting -= 1;
    }
  }

  async #take(o: TakeRequest): Promise<TakenTask[]> {
    const { worker = WORKER, node, kinds, free, affinity = true, pools = [], region = '' } = o;
    this.recentNodes.recordRequest({ worker, node, free, pools, region });
    const knownKinds = [...new Set(kinds)].filter((name) => this.#kinds.has(name));
    const takenTasks: TakenTask[] = [];
    const most = Math.min(free, TASKS_PER_TAKE_MAX);
    let isLongDue = false;
    for (let look = 0; knownKinds.length > 0 && look < LOOKS_MAX && takenTasks.length < most; look += 1) {
      const running = new RunningJobs(this.#kinds, await this.#running(worker, knownKinds));
      const tenantsOfKinds = await this.tenants.next({ worker, kinds: knownKinds, node, region });
      const found = await this.#heads({
        worker,
        of: tenantsOfKinds,
        rowsPerTenant: most + EXTRA_ROWS,
        pools,
        running,
        isLongDue,
      });
      const ownTasks = affinity ? found.filter((task) => (this.reservedNode(task) ?? node) === node) : found;
      const lost = await this.#claimInTurn(ownTasks, { worker, node, most, running, taken: takenTasks });
      // Tasks of other nodes may hide tasks whose reservation has expired, so the next read is of those only.
      const isHidden: boolean = ownTasks.length < found.length && !isLongDue;
      if (!lost && !isHidden) break;
      isLongDue = isHidden;
    }
    this.recentNodes.recordRequest({ worker, node, free: free - takenTasks.length, pools, region });
    return takenTasks;
  }

  /** Returns the node for which the task is reserved; undefined if any node may take it. */
  reservedNode(task: Pick<WaitingTask, 'kind' | 'lane' | 'pool' | 'fence' | 'dueMs'>): string | undefined {
    const { kind, lane, pool, fence, dueMs } = task;
    if (this.#o.clock.wallMs() - dueMs >= this.#affinityMs(kind)) return undefined;
    const place = { worker: this.workerOf(kind), pool, fence };
    if (this.#kinds.get(kind)?.remote.laneIsNode !== true) return this.recentNodes.nodeFor(lane, place);
    return this.recentNodes.present(place).find((node) => node === lane);
  }

  /** Returns the kind of the nodes that run a kind of jobs. */
  workerOf(kind: string): string {
    return this.#kinds.get(kind)?.remote.worker ?? WORKER;
  }

  #affinityMs(kind: string): number {
    return this.#kinds.get(kind)?.remote.affinityMs ?? 0;
  }

  async #running(worker: string, names: readonly string[]): Promise<Pick<JobRow, 'kind' | 'tenant' | 'lane'>[]> {
    const { store, clock } = this.#o;
    const kinds = names.filter((name) => {
      const kind = this.#kinds.get(name);
      return kind?.perTenant !== undefined || kind?.perLane !== undefined;
    });
    return kinds.length === 0 ? [] : runningAt(store.db, { worker, kinds, now: databaseNowMs(store, clock) });
  }

  async #heads(o: {
    readonly worker: string;
    readonly of: readonly FencedTenant[];
    readonly rowsPerTenant: number;
    readonly pools: readonly string[];
    readonly running: RunningJobs;
    readonly isLongDue: boolean;
  }): Promise<WaitingTask[]> {
    const { store, clock } = this.#o;
    const { worker, rowsPerTenant, pools, running } = o;
    return headsOf(store.db, {
      worker,
      each: rowsPerTenant,
      pools,
      databaseNow: databaseNowMs(store, clock),
      of: o.of.filter((one) => !running.isTenantFull(one)),
      fullLanes: running.fullLanes(),
      dueForMs: (kind) => (o.isLongDue ? this.#affinityMs(kind) : 0),
    });
  }

  /**
   * Claims tasks in one commit, because the disk is slow. Returns whether another instance claimed one of them first.
   */
  async #claimInTurn(
    found: readonly WaitingTask[],
    o: { worker: string; node: string; most: number; running: RunningJobs; taken: TakenTask[] },
  ): Promise<boolean> {
    const waiting = new Map(found.map((task) => [task.id, task]));
    const abandonedTasks: TakenTask[] = [];
    const isLost = await transact(this.#o.store.db, async (trx) => {
      let lost = false;
      while (o.taken.length < o.most && charactersOf(o.taken) < TAKE_CHARACTERS_MAX) {
        const next = nextOf(waiting.values(), this.#served);
        if (next === undefined) break;
        const { job: task, beginsRound } = next;
        waiting.delete(task.id);
        if (o.running.isFull(task)) continue;
        const claimed = await this.#claim(trx, task, o);
        if (claimed === undefined) lost = true;
        else if (claimed.attempt > attemptsMaxOf(this.#kind(task.kind))) abandonedTasks.push(claimed);
        else {
          if (beginsRound || this.#served.size >= SERVED_MAX) this.#served.clear();
          this.#served.add(task.tenant);
          o.running.add(task);
          o.taken.push(claimed);
        }
      }
      return lost;
    });
    for (const { id, kind, lease } of abandonedTasks)
      await this.#abandon(this.#kind(kind), { id, lease, node: o.node });
    return isLost;
  }

  #kind(name: string): RemoteKind<unknown> {
    const kind = this.#kinds.get(name);
    assert(kind !== undefined, `${name} must be a registered kind`);
    return kind;
  }

  /** Returns undefined if another instance has claimed the task. */
  async #claim(
    trx: Transaction,
    { id, kind: name }: WaitingTask,
    { worker, node }: { worker: string; node: string },
  ): Promise<TakenTask | undefined> {
    const { store, clock, rng } = this.#o;
    const databaseNow = databaseNowMs(store, clock);
    const { leaseMs } = this.#kind(name).remote;
    const lease = newId('JL_', (count) => rng.bytes(count), 20);
    const free = trx
      .selectFrom('jobs')
      .select('id')
      .where('id', '=', id)
      .where('worker', '=', worker)
      .where('run_at_ms', '<=', databaseNow)
      .where('lease_until_ms', '<=', databaseNow);
    const row = await trx
      .updateTable('jobs')
      .set({
        lease_until_ms: sql<number>`${databaseNow} + ${leaseMs}`,
        leased_by: lease,
        worker_node: node,
        attempts: (eb) => eb('attempts', '+', 1),
        done: 0,
      })
      // Concurrent takes skip each other's locked rows, so that none waits for another.
      .where('id', '=', unlocked(store, free))
      .returning(['tenant', 'payload', 'attempts'])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { tenant, payload, attempts: attempt } = row;
    return { id, kind: name, tenant, payload, attempt, lease, leaseMs };
  }

  /** Ends a job whose attempts were all lost with their nodes. */
  async #abandon(kind: RemoteKind<unknown>, heldLease: HeldLease): Promise<void> {
    const detail = `${attemptsMaxOf(kind)} attempts did not end`;
    try {
      await this.end(heldLease, { code: 'TASK_ABANDONED', detail, retryable: false, result: '' });
    } catch (err) {
      // The lease expires, and the next take ends the job.
      this.#o.log.warn({ err, kind: kind.name, jobId: heldLease.id }, 'the end of a job could not be stored');
    }
  }

  /**
   * Returns how long the lease is valid; 0 if it is lost, or the node is now outside the tenant's fence. `done`:
   * progress, 0 to 1.
   */
  async renew(held: HeldLease, done: number, region = ''): Promise<number> {
    const { store, clock } = this.#o;
    const row = await store.db.selectFrom('jobs').select(['kind', 'tenant']).where(holds(held)).executeTakeFirst();
    const leaseMs = this.#kinds.get(row?.kind ?? '')?.remote.leaseMs ?? 0;
    if (row === undefined || leaseMs === 0) return 0;
    if (!isInFence(await this.tenants.fenceOf(store.db, row.tenant), region)) return 0;
    const { numUpdatedRows } = await store.db
      .updateTable('jobs')
      .set({ done, lease_until_ms: sql<number>`${databaseNowMs(store, clock)} + ${leaseMs}` })
      .where(holds(held))
      .executeTakeFirst();
    return numUpdatedRows > 0n ? leaseMs : 0;
  }

  /**
   * Returns the task of a lease, without renewing it; undefined if the lease is lost, or the node is now outside the
   * tenant's fence.
   */
  async held(held: HeldLease, region: string): Promise<HeldTask | undefined> {
    const { db } = this.#o.store;
    const row = await db.selectFrom('jobs').select(['kind', 'tenant', 'payload']).where(holds(held)).executeTakeFirst();
    if (row === undefined || !isInFence(await this.tenants.fenceOf(db, row.tenant), region)) return undefined;
    return { kind: row.kind, tenant: row.tenant, payload: JSON.parse(row.payload) };
  }

  /**
   * Ends a task. Returns whether the lease was valid. Removes the job together with `onEnded`, whose error undoes
   * everything; retryable failures are postponed.
   */
  async end(held: HeldLease, end: TaskEnd): Promise<boolean> {
    const ended = await transact(this.#o.store.db, (trx) => this.#end(trx, held, end));
    if (ended === undefined) return false;
    const { kind, outcome, attempt } = ended;
    this.#o.onRan?.(kind, outcome);
    const logFields = { kind, jobId: held.id, node: held.node, attempt, code: end.code, detail: end.detail };
    if (outcome === 'givenUp') this.#o.log.error(logFields, 'a job has failed for good');
    if (outcome === 'failed') this.#o.log.warn(logFields, 'a job has failed and will be retried');
    return true;
  }

  async #end(
    trx: Transaction,
    held: HeldLease,
    { code, detail, retryable, result }: TaskEnd,
  ): Promise<{ kind: string; attempt: number; outcome: 'done' | 'failed' | 'givenUp' } | undefined> {
    const row = await trx.selectFrom('jobs').selectAll().where(holds(held)).executeTakeFirst();
    if (row === undefined) return undefined;
    const { kind: name, attempts: attempt } = row;
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw new MeridianError('API_UNREACHABLE', `this instance does not know ${name}`);
    if (code !== '' && retryable && attempt < attemptsMaxOf(kind))
      return (await this.#postpone(trx, held, { code, detail, attempt }))
        ? { kind: name, attempt, outcome: 'failed' }
        : undefined;
    // The lease names this run only, so only the call that deletes the row ends the job.
    const { numDeletedRows } = await trx.deleteFrom('jobs').where(holds(held)).executeTakeFirst();
    if (numDeletedRows === 0n) return undefined;
    const { id, key, tenant, lane, created_ms: createdMs } = row;
    const job = { id, key, tenant, lane, createdMs, attempt, node: held.node, payload: JSON.parse(row.payload) };
    await kind.onEnded(trx, job, { code, detail, result: code === '' ? JSON.parse(result) : undefined });
    return { kind: name, attempt, outcome: code === '' ? 'done' : 'givenUp' };
  }

  async #postpone(
    trx: Transaction,
    held: HeldLease,
    { code, detail, attempt }: { code: string; detail: string; attempt: number },
  ): Promise<boolean> {
    const { store, clock, rng } = this.#o;
    const pauseMs = Math.round(pauseMsAfter(attempt, rng));
    const { numUpdatedRows } = await trx
      .updateTable('jobs')
      .set({
        lease_until_ms: 0,
        leased_by: '',
        done: 0,
        result: JSON.stringify({ code, detail }),
        run_at_ms: sql<number>`${databaseNowMs(store, clock)} + ${pauseMs}`,
      })
      .where(holds(held))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

const charactersOf = (tasks: readonly TakenTask[]): number =>
  tasks.reduce((sum, { payload }) => sum + payload.length, 0);

const attemptsMaxOf = (kind: RemoteKind<unknown>): number => kind.attemptsMax ?? ATTEMPTS_MAX;

/** Condition for the row of this run; no later run of the job matches. */
const holds =
  ({ id, lease, node }: HeldLease) =>
  (eb: ExpressionBuilder<Tables, 'jobs'>) =>
    eb.and([ofNodes, eb('id', '=', id), eb('leased_by', '=', lease), eb('worker_node', '=', node)]);
