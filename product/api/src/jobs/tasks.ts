// The part of the queue that nodes do: they take jobs, renew their leases, and say how they ended. All of it is in the
// rows: a node may ask another instance of this service each time, and whoever dies, a job ends once.
import assert from 'node:assert/strict';
import { isInFence, MeridianError, newId } from '@meridian/protocol';
import { type ExpressionBuilder, sql } from 'kysely';
import { databaseNowMs, unlocked } from '../store/database-time.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { nextOf } from './core/turns.ts';
import { ATTEMPTS_MAX, type JobsOptions, type Outcome, pauseMsAfter, type RemoteKind, WORKER } from './kinds.ts';
import { NodesSeen } from './nodes-seen.ts';
import { Ordering } from './ordering.ts';
import { type JobRow, ofNodes } from './rows.ts';
import { Running } from './running.ts';
import { type FencedTenant, TenantsOfNodes } from './tenants-of-node.ts';
import { headsOf, runningAt, type WaitingTask } from './waiting-tasks.ts';

/** Of one answer. */
export const TASKS_PER_TAKE_MAX = 32;
/** The longest that there is joins 64 chunks of a video in 8 sizes, with two hashes each. */
export const PAYLOAD_CHARACTERS_MAX = 192 * 1024;
/** An answer takes no more tasks from here on: with one more, of the longest, it fits into a frame of 1 MiB. */
export const TAKE_CHARACTERS_MAX = 512 * 1024;
/** Takes of this instance go one after another; beyond, more nodes ask than the database answers. */
const TAKES_WAITING_MAX = 1000;
/** Another instance may have taken what was found here; after so many looks the node asks again anyway. */
const LOOKS_MAX = 3;
/** Tenants that had their turn; of more, another round begins early. */
const SERVED_MAX = 10_000;
/** Of a tenant, besides as many as are wanted: some have another node's lane. */
const HEADS_MORE = 8;

export interface Take {
  readonly worker?: string;
  readonly node: string;
  readonly kinds: readonly string[];
  /** Tasks that the node could begin now. */
  readonly free: number;
  /** false: it takes those of any lane. */
  readonly affinity?: boolean;
  /** It takes jobs of these, besides those of no pool. */
  readonly pools?: readonly string[];
  /** Where it is: it takes no jobs of tenants whose fence leaves that out. Absent: it is in no fence. */
  readonly region?: string;
}
export interface TakenTask {
  readonly id: string;
  readonly kind: string;
  readonly tenant: string;
  readonly payload: string;
  /** From 1. */
  readonly attempt: number;
  readonly lease: string;
  readonly leaseMs: number;
}
/** Which run of which job, and at which node. */
export interface Held {
  readonly id: string;
  readonly lease: string;
  readonly node: string;
}
export interface End extends Omit<Outcome, 'result'> {
  /** JSON; '' of what was not done. */
  readonly result: string;
  /** Another attempt may go better. */
  readonly retryable: boolean;
}

export class Tasks {
  readonly ordering: Ordering;
  readonly seen: NodesSeen;
  readonly tenants: TenantsOfNodes;
  readonly #o: JobsOptions;
  readonly #kinds = new Map<string, RemoteKind<unknown>>();
  readonly #served = new Set<string>();
  #takes: Promise<unknown> = Promise.resolve();
  #takesWaiting = 0;

