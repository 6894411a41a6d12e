// Tasks for library nodes, and their results. All state is in rows, which change in the transaction that ends a task,
// since a node may report to any instance of the api.
import type { Clock } from '@meridian/runtime';
import type { Cause } from '../jobs/core/rank.ts';
import type { Jobs, RemoteKind } from '../jobs/jobs.ts';
import type { EndedJob, Outcome } from '../jobs/kinds.ts';
import type { Transaction } from '../store/transaction.ts';
import { analyseWorkMs, encodeWorkMs, isWhole, JOIN_WORK_MS, soundWorkMs } from './core/renditions.ts';
import { heatLevelOf, levelsOfLanes } from './heats.ts';
import { mediaOf } from './item-body.ts';
import {
  type ChunkMade,
  chunkMade,
  joined,
  type RenditionPlan,
  readPlan,
  readResult,
  soundMade,
} from './rendition-results.ts';
import { NONE, planOf, progressOf, type RenditionRow } from './rendition-rows.ts';
import type { ContentRow } from './rows.ts';

export interface RenditionsOptions {
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** Nodes renew a lease every third of it; work of a lost node becomes free after half a minute. */
const LEASE_MS = 30_000;
/** Time for which a task is reserved for the node that has the file in its folder. */
const AFFINITY_MS = 5000;
/** Shorter, since chunks are encoded by as many nodes as have free slots. */
const ENCODE_AFFINITY_MS = 1000;
/** Low enough that a chunk that crashes its nodes fails before it has crashed many. */
const ATTEMPTS_MAX = 8;

const kinds = ['analyse', 'encode', 'sound', 'join'] as const;
type Kind = (typeof kinds)[number];
interface Payload {
  readonly contentId: string;
  readonly chunk?: number;
}
interface Task {
  readonly kind: Kind;
  readonly payload: Payload & { readonly plan?: RenditionPlan; readonly chunks?: unknown; readonly sound?: unknown };
  readonly workMs: number;
}
type OnEnded = (trx: Transaction, row: RenditionRow, result: unknown, payload: Payload) => Promise<void>;

/** Code of a final failure: another attempt would give the same result. */
const INVALID = 'RESULT_INVALID';

export class Renditions {
  readonly #o: RenditionsOptions;

  /** Registers jobs, so it must be constructed before they start. */
  constructor(o: RenditionsOptions) {
    this.#o = o;
    const ends: Record<Kind, OnEnded> = {
      analyse: (trx, row, result) => this.#analysisEnded(trx, row, result),
      encode: (trx, row, result, { chunk }) => this.#chunkEnded(trx, row, { result, chunk }),
      sound: (trx, row, result) => this.#soundEnded(trx, row, result),
      join: (trx, row, result) => this.#joinEnded(trx, row, result),
    };
    for (const name of kinds) o.jobs.register(this.#kind(name, ends[name]));
  }

  /** Runs in the transaction that stores the content. */
  async begin(trx: Transaction, content: ContentRow, owner: string): Promise<void> {
    const { tenant, id, kind, media } = content;
    if (kind !== 'video' && kind !== 'audio') return;
    const ordered = (await isPerson(trx, tenant, owner)) ? 'person' : 'api';
    const row: RenditionRow = {
      tenant,
      content: id,
      ordered,
      state: 'waiting',
      plan: NONE,
      chunks: 0,
      done: 0,
      failure: '',
      files: NONE,
      sound: NONE,
      created_ms: this.#o.clock.wallMs(),
    };
    const added = await trx
      .insertInto('library_renditions')
      .values(row)
      .onConflict((on) => on.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) return;
    const workMs = analyseWorkMs(mediaOf(media)?.durationMs ?? 0);
    await this.#add(trx, row, [{ kind: 'analyse', payload: { contentId: id }, workMs }]);
  }

  /** Removes the row and its tasks; results of running tasks are ignored. */
  async forget(trx: Transaction, tenant: string, content: string): Promise<void> {
    // Comes first, to lock the row: an `onEnded` that holds it has added its tasks by then, and a later one finds no
    // row.
    await trx
      .deleteFrom('library_renditions')
      .where((eb) => eb.and({ tenant, content }))
      .execute();
    await this.#clear(trx, { tenant, content });
  }

  #kind(name: Kind, onMade: OnEnded): RemoteKind<Payload> {
    return {
      name,
      remote: { leaseMs: LEASE_MS, affinityMs: name === 'encode' ? ENCODE_AFFINITY_MS : AFFINITY_MS },
      attemptsMax: ATTEMPTS_MAX,
      onEnded: (trx, job, outcome) => this.#taskEnded(trx, job, outcome, onMade),
      // If many people watch a content's first quality, its other qualities precede those of less popular contents.
      heatOf: (trx, jobs) => levelsOfLanes(trx, jobs, this.#o.clock.wallMs()),
    };
  }

  async #taskEnded(
    trx: Transaction,
    job: EndedJob<Payload>,
    { code, result }: Outcome,
    onMade: OnEnded,
  ): Promise<void> {
    const { tenant, payload } = job;
    const row = await lockedRow(trx, tenant, payload.contentId);
    if (row === undefined) return;
    if (code === '') await onMade(trx, row, result, payload);
    else await this.#fail(trx, row, code);
  }

