// Trims of items: a library node makes a content of a part of the original, which people get in its place. The original
// is kept until the item is deleted, or its trim is undone.
import { newUploadId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Jobs, RemoteKind } from '../jobs/jobs.ts';
import type { EndedJob, Outcome } from '../jobs/kinds.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import { TRIM_MS_MIN, type Trim, trimOf, trimOfLater } from './core/trim.ts';
import { storeContent } from './intake.ts';
import { mediaOf } from './item-body.ts';
import { type Items, originalOf } from './items.ts';
import type { Renditions } from './renditions.ts';
import type { ContentRow, ItemRow } from './rows.ts';
import {
  type CutMade,
  eraseRuns,
  isOrdered,
  readCut,
  removeTrimTask,
  type TrimPayload,
  trimTask,
} from './trim-task.ts';
import { libraryUsage } from './usage.ts';

export interface TrimmingOptions {
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly items: Pick<Items, 'setTrim'>;
  readonly contents: Pick<Contents, 'find' | 'releaseUnused' | 'eraseUnstored'>;
  readonly renditions: Pick<Renditions, 'begin'>;
}

const LEASE_MS = 30_000;
/** Time for which a task is kept for the node that had the item's last trim. */
const AFFINITY_MS = 5000;
/** Low enough that a file that crashes its nodes fails before it has crashed many. */
const ATTEMPTS_MAX = 8;
/** Work of a second of the part: decoding, and encoding at full size. */
const WORK_SHARE = 1;

/** Codes of failures that the api finds. */
const failures = { invalid: 'RESULT_INVALID', quota: 'QUOTA_EXCEEDED', gone: 'RANGE_MISSING' } as const;

type Key = Pick<ItemRow, 'tenant' | 'id'>;

export class Trimming {
  readonly #o: TrimmingOptions;

  /** Registers a job, so it must be constructed before they start. */
  constructor(o: TrimmingOptions) {
    this.#o = o;
    const kind: RemoteKind<TrimPayload> = {
      name: trimTask.name,
      remote: { leaseMs: LEASE_MS, affinityMs: AFFINITY_MS },
      attemptsMax: ATTEMPTS_MAX,
      onEnded: (trx, job, outcome) => this.#ended(trx, job, outcome),
    };
    o.jobs.register(kind);
  }

  /**
   * Orders a trim, in place of one that is being made; the whole original ends the trim. Rejects with NOT_FOUND,
   * CONFLICT for an item that is no film or sound, or REQUEST_INVALID.
   */
  async set(trx: Transaction, key: Key, trim: Trim): Promise<void> {
    const row = await lockedRow(trx, key);
    const original = await this.#originalOf(trx, row);
    if (original === undefined) throw new Problem('CONFLICT', 'the item is not a video or sound that is ready');
    const { content, durationMs } = original;
    if (trim.toMs > durationMs) throw invalid('/toMs', `must not be after the end, at ${durationMs} ms`);
    if (trim.toMs - trim.fromMs < TRIM_MS_MIN)
      throw invalid('/toMs', `must be at least ${TRIM_MS_MIN} ms after fromMs`);
    if (trim.fromMs === 0 && trim.toMs === durationMs) return this.#undo(trx, row);
    const isThere = isSame(trimOf(row.trim), trim);
    if (isThere) await removeTrimTask(trx, this.#o, row);
    else await this.#add(trx, row, content, trim);
    await change(trx, row, { trim_wanted: isThere ? '' : JSON.stringify(trim), trim_failure: '' });
  }

  /** Gives the item its original again, and ends its links. Rejects with NOT_FOUND. */
  async undo(trx: Transaction, key: Key): Promise<void> {
    await this.#undo(trx, await lockedRow(trx, key));
  }

  /**
   * Cuts the later version of a recording's file as the former one was cut, or was to be cut. `earlierMs`: time by
   * which it begins before the former one, whose duration is `formerMs`.
   */
  async later(
    trx: Transaction,
    key: Key,
    { earlierMs, formerMs }: { readonly earlierMs: number; readonly formerMs: number },
  ): Promise<void> {
    const row = await lockedRow(trx, key);
    const former = trimOf(row.trim_wanted || row.trim);
    if (former === undefined) return;
    const original = await this.#originalOf(trx, row);
    const durationMs = original?.durationMs ?? 0;
    const moved = (trim: Trim): Trim => trimOfLater(trim, { earlierMs, formerMs, durationMs });
    const wanted = moved(former);
    const shown = trimOf(row.trim);
    const trim = shown === undefined ? '' : JSON.stringify(moved(shown));
    if (original === undefined || wanted.toMs - wanted.fromMs < TRIM_MS_MIN)
      return change(trx, row, { trim, trim_wanted: '', trim_failure: failures.gone });
    await this.#add(trx, row, original.content, wanted);
    await change(trx, row, { trim, trim_wanted: JSON.stringify(wanted), trim_failure: '' });
  }

  async #undo(trx: Transaction, row: ItemRow): Promise<void> {
    const { items, contents } = this.#o;
    const columns = { original: '', trim: '', trim_wanted: '', trim_failure: '' };
    await removeTrimTask(trx, this.#o, row);
    if (row.original === '') return change(trx, row, columns);
    const content = await contents.find(trx, row.tenant, row.original);
    if (content === undefined) throw new Problem('CONFLICT', 'the original is not there');
    await items.setTrim(trx, row, content, columns);
    await contents.releaseUnused(trx, row.tenant, row.content);
  }

  /** Returns undefined for what has no length, or is not ready. */
  async #originalOf(trx: Transaction, row: ItemRow): Promise<{ content: ContentRow; durationMs: number } | undefined> {
    const content = row.state === 'ready' ? await this.#o.contents.find(trx, row.tenant, originalOf(row)) : undefined;
    const durationMs = content === undefined ? undefined : mediaOf(content.media)?.durationMs;
    const isFilm = content?.kind === 'video' || content?.kind === 'audio';
    return content !== undefined && isFilm && durationMs ? { content, durationMs } : undefined;
  }