  constructor(o: JobsOptions) {
    this.#o = o;
    this.seen = new NodesSeen(o.clock);
    this.tenants = new TenantsOfNodes(o);
    this.ordering = new Ordering(o, this.#kinds);
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

  /** Whether a tenant has had its turn: others that wait come first. */
  served(tenant: string): boolean {
    return this.#served.has(tenant);
  }

  /**
   * Leases what is next to a node, at most TASKS_PER_TAKE_MAX; kinds that are not known here are passed over. Rejects
   * with OVERLOADED when too many ask.
   */
  async take(o: Take): Promise<TakenTask[]> {
    if (this.#takesWaiting >= TAKES_WAITING_MAX) throw new MeridianError('OVERLOADED');
    this.#takesWaiting += 1;
    const before = this.#takes;
    const taking = (async () => {
      await before;
      return await this.#take(o);
    })();
    // The next one waits for its end, however it ended; whoever asked hears of that.
    this.#takes = taking.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await taking;
    } finally {
      this.#takesWaiting -= 1;
    }
  }

  async #take(o: Take): Promise<TakenTask[]> {
    const { worker = WORKER, node, kinds, free, affinity = true, pools = [], region = '' } = o;
    this.seen.note({ node, free, pools, region });
    const known = [...new Set(kinds)].filter((name) => this.#kinds.has(name));
    const taken: TakenTask[] = [];
    const most = Math.min(free, TASKS_PER_TAKE_MAX);
    let isLongDue = false;
    for (let look = 0; known.length > 0 && look < LOOKS_MAX && taken.length < most; look += 1) {
      const running = new Running(this.#kinds, await this.#running(worker, known));
      const of = await this.tenants.next({ worker, kinds: known, node, region });
      const found = await this.#heads({ worker, of, each: most + HEADS_MORE, pools, running, isLongDue });
      const mine = affinity ? found.filter((task) => (this.nodeAtFirst(task) ?? node) === node) : found;
      const lost = await this.#claimInTurn(mine, { worker, node, most, running, taken });
      // What every node may have by now could be behind what waits for others.
      const isHidden: boolean = mine.length < found.length && !isLongDue;
      if (!lost && !isHidden) break;
      isLongDue = isHidden;
    }
    this.seen.note({ node, free: free - taken.length, pools, region });
    return taken;
  }

  /** The node that has it to itself for now; undefined: every node may have it. */
  nodeAtFirst(task: Pick<WaitingTask, 'kind' | 'lane' | 'pool' | 'fence' | 'dueMs'>): string | undefined {
    const isShort = this.#o.clock.wallMs() - task.dueMs < this.#affinityMs(task.kind);
    return isShort ? this.seen.nodeFor(task.lane, task) : undefined;
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
    readonly each: number;
    readonly pools: readonly string[];
    readonly running: Running;
    readonly isLongDue: boolean;
  }): Promise<WaitingTask[]> {
    const { store, clock } = this.#o;
    const { worker, each, pools, running } = o;
    return headsOf(store.db, {
      worker,
      each,
      pools,
      now: databaseNowMs(store, clock),
      of: o.of.filter((one) => !running.isTenantFull(one)),
      fullLanes: running.fullLanes(),
      dueForMs: (kind) => (o.isLongDue ? this.#affinityMs(kind) : 0),
    });
  }

  /** Adds to `taken`; answers whether another instance was first with one. All in one commit: the disk is slow. */
  async #claimInTurn(
    found: readonly WaitingTask[],
    o: { worker: string; node: string; most: number; running: Running; taken: TakenTask[] },
  ): Promise<boolean> {
    const waiting = new Map(found.map((task) => [task.id, task]));
    const spent: TakenTask[] = [];
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
        else if (claimed.attempt > attemptsMaxOf(this.#kind(task.kind))) spent.push(claimed);
        else {
          if (beginsRound || this.#served.size >= SERVED_MAX) this.#served.clear();
          this.#served.add(task.tenant);
          o.running.add(task);
          o.taken.push(claimed);
        }
      }
      return lost;
    });
    for (const { id, kind, lease } of spent) await this.#abandon(this.#kind(kind), { id, lease, node: o.node });
    return isLost;
  }

  #kind(name: string): RemoteKind<unknown> {
    const kind = this.#kinds.get(name);
    assert(kind !== undefined, `${name} is asked for only if it is known`);
    return kind;
  }

  /** Undefined: another instance has it. */
  async #claim(
    trx: Transaction,
    { id, kind: name }: WaitingTask,
    { worker, node }: { worker: string; node: string },
  ): Promise<TakenTask | undefined> {
    const { store, clock, rng } = this.#o;
    const now = databaseNowMs(store, clock);
    const { leaseMs } = this.#kind(name).remote;
    const lease = newId('JL_', (count) => rng.bytes(count), 20);
    const free = trx
      .selectFrom('jobs')
      .select('id')
      .where('id', '=', id)
      .where('worker', '=', worker)
      .where('run_at_ms', '<=', now)
      .where('lease_until_ms', '<=', now);
    const row = await trx
      .updateTable('jobs')
      .set({
        lease_until_ms: sql<number>`${now} + ${leaseMs}`,
        leased_by: lease,
        worker_node: node,
        attempts: (eb) => eb('attempts', '+', 1),
        done: 0,
      })
      // Instances that take at once pass over each other's rows: none waits for another.
      .where('id', '=', unlocked(store, free))
      .returning(['tenant', 'payload', 'attempts'])
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { tenant, payload, attempts: attempt } = row;
    return { id, kind: name, tenant, payload, attempt, lease, leaseMs };
  }

