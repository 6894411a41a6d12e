import {
  blocksOf,
  isLibraryKind,
  isUploadRefusal,
  MeridianError,
  nodeKind,
  shownReason,
  type wire,
} from '@meridian/protocol';
import type { Clock, Identity, Logger } from '@meridian/runtime';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import type { Items } from './items.ts';
import { isReadable } from './known-blocks.ts';
import type { Renditions } from './renditions.ts';
import type { ContentRow, UploadRow } from './rows.ts';
import { endUpload, findUpload, holdUpload } from './upload-rows.ts';

export interface LibraryIntakeOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly contents: Pick<Contents, 'find' | 'releaseUnused'>;
  readonly items: Pick<Items, 'ready' | 'refused'>;
  readonly renditions: Pick<Renditions, 'begin'>;
}

const HASH_BYTES = 32;
const DETAIL_CHARACTERS_MAX = 500;
/** Rows per statement; each has four values. */
const BLOCK_ROWS = 200;

export class LibraryIntake {
  readonly #o: LibraryIntakeOptions;

  constructor(o: LibraryIntakeOptions) {
    this.#o = o;
  }

  /**
   * Stores the end of an upload. Idempotent. Rejects with REQUEST_INVALID for an impossible report, so that the node
   * keeps its data.
   */
  async ended(uploadReport: wire.UploadEnded, from: Pick<Identity, 'id' | 'kind'>): Promise<{ keep: boolean }> {
    const { db, log } = this.#o;
    const { tenant, uploadId } = uploadReport;
    if (from.kind !== nodeKind.library) return { keep: false };
    check(uploadReport);
    const keep = await transact(
      db,
      async (trx) => (await isTenant(trx, tenant)) && (await this.#take(trx, uploadReport, from)),
    );
    log.info({ tenant, uploadId, library: from.id, code: uploadReport.code, keep }, 'an upload has ended');
    return { keep };
  }

  async #take(trx: Transaction, said: wire.UploadEnded, from: Pick<Identity, 'id'>): Promise<boolean> {
    const { contents, items } = this.#o;
    const { tenant, uploadId } = said;
    const brought = await contents.find(trx, tenant, uploadId);
    if (brought !== undefined) return said.code === '' && brought.state === 'stored' && isAt(brought, said, from);
    const row = await findUpload(trx, tenant, uploadId);
    if (row === undefined || row.state !== 'open' || !isAt(row, said, from)) return false;
    const isItemThere = await hasItem(trx, row);
    const refusal = refusalOf(said, row);
    if (refusal !== undefined || !isItemThere) {
      const isEnded = await endUpload(trx, row, isItemThere ? 'refused' : 'gone', contents);
      if (isEnded && isItemThere && refusal !== undefined) await items.refused(trx, tenant, row.item, refusal);
      return false;
    }
    const storedContent = await storedOf(trx, said, row.owner);
    const content = storedContent ?? (await storeContent(trx, said, { node: from.id, nowMs: this.#o.clock.wallMs() }));
    if (storedContent === undefined) await this.#o.renditions.begin(trx, content, row.owner);
    if (await holdUpload(trx, row, content, contents)) return storedContent === undefined;
    await items.ready(trx, tenant, row.item, content);
    // Comes last, because it may release contents from which the upload copied, but not the new content.
    await endUpload(trx, row, 'done', contents);
    return storedContent === undefined;
  }
}

type StoredFacts = Pick<
  wire.UploadEnded,
  'tenant' | 'uploadId' | 'bytes' | 'sha256' | 'storeId' | 'type' | 'kind' | 'media' | 'hasCover' | 'blocks'
>;

/** Adds the content that `node` has stored. */
export async function storeContent(
  trx: Transaction,
  said: StoredFacts,
  { node, nowMs }: { readonly node: string; readonly nowMs: number },
): Promise<ContentRow> {
  const { tenant, uploadId: id, bytes, sha256, storeId, type, kind, media, hasCover, blocks } = said;
  const content: ContentRow = {
    tenant,
    id,
    sha256,
    bytes,
    node,
    store: storeId,
    type,
    kind,
    media: media === undefined || media === null ? '{}' : JSON.stringify(mediaOf(media)),
    has_cover: Number(hasCover),
    state: 'stored',
    created_ms: nowMs,
  };
  await trx.insertInto('library_contents').values(content).execute();
  const hashes = Buffer.from(blocks.buffer, blocks.byteOffset, blocks.byteLength).toString('hex');
  const rows = Array.from({ length: blocksOf(bytes) }, (_, number) => ({
    tenant,
    content: id,
    number,
    sha256: hashes.slice(number * 64, (number + 1) * 64),
  }));
  for (let at = 0; at < rows.length; at += BLOCK_ROWS)
    await trx
      .insertInto('library_blocks')
      .values(rows.slice(at, at + BLOCK_ROWS))
      .execute();
  return content;
}

/** Throws REQUEST_INVALID for impossible values. */
function check({ code, bytes, sha256, blocks, kind, storeId, type }: wire.UploadEnded): void {
  const isRight =
    code === ''
      ? Number.isSafeInteger(bytes) &&
        bytes > 0 &&
        /^[0-9a-f]{64}$/.test(sha256) &&
        blocks.byteLength === blocksOf(bytes) * HASH_BYTES &&
        isLibraryKind(kind) &&
        storeId !== '' &&
        type !== ''
      : isUploadRefusal(code);
  if (!isRight) throw new MeridianError('REQUEST_INVALID', 'the values of the ended upload are not valid');
}

/** Locks the tenant. Returns false for an unknown or erased tenant. */
async function isTenant(trx: Transaction, tenant: string): Promise<boolean> {
  try {
    await lockTenant(trx, tenant);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

/** A node with the same store counts as well. */
const isAt = (
  row: Pick<UploadRow, 'node' | 'store'>,
  { storeId }: Pick<wire.UploadEnded, 'storeId'>,
  from: Pick<Identity, 'id'>,
): boolean => row.node === from.id || (storeId !== '' && row.store === storeId);

async function hasItem(trx: Transaction, { tenant, item: id }: UploadRow): Promise<boolean> {
  const item = await trx
    .selectFrom('library_items')
    .select('id')
    .where((eb) => eb.and({ tenant, id }))
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
  return item !== undefined;
}

/** Returns the refusal: the node's, or a mismatch with the announced hash. */
function refusalOf({ code, detail, sha256 }: wire.UploadEnded, row: UploadRow) {
  if (code !== '') return { code, detail: shownReason(detail).slice(0, DETAIL_CHARACTERS_MAX) };
  if (row.sha256 !== '' && row.sha256 !== sha256)
    return { code: 'HASH_MISMATCH', detail: 'the SHA-256 differs from the announced one' };
  return undefined;
}

/**
 * Returns a content with these bytes that the owner may read. Sharing another would show the owner that the tenant had
 * the file already: by the content's id in links, its renditions and its cover. An upload of the tenant itself may
 * share any content.
 */
const storedOf = (trx: Transaction, { tenant, sha256, storeId: store }: wire.UploadEnded, owner: string) =>
  trx
    .selectFrom('library_contents as c')
    .selectAll('c')
    .where((eb) => eb.and({ 'c.tenant': tenant, 'c.sha256': sha256, 'c.store': store, 'c.state': 'stored' }))
    .$if(owner !== '', (query) => query.where((eb) => isReadable(eb, owner)))
    .limit(1)
    .executeTakeFirst();

const mediaOf = (media: wire.MediaFacts.$Properties) => {
  const { durationMs = 0, width = 0, height = 0, rotation = 0, videoCodec = '', audioCodec = '' } = media;
  const { fps = 0, audioChannels = 0 } = media;
  return { durationMs, width, height, rotation, videoCodec, audioCodec, fps, audioChannels };
};