  /** A task of the item that is waiting or running is replaced. */
  async #add(trx: Transaction, row: ItemRow, content: ContentRow, { fromMs, toMs }: Trim): Promise<void> {
    const { jobs, rng } = this.#o;
    const { tenant, id: item, name } = row;
    if (await isOrdered(trx, row, { contentId: content.id, fromMs, toMs })) return;
    await removeTrimTask(trx, this.#o, row);
    const cut = newUploadId((count) => rng.bytes(count));
    await jobs.add(trx, trimTask, {
      payload: { item, contentId: content.id, name, fromMs, toMs, cut, store: content.store } satisfies TrimPayload,
      key: trimTask.keyOf(row),
      tenant,
      lane: content.id,
      pool: content.store,
      cause: { order: 'person', workMs: (toMs - fromMs) * WORK_SHARE },
    });
  }

  async #ended(
    trx: Transaction,
    { tenant, payload, node, attempt }: EndedJob<TrimPayload>,
    { code, result }: Outcome,
  ): Promise<void> {
    const { contents } = this.#o;
    await eraseRuns(trx, contents, { tenant, payload, runs: attempt - 1 });
    const made = code === '' ? readCut(result) : undefined;
    const row = await foundRow(trx, { tenant, id: payload.item });
    const isWanted =
      row !== undefined && originalOf(row) === payload.contentId && isSame(trimOf(row.trim_wanted), payload);
    const isOfRecording = row !== undefined && row.recording !== '';
    const failure = await this.#failureOf(trx, { tenant, code, made, isOfRecording });
    if (made !== undefined && (!isWanted || failure !== ''))
      await contents.eraseUnstored(trx, { tenant, id: made.contentId, node, store: made.storeId });
    if (!isWanted) return;
    if (failure !== '' || made === undefined) return change(trx, row, { trim_wanted: '', trim_failure: failure });
    await this.#store(trx, row, made, node);
  }

  async #failureOf(
    trx: Transaction,
    o: {
      readonly tenant: string;
      readonly code: string;
      readonly made: CutMade | undefined;
      readonly isOfRecording: boolean;
    },
  ): Promise<string> {
    const { tenant, code, made } = o;
    if (made === undefined) return code === '' ? failures.invalid : code;
    // Cuts of recordings count as recordings do, and no quota ends what a recording may keep.
    if (o.isOfRecording) return '';
    await lockTenant(trx, tenant);
    const { bytes, bytesMax } = await libraryUsage(trx, tenant);
    return bytesMax > 0 && bytes + made.bytes > bytesMax ? failures.quota : '';
  }

  async #store(trx: Transaction, row: ItemRow, made: CutMade, node: string): Promise<void> {
    const { clock, contents, renditions, items } = this.#o;
    const { tenant, owner } = row;
    const said = Object.assign({}, made, { tenant, uploadId: made.contentId, blocks: Buffer.from(made.blocks, 'hex') });
    const cut = await storeContent(trx, said, { node, nowMs: clock.wallMs() });
    await renditions.begin(trx, cut, owner);
    await items.setTrim(trx, row, cut, {
      original: originalOf(row),
      trim: row.trim_wanted,
      trim_wanted: '',
      trim_failure: '',
    });
    if (row.original !== '') await contents.releaseUnused(trx, tenant, row.content);
  }
}

const isSame = (a: Trim | undefined, b: Trim): boolean => a?.fromMs === b.fromMs && a.toMs === b.toMs;

/** Locks the item against other changes until the transaction ends. */
const foundRow = (trx: Transaction, { tenant, id }: Key): Promise<ItemRow | undefined> =>
  trx
    .updateTable('library_items')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, id }))
    .where('deleted_ms', 'is', null)
    .returningAll()
    .executeTakeFirst();

async function lockedRow(trx: Transaction, key: Key): Promise<ItemRow> {
  const row = await foundRow(trx, key);
  if (row === undefined) throw new Problem('NOT_FOUND');
  return row;
}

async function change(
  trx: Transaction,
  { tenant, id }: Key,
  columns: Partial<Pick<ItemRow, 'original' | 'trim' | 'trim_wanted' | 'trim_failure'>>,
): Promise<void> {
  await trx
    .updateTable('library_items')
    .set(columns)
    .where((eb) => eb.and({ tenant, id }))
    .execute();
}

const invalid = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
