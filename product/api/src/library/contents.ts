// Contents are the bytes of a tenant's files. They are kept while anything refers to them, then erased at a node that
// has them.
import { HELD_CONTENTS_MAX, MeridianError, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { ApiKeys } from '../access/keys.ts';
import { lockTenant } from '../access/tenants.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { LibraryNodes } from './library-nodes.ts';
import type { Renditions } from './renditions.ts';
import { type ContentRow, referringStates } from './rows.ts';
import { forgetDemand } from './watch-rows.ts';

export interface ContentsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly nodes: LibraryNodes;
  readonly renditions: Pick<Renditions, 'forget'>;
  readonly keys: Pick<ApiKeys, 'fenceOf'>;
}

type Referrer = (trx: Transaction, tenant: string, id: string) => Promise<boolean>;

interface Payload extends Pick<ContentRow, 'tenant' | 'id' | 'node' | 'store'> {
  readonly sinceMs: number;
}

const ERASE_ANSWER_MS = 30_000;
/** Time that a node needs to find and draw a frame of a video. */
const COVER_ANSWER_MS = 30_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 10 * 60_000;
/** A node missing in all plans for this long will not return with its files. */
const GONE_MS = 30 * 86_400_000;
const ROWS = 500;

export class Contents {
  readonly #o: ContentsOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'library contents to erase',
    concurrency: 8,
    leaseMs: 10 * 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (payload) => this.#erase(payload),
  };

  readonly #referrers: Referrer[] = [];

  constructor(o: ContentsOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Registers a check for references. Its owner must call `releaseUnused` when a reference ends. */
  addReferrer(refers: Referrer): void {
    this.#referrers.push(refers);
  }

  find(db: Database, tenant: string, id: string): Promise<ContentRow | undefined> {
    return db
      .selectFrom('library_contents')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
  }

  /** Returns those contents that are no longer stored. Rejects with REQUEST_INVALID for too many ids. */
  async goneOf(reported: readonly wire.HeldContent.$Properties[]): Promise<{ contentIds: string[] }> {
    if (reported.length > HELD_CONTENTS_MAX) throw new MeridianError('REQUEST_INVALID', 'contents: too many');
    const contentKeys = reported.map(({ tenant, contentId }) => ({ tenant: tenant ?? '', id: contentId ?? '' }));
    const rows = await this.#o.db
      .selectFrom('library_contents')
      .select(['tenant', 'id'])
      .where('state', '=', 'stored')
      .where((eb) => eb.or(contentKeys.map((one) => eb.and(one))))
      .execute();
    const stored = new Set(rows.map(({ tenant, id }) => `${tenant} ${id}`));
    return { contentIds: contentKeys.filter(({ tenant, id }) => !stored.has(`${tenant} ${id}`)).map(({ id }) => id) };
  }

  /** Must be called in the transaction that ends a reference. After the last one, a job erases the content. */
  async releaseUnused(trx: Transaction, tenant: string, id: string): Promise<void> {
    if (id === '') return;
    // The lock serialises this call with a transaction that adds a reference.
    await lockTenant(trx, tenant);
    if (await isReferred(trx, tenant, id)) return;
    for (const refers of this.#referrers) if (await refers(trx, tenant, id)) return;
    const row = await trx
      .updateTable('library_contents')
      .set({ state: 'removing' })
      .where((eb) => eb.and({ tenant, id, state: 'stored' }))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return;
    await this.#o.renditions.forget(trx, tenant, id);
    await forgetDemand(trx, tenant, id);
    await this.#eraseLater(trx, row);
  }

  /** Returns the URL of a node inside the fence: the content's own node, or else one with the same store. */
  baseOf(content: Pick<ContentRow, 'node' | 'store'>, fence: string): string | undefined {
    return this.#o.nodes.having(content, fence).find(({ publicUrl }) => publicUrl !== '')?.publicUrl;
  }

  /**
   * Makes a cover at a node inside the fence. `owner`: user who asks, whose share of the node it takes; `''` for an API
   * key. Rejects with NODE_UNREACHABLE, or the node's code.
   */
  async makeCover(content: ContentRow, atMs: number, owner: string): Promise<void> {
    const { tenant, id: contentId } = content;
    const fence = await this.#o.keys.fenceOf(tenant);
    const node = this.#o.nodes.having(content, fence).find(({ isLinked }) => isLinked);
    if (node === undefined) throw new MeridianError('NODE_UNREACHABLE', 'no library node has the file now');
    await this.#o.nodes.call(node.nodeId, rpc.makeCover, { tenant, contentId, atMs, owner }, COVER_ANSWER_MS);
  }

  eraseUnstored(trx: Transaction, content: Pick<ContentRow, 'tenant' | 'id' | 'node' | 'store'>): Promise<void> {
    return this.#eraseLater(trx, content);
  }

  /** Must be called before the tenant's rows are removed. */
  async eraseTenant(db: Database, tenant: string): Promise<void> {
    const rows = await db.selectFrom('library_contents').selectAll().where('tenant', '=', tenant).execute();
    for (let at = 0; at < rows.length; at += ROWS)
      await transact(db, async (trx) => {
        for (const row of rows.slice(at, at + ROWS)) await this.#eraseLater(trx, row);
      });
  }

  async #eraseLater(
    trx: Transaction,
    { tenant, id, node, store }: Pick<ContentRow, 'tenant' | 'id' | 'node' | 'store'>,
  ): Promise<void> {
    const payload = { tenant, id, node, store, sinceMs: this.#o.clock.wallMs() };
    // The job belongs to no tenant, so that it outlives an erased tenant.
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id}` });
  }

  async #erase({ tenant, id, node, store, sinceMs }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, nodes } = this.#o;
    const ageMs = Math.max(0, clock.wallMs() - sinceMs);
    if (!(await this.#isErased({ tenant, id, node, store }))) {
      const isGone = nodes.hasPlan && nodes.having({ node, store }, '').length === 0;
      if (!isGone || ageMs < GONE_MS) return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
      log.warn({ tenant, contentId: id, library: node }, 'a content is abandoned, because its node is gone');
    }
    await transact(db, async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom('library_contents')
        .where((eb) => eb.and({ tenant, id, state: 'removing' }))
        .executeTakeFirst();
      if (numDeletedRows === 0n) return;
      await trx
        .deleteFrom('library_blocks')
        .where((eb) => eb.and({ tenant, content: id }))
        .execute();
    });
    return undefined;
  }

  async #isErased(content: Omit<Payload, 'sinceMs'>): Promise<boolean> {
    const { nodes, log } = this.#o;
    const { tenant, id: contentId } = content;
    for (const { nodeId, isLinked } of nodes.having(content, '')) {
      if (!isLinked) continue;
      try {
        await nodes.call(nodeId, rpc.eraseContent, { tenant, contentId }, ERASE_ANSWER_MS);
        return true;
      } catch (err) {
        log.info({ err, library: nodeId, tenant, contentId }, 'a library node could not erase a content yet');
      }
    }
    return false;
  }
}

/** Returns whether anything refers to the content, including uploads that copy parts of it, or hold it. */
async function isReferred(trx: Transaction, tenant: string, id: string): Promise<boolean> {
  const item = await trx
    .selectFrom('library_items')
    .select('id')
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('content', '=', id), eb('original', '=', id)]))
    .where('deleted_ms', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (item !== undefined) return true;
  const namingPattern = `%"${id.replaceAll(/[\\%_]/g, '\\$&')}"%`;
  const upload = await trx
    .selectFrom('library_uploads')
    .select('id')
    .where('tenant', '=', tenant)
    .where('state', 'in', referringStates)
    .where(sql<boolean>`copies like ${namingPattern} escape '\\'`)
    .limit(1)
    .executeTakeFirst();
  return upload !== undefined;
}
