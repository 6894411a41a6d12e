// The task `trim` of library nodes: payload, result, key and end.
import { blocksOf, cutIdOf, isUploadId, libraryKinds } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import type { Jobs } from '../jobs/jobs.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Trim } from './core/trim.ts';
import { readResult } from './rendition-results.ts';
import type { ContentRow, ItemRow } from './rows.ts';

export const trimTask = {
  name: 'trim',
  keyOf: ({ tenant, id }: Pick<ItemRow, 'tenant' | 'id'>): string => `${tenant}/${id}`,
} as const;

export interface TrimPayload extends Trim {
  readonly item: string;
  /** Original of which the part is cut out. */
  readonly contentId: string;
  /** Name of the file. */
  readonly name: string;
  /** Id of which `cutIdOf` makes those of the runs; absent in tasks of former releases. */
  readonly cut?: string;
  /** Store in which the runs make their contents. */
  readonly store?: string;
}

type ItemKey = Pick<ItemRow, 'tenant' | 'id'>;
interface Erasing {
  eraseUnstored(trx: Transaction, content: Pick<ContentRow, 'tenant' | 'id' | 'node' | 'store'>): Promise<void>;
}

/** Returns whether the item's task, which waits or runs, cuts this part of this content. */
export async function isOrdered(trx: Transaction, key: ItemKey, wanted: Trim & Pick<TrimPayload, 'contentId'>) {
  const job = await trx
    .selectFrom('jobs')
    .select('payload')
    .where((eb) => eb.and({ kind: trimTask.name, key: trimTask.keyOf(key) }))
    .executeTakeFirst();
  const task = job && (JSON.parse(job.payload) as TrimPayload);
  return task?.contentId === wanted.contentId && task.fromMs === wanted.fromMs && task.toMs === wanted.toMs;
}

/** Removes the item's task, and erases what its runs have made. Does nothing without a task. */
export async function removeTrimTask(
  trx: Transaction,
  { jobs, contents }: { readonly jobs: Pick<Jobs, 'remove'>; readonly contents: Erasing },
  key: ItemKey,
): Promise<void> {
  const task = await jobs.remove(trx, trimTask, trimTask.keyOf(key));
  if (task === undefined) return;
  await eraseRuns(trx, contents, {
    tenant: key.tenant,
    payload: task.payload as TrimPayload,
    runs: task.attempts,
  });
}

/** Erases what the first `runs` runs have made: a node that died before the end of its run has left it in the store. */
export async function eraseRuns(
  trx: Transaction,
  contents: Erasing,
  { tenant, payload, runs }: { readonly tenant: string; readonly payload: TrimPayload; readonly runs: number },
): Promise<void> {
  const { cut, store = '' } = payload;
  if (cut === undefined) return;
  for (let attempt = 1; attempt <= runs; attempt += 1)
    await contents.eraseUnstored(trx, { tenant, id: cutIdOf(cut, attempt), node: '', store });
}

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const number = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const text = Type.String({ maxLength: 128, pattern: '^[^\\u0000]*$' });
const cutMade = Type.Object({
  contentId: Type.String({ maxLength: 64 }),
  storeId: Type.String({ minLength: 1, maxLength: 1024 }),
  bytes: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Hashes of all blocks, 64 hex digits each. */
  blocks: Type.String({ pattern: '^([0-9a-f]{64})+$' }),
  type: Type.String({ minLength: 1, maxLength: 128 }),
  kind: Type.Unsafe<(typeof libraryKinds)[number]>({ type: 'string', enum: [...libraryKinds] }),
  media: Type.Object({
    durationMs: number,
    width: count,
    height: count,
    rotation: count,
    videoCodec: text,
    audioCodec: text,
    fps: number,
    audioChannels: count,
  }),
  hasCover: Type.Boolean(),
});
export type CutMade = Static<typeof cutMade>;

/** Returns undefined for an impossible result. */
export function readCut(result: unknown): CutMade | undefined {
  const made = readResult<CutMade>(cutMade, result);
  return made !== undefined && isUploadId(made.contentId) && made.blocks.length === blocksOf(made.bytes) * 64
    ? made
    : undefined;
}