  async #analysisEnded(trx: Transaction, row: RenditionRow, result: unknown): Promise<void> {
    if (row.state !== 'waiting') return;
    const plan = readPlan(result);
    if (plan === undefined) return this.#fail(trx, row, INVALID);
    const { content: contentId } = row;
    const chunks = plan.chunks.length;
    await change(trx, row, { state: 'working', plan: JSON.stringify(plan), chunks });
    const tasks: Task[] = plan.chunks.map((_, chunk) => ({
      kind: 'encode',
      payload: { contentId, chunk, plan },
      workMs: encodeWorkMs(plan, chunk),
    }));
    if (plan.hasSound) tasks.push({ kind: 'sound', payload: { contentId, plan }, workMs: soundWorkMs(plan) });
    await this.#add(trx, row, tasks);
  }

  async #chunkEnded(
    trx: Transaction,
    row: RenditionRow,
    { result, chunk }: { readonly result: unknown; readonly chunk: number | undefined },
  ): Promise<void> {
    const made = readResult<ChunkMade>(chunkMade, result);
    if (made === undefined || made.chunk !== chunk) return this.#fail(trx, row, INVALID);
    const { tenant, content } = row;
    const added = await trx
      .insertInto('library_rendition_chunks')
      .values({ tenant, content, chunk: made.chunk, made: JSON.stringify(made) })
      .onConflict((on) => on.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) return;
    const doneCount = row.done + 1;
    await change(trx, row, { done: doneCount });
    await this.#joinWhole(trx, Object.assign(row, { done: doneCount }));
  }

  async #soundEnded(trx: Transaction, row: RenditionRow, result: unknown): Promise<void> {
    if (row.sound !== NONE) return;
    const made = readResult(soundMade, result);
    if (made === undefined) return this.#fail(trx, row, INVALID);
    const sound = JSON.stringify(made);
    await change(trx, row, { sound });
    await this.#joinWhole(trx, Object.assign(row, { sound }));
  }

  async #joinWhole(trx: Transaction, row: RenditionRow): Promise<void> {
    const plan = planOf(row);
    if (plan === undefined || !isWhole(progressOf(row, plan))) return;
    const { tenant, content: contentId } = row;
    const made = await trx
      .selectFrom('library_rendition_chunks')
      .select('made')
      .where((eb) => eb.and({ tenant, content: contentId }))
      .orderBy('chunk')
      .execute();
    const payload = { contentId, plan, chunks: made.map((one): unknown => JSON.parse(one.made)) };
    const joinPayload = plan.hasSound ? Object.assign(payload, { sound: JSON.parse(row.sound) }) : payload;
    await this.#add(trx, row, [{ kind: 'join', payload: joinPayload, workMs: JOIN_WORK_MS }]);
  }

  async #joinEnded(trx: Transaction, row: RenditionRow, result: unknown): Promise<void> {
    const made = readResult(joined, result);
    if (made === undefined) return this.#fail(trx, row, INVALID);
    await change(trx, row, { state: 'ready', files: JSON.stringify(made) });
    await this.#clear(trx, row);
  }

  /** Records the failure; the original still plays. */
  async #fail(trx: Transaction, row: RenditionRow, failure: string): Promise<void> {
    await change(trx, row, { state: 'failed', failure });
    await this.#clear(trx, row);
  }

  async #clear(trx: Transaction, { tenant, content }: Pick<RenditionRow, 'tenant' | 'content'>): Promise<void> {
    await trx
      .deleteFrom('library_rendition_chunks')
      .where((eb) => eb.and({ tenant, content }))
      .execute();
    await this.#o.jobs.drop(trx, { kinds, tenant, lane: content });
  }

  async #add(trx: Transaction, { tenant, content, ordered }: RenditionRow, tasks: readonly Task[]): Promise<void> {
    const { store: pool } = await trx
      .selectFrom('library_contents')
      .select('store')
      .where((eb) => eb.and({ tenant, id: content }))
      .executeTakeFirstOrThrow();
    const heat = await heatLevelOf(trx, { tenant, content }, this.#o.clock.wallMs());
    for (const { kind, payload, workMs } of tasks) {
      const key = `${tenant}/${content}/${kind}/${payload.chunk ?? ''}`;
      const cause: Cause = { order: ordered, workMs, heat };
      await this.#o.jobs.add(trx, { name: kind }, { payload, key, tenant, lane: content, pool, cause });
    }
  }
}

/** Locks the row, so that other ends of its tasks wait. Returns undefined if the renditions have ended. */
const lockedRow = (trx: Transaction, tenant: string, content: string): Promise<RenditionRow | undefined> =>
  trx
    .updateTable('library_renditions')
    .set((eb) => ({ done: eb.ref('done') }))
    .where((eb) => eb.and({ tenant, content }))
    .where('state', 'in', ['waiting', 'working'])
    .returningAll()
    .executeTakeFirst();

const change = (trx: Transaction, { tenant, content }: RenditionRow, columns: Partial<RenditionRow>) =>
  trx
    .updateTable('library_renditions')
    .set(columns)
    .where((eb) => eb.and({ tenant, content }))
    .execute();

async function isPerson(trx: Transaction, tenant: string, owner: string): Promise<boolean> {
  const user = await trx
    .selectFrom('users')
    .select('id')
    .where((eb) => eb.and({ tenant, id: owner }))
    .executeTakeFirst();
  return user !== undefined;
}
