// Ends uploads that failed: expired, at a node that is gone or outside the fence, or for an item that is deleted or in
// the trash. Removes rows of expired links, and deletes items that were in the trash long enough.
import type { Clock, Logger } from '@meridian/runtime';
import { forgetExpiredLinks } from '../access/file-links.ts';
import type { ApiKeys } from '../access/keys.ts';
import { lockTenant } from '../access/tenants.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import { forgetColdHeats } from './heats.ts';
import type { Items } from './items.ts';
import type { LibraryNodes } from './library-nodes.ts';
import { referringStates, TRASH_KEPT_MS, type UploadRow } from './rows.ts';
import { endUpload, type Refusal, type UploadDropping } from './upload-rows.ts';
import { forgetStarts } from './watch-rows.ts';

export interface UpkeepOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodes: LibraryNodes;
  readonly contents: Pick<Contents, 'releaseUnused'>;
  readonly items: Pick<Items, 'refused' | 'delete'>;
  readonly keys: Pick<ApiKeys, 'fencesOf'>;
  readonly dropping: UploadDropping;
}

const EVERY_MS = 5 * 60_000;
/** Uploads per run, each in its own transaction; the next run handles the rest. */
const ROWS = 200;
/** Long enough for a node under repair to return. */
const LOST_MS = 86_400_000;
/** Time for which a client can query an ended upload. */
export const UPLOADS_KEPT_MS = 30 * 86_400_000;

const expired: Refusal = { code: 'UPLOAD_EXPIRED', detail: 'the upload was not completed in time' };
const lost: Refusal = { code: 'UPLOAD_LOST', detail: 'the node with the upload is gone' };
const trashed: Refusal = { code: 'UPLOAD_EXPIRED', detail: 'its item was put into the trash' };
const outsideFence: Refusal = {
  code: 'UPLOAD_LOST',
  detail: 'its node is no longer in the regions of the tenant’s keys',
};

export class Upkeep {
  readonly #o: UpkeepOptions;

  constructor(o: UpkeepOptions) {
    this.#o = o;
  }

  get job(): JobKind<unknown> {
    return {
      name: 'library uploads',
      concurrency: 1,
      leaseMs: 10 * 60_000,
      every: { ms: EVERY_MS },
      run: async () => {
        await this.run();
        return undefined;
      },
    };
  }

  async run(): Promise<void> {
    const { db, clock } = this.#o;
    const nowMs = clock.wallMs();
    const expiredUploads = await this.#open().where('expires_ms', '<', nowMs).execute();
    for (const row of expiredUploads) await this.#end(row, 'expired', expired);
    const itemless = await this.#open()
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('library_items as i')
              .select('i.id')
              .whereRef('i.tenant', '=', 'library_uploads.tenant')
              .whereRef('i.id', '=', 'library_uploads.item')
              .where('i.deleted_ms', 'is', null),
          ),
        ),
      )
      .execute();
    for (const row of itemless) await this.#end(row, 'gone', undefined);
    for (const row of await this.#trashed().execute()) await this.#end(row, 'expired', trashed);
    for (const node of await this.#lostNodes())
      for (const row of await this.#open().where('node', '=', node).execute()) await this.#end(row, 'refused', lost);
    for (const at of await this.#outsideFences())
      for (const row of await this.#open()
        .where((eb) => eb.and(at))
        .execute())
        await this.#end(row, 'refused', outsideFence);
    await db
      .deleteFrom('library_uploads')
      .where('state', 'not in', referringStates)
      .where('expires_ms', '<', nowMs - UPLOADS_KEPT_MS)
      .execute();
    await this.#emptyTrash(nowMs);
    await forgetStarts(db, nowMs);
    await forgetColdHeats(db, nowMs);
    await forgetExpiredLinks(db, nowMs);
  }

  async #emptyTrash(nowMs: number): Promise<void> {
    const { db, items } = this.#o;
    const trashedBeforeMs = nowMs - TRASH_KEPT_MS;
    const rows = await db
      .selectFrom('library_items')
      .select(['tenant', 'id'])
      .where('trashed_ms', '<', trashedBeforeMs)
      .orderBy('trashed_ms')
      .limit(ROWS)
      .execute();
    for (const row of rows) await transact(db, (trx) => items.delete(trx, row, { trashedBeforeMs }));
  }

  /** Finds open uploads of items in the trash. Those of recordings go on, because no person could begin them again. */
  #trashed() {
    return this.#open()
      .where('recording', '=', '')
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('library_items as i')
            .select('i.id')
            .whereRef('i.tenant', '=', 'library_uploads.tenant')
            .whereRef('i.id', '=', 'library_uploads.item')
            .where('i.trashed_ms', 'is not', null),
        ),
      );
  }

  #open() {
    return this.#o.db
      .selectFrom('library_uploads')
      .selectAll()
      .where('state', 'in', referringStates)
      .orderBy('expires_ms')
      .limit(ROWS);
  }

  async #lostNodes(): Promise<string[]> {
    const rows = await this.#o.db
      .selectFrom('library_uploads')
      .select('node')
      .distinct()
      .where('state', '=', 'open')
      .where('node', '!=', '')
      .execute();
    return rows.map(({ node }) => node).filter((node) => this.#o.nodes.missingMs(node) >= LOST_MS);
  }

  /**
   * Returns tenants with the nodes of their open uploads that are outside the tenant's fence, which may have become
   * narrower.
   */
  async #outsideFences(): Promise<{ tenant: string; node: string }[]> {
    const { db, keys, nodes } = this.#o;
    const nodesOfTenants = await db
      .selectFrom('library_uploads')
      .select(['tenant', 'node'])
      .distinct()
      .where('state', '=', 'open')
      .where('node', '!=', '')
      .execute();
    const found: typeof nodesOfTenants = [];
    for (let at = 0; at < nodesOfTenants.length; at += ROWS) {
      const nodesChunk = nodesOfTenants.slice(at, at + ROWS);
      const fences = await keys.fencesOf(db, [...new Set(nodesChunk.map(({ tenant }) => tenant))]);
      found.push(...nodesChunk.filter(({ tenant, node }) => nodes.isOutside(node, fences.get(tenant) ?? '')));
    }
    return found;
  }

  /** Ends an upload. The item shows `refusal` as its failure. */
  async #end(row: UploadRow, state: 'expired' | 'refused' | 'gone', refusal: Refusal | undefined): Promise<void> {
    const { db, contents, items, dropping, log } = this.#o;
    const { tenant, id, item } = row;
    const isEnded = await transact(db, async (trx) => {
      await lockTenant(trx, tenant);
      if (!(await endUpload(trx, row, state, contents))) return false;
      if (refusal !== undefined) await items.refused(trx, tenant, item, refusal);
      await dropping.scheduleDrop(trx, row);
      return true;
    });
    if (isEnded) log.info({ tenant, uploadId: id, state, code: refusal?.code }, 'an upload has failed');
  }
}