  /** Of a job that every node has been lost with. */
  async #abandon(kind: RemoteKind<unknown>, held: Held): Promise<void> {
    const detail = `${attemptsMaxOf(kind)} attempts did not end`;
    try {
      await this.end(held, { code: 'TASK_ABANDONED', detail, retryable: false, result: '' });
    } catch (err) {
      // Its lease lapses, and the next take ends it.
      this.#o.log.warn({ err, kind: kind.name, jobId: held.id }, 'the end of a job could not be stored');
    }
  }

  /**
   * For how long the lease holds from now on; 0: it does not, also as the tenant's fence leaves out the node's region
   * by now. `done`: 0 to 1. A lease that has lapsed holds again if nothing has happened to the job since.
   */
  async renew(held: Held, done: number, region = ''): Promise<number> {
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
   * Whether the lease held, and the job has ended by this. In one transaction the job goes and `onEnded` runs; after a
   * retryable failure it waits for its next attempt. Rejects with what `onEnded` throws, and nothing has happened then.
   */
  async end(held: Held, end: End): Promise<boolean> {
    const ended = await transact(this.#o.store.db, (trx) => this.#end(trx, held, end));
    if (ended === undefined) return false;
    const { kind, outcome, attempt } = ended;
    this.#o.onRan?.(kind, outcome);
    const about = { kind, jobId: held.id, node: held.node, attempt, code: end.code, detail: end.detail };
    if (outcome === 'givenUp') this.#o.log.error(about, 'a job is given up');
    if (outcome === 'failed') this.#o.log.warn(about, 'a job has failed and is tried again');
    return true;
  }

  async #end(
    trx: Transaction,
    held: Held,
    { code, detail, retryable, result }: End,
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
    // The lease names this run alone: whoever deletes the row ends it.
    const { numDeletedRows } = await trx.deleteFrom('jobs').where(holds(held)).executeTakeFirst();
    if (numDeletedRows === 0n) return undefined;
    const { id, key, tenant, lane, created_ms: createdMs } = row;
    const job = { id, key, tenant, lane, createdMs, attempt, node: held.node, payload: JSON.parse(row.payload) };
    await kind.onEnded(trx, job, { code, detail, result: code === '' ? JSON.parse(result) : undefined });
    return { kind: name, attempt, outcome: code === '' ? 'done' : 'givenUp' };
  }

  async #postpone(
    trx: Transaction,
    held: Held,
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

/** This run at this node, and no later one. */
const holds =
  ({ id, lease, node }: Held) =>
  (eb: ExpressionBuilder<Tables, 'jobs'>) =>
    eb.and([ofNodes, eb('id', '=', id), eb('leased_by', '=', lease), eb('worker_node', '=', node)]);
