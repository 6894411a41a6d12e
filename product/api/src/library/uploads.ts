// Plans uploads, whose bytes go to a library node. Nodes are called outside of transactions, because SQLite has one
// connection, and a node may be far away.
import { createHash, timingSafeEqual } from 'node:crypto';
import { blocksOf, MeridianError, newUploadId, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Static } from 'typebox';
import { shareOf } from '../access/core/shares.ts';
import type { ApiKeys, KeyWithSecret } from '../access/keys.ts';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import { type Copy, type Plan, planOf, wholeOf } from './core/plan.ts';
import { proofRanges } from './core/proof.ts';
import type { Items } from './items.ts';
import { knownOf, readableOf } from './known-blocks.ts';
import type { LibraryNodes, UsableNode } from './library-nodes.ts';
import type { ContentRow, UploadRow } from './rows.ts';
import type { newUpload } from './schemas.ts';
import {
  challengeOf,
  copiesIn,
  endUpload,
  findUpload,
  holdUpload,
  itemOfOutput,
  openUploadsOf,
  type ProofChallenge,
  partsIn,
  type UploadDropping,
} from './upload-rows.ts';
import { inSteps, libraryUsage, underWay } from './usage.ts';

export interface UploadsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly keys: Pick<ApiKeys, 'signing' | 'fenceOf'>;
  readonly nodes: LibraryNodes;
  readonly contents: Contents;
  readonly items: Pick<Items, 'create' | 'ready' | 'drop' | 'awaitContent'>;
  readonly dropping: UploadDropping;
}

export interface Uploader {
  readonly tenant: string;
  /** User whose rights do not cover the whole tenant; undefined for administrators and API keys. */
  readonly person: string | undefined;
  /** File that the upload brings; undefined for uploads of people and API keys, which alone are limited. */
  readonly file?: RecordedFile;
}

/** File of a recording. */
export interface RecordedFile {
  readonly recording: string;
  /** Name of the output, unique in its recording. */
  readonly output: string;
  /** Meeting whose hosts may change the item; '' for none. */
  readonly meeting: string;
}

/** Upload that is not stored yet; a node may already have opened it. */
export interface PreparedUpload {
  readonly row: Omit<UploadRow, 'item'>;
  readonly body: Static<typeof newUpload>;
  readonly by: Uploader;
  readonly key: KeyWithSecret;
  /** Further nodes that may have opened the upload. */
  readonly left: readonly string[];
}

/** More than people and their programs send at once. */
export const OPEN_UPLOADS_MAX = 1000;
/**
 * Lifetime of an upload from its creation: a week on a slow connection. Nothing prolongs it, since an upload holds room
 * in the spool of its node.
 */
export const UPLOAD_MS = 7 * 86_400_000;
/** Lifetime of an upload that no node has opened: a client proves its bytes, or asks again, within seconds. */
export const UNOPENED_MS = 10 * 60_000;
const AGAIN_MS = 5000;
const NONCE_BYTES = 32;
const DIGEST_ANSWER_MS = 10_000;
/**
 * Interval of requests to reopen. Clients ask every few seconds while a file is checked, and the node need not get the
 * plan each time.
 */
const REOPEN_MS = 60_000;
const REOPENED_MAX = 10_000;

export class Uploads {
  readonly #o: UploadsOptions;
  /** Time at which this process last opened an upload; the oldest are removed. */
  readonly #openedMs = new Map<string, number>();

  constructor(o: UploadsOptions) {
    this.#o = o;
  }

  /**
   * Opens the upload at a node, or requests a proof. Rejects with REQUEST_INVALID, QUOTA_EXCEEDED, CONFLICT (the tenant
   * is being erased) or NODE_UNREACHABLE.
   */
  async prepare(by: Uploader, owner: string, body: Static<typeof newUpload>): Promise<PreparedUpload> {
    const { db, keys, nodes, clock, rng } = this.#o;
    const { tenant } = by;
    const { bytes, blocks = [] } = body;
    if (body.blocks !== undefined && blocks.length !== blocksOf(bytes))
      throw invalid('/blocks', `must be the hashes of ${blocksOf(bytes)} blocks`);
    if (by.file === undefined) await mayBegin(db, by, bytes);
    const key = await keys.signing(tenant);
    if (key === undefined) throw new Problem('CONFLICT', 'the tenant is being erased');
    const usable = await nodes.usable(key.regions, body.region);
    const stores = [...new Set(usable.map(({ facts }) => facts.storeId))];
    const knownParts = await knownOf(db, { ...by, bytes, blocks, stores });
    const nowMs = clock.wallMs();
    const newRow: Omit<UploadRow, 'item'> = {
      tenant,
      id: newUploadId((count) => rng.bytes(count)),
      recording: by.file?.recording ?? '',
      output: by.file?.output ?? '',
      owner,
      name: body.name,
      bytes,
      fingerprint: body.fingerprint ?? '',
      sha256: body.sha256 ?? '',
      blocks: blocks.join(''),
      node: '',
      store: knownParts?.store ?? '',
      state: knownParts === undefined ? 'open' : 'proof',
      proof: knownParts === undefined ? '' : JSON.stringify(this.#newChallenge(knownParts.copies)),
      parts: JSON.stringify(knownParts === undefined ? planOf(bytes, []).parts : []),
      copies: JSON.stringify(knownParts?.copies ?? []),
      created_ms: nowMs,
      expires_ms: nowMs + (knownParts === undefined ? UPLOAD_MS : UNOPENED_MS),
    };
    if (knownParts !== undefined) return { row: newRow, body, by, key, left: [] };
    const { node, left } = await nodes.open(usable, openingOf(newRow));
    if (node === undefined) throw unreachable();
    this.#countOpened(newRow.id);
    const row = Object.assign({}, newRow, { node: node.nodeId, store: node.facts.storeId });
    return { row, body, by, key, left };
  }

  /** Rejects with QUOTA_EXCEEDED, also for the second of two concurrent uploads at the limit. */
  async store(trx: Transaction, { row, body, by, left }: PreparedUpload): Promise<UploadRow> {
    const { items, dropping } = this.#o;
    const { tenant, owner, name, id } = row;
    await lockTenant(trx, tenant);
    if (by.file === undefined) await mayBegin(trx, by, row.bytes);
    const formerItem = by.file && (await this.#itemOf(trx, tenant, by.file));
    const { title = name, description = '', tags = [], visibility = 'private' } = body;
    const ofRecording = by.file === undefined ? {} : { recording: by.file.recording, meeting: by.file.meeting };
    const newItem = { tenant, title, description, tags, visibility, owner, name, ...ofRecording };
    const item = formerItem ?? (await items.create(trx, newItem));
    for (const node of left) await dropping.scheduleDrop(trx, { tenant, id, node });
    const values: UploadRow = Object.assign({}, row, { item: item.id });
    await trx.insertInto('library_uploads').values(values).execute();
    return values;
  }

  /**
   * Returns the item that an output has already, after its other uploads were ended; a refused item waits again.
   * Undefined for the first upload of an output.
   */
  async #itemOf(trx: Transaction, tenant: string, file: RecordedFile): Promise<{ readonly id: string } | undefined> {
    const id = await itemOfOutput(trx, tenant, file);
    if (id === undefined) return undefined;
    const { contents, items, dropping } = this.#o;
    for (const former of await openUploadsOf(trx, tenant, id)) {
      await endUpload(trx, former, 'gone', contents);
      await dropping.scheduleDrop(trx, former);
    }
    await items.awaitContent(trx, { tenant, id });
    return { id };
  }

  /** Must be called when `store` failed, so that nodes drop the prepared upload. */
  async abandon({ row, left }: PreparedUpload): Promise<void> {
    const { db, dropping } = this.#o;
    const { tenant, id } = row;
    await transact(db, async (trx) => {
      for (const node of [row.node, ...left]) await dropping.scheduleDrop(trx, { tenant, id, node });
    });
  }

  /** Opens the upload at a node again if necessary. Rejects with NODE_UNREACHABLE while no node takes its parts. */
  async resume(row: UploadRow): Promise<UploadRow> {
    // An instance stopped while it was processing a proof.
    if (row.state === 'proof' && row.proof === '') return this.#resolve(row, [], undefined);
    if (row.state !== 'open') return row;
    // Clients take an open upload without parts as sent.
    if (row.node !== '' && this.#o.nodes.urlOf(row.node, await this.#o.keys.fenceOf(row.tenant)) === '')
      throw unreachable();
    const lastMs = this.#openedMs.get(row.id);
    if (lastMs !== undefined && this.#o.clock.nowMs() - lastMs < REOPEN_MS) return row;
    return this.#open(row);
  }

  /**
   * Uses known data that the person may still read if the proof is right; a repetition returns the same. Rejects with
   * CONFLICT or NODE_UNREACHABLE.
   */
  async prove(row: UploadRow, sha256: string, { person }: Uploader): Promise<UploadRow> {
    if (row.state === 'open') return this.resume(row);
    if (row.state === 'done' || row.state === 'held') return row;
    const question = challengeOf(row);
    if (row.state !== 'proof' || question === undefined || !(await this.#setChallenge(row, '')))
      throw new Problem('CONFLICT', 'the upload does not wait for a proof');
    let isRight: boolean;
    try {
      isRight = await this.#isRight(row, question, sha256);
    } catch (error) {
      await this.#setChallenge(Object.assign({}, row, { proof: '' }), row.proof);
      throw error;
    }
    if (!isRight)
      this.#o.log.info({ tenant: row.tenant, uploadId: row.id }, 'a proof is wrong: the client must send all bytes');
    return this.#resolve(row, isRight ? copiesIn(row) : [], person);
  }

  /** Deletes an upload with its item. Rejects with CONFLICT if the upload has ended. */
  async delete(trx: Transaction, row: UploadRow): Promise<void> {
    const { contents, items, dropping } = this.#o;
    await lockTenant(trx, row.tenant);
    if (!(await endUpload(trx, row, 'gone', contents))) throw new Problem('CONFLICT', 'the upload has ended');
    await items.drop(trx, row.tenant, row.item);
    await dropping.scheduleDrop(trx, row);
  }

  /** Must be called before the tenant's rows are removed. */
  async eraseTenant(db: Database, tenant: string): Promise<void> {
    const rows = await db
      .selectFrom('library_uploads')
      .select(['tenant', 'id', 'node'])
      .where('tenant', '=', tenant)
      .where('state', '=', 'open')
      .execute();
    await transact(db, async (trx) => {
      for (const row of rows) await this.#o.dropping.scheduleDrop(trx, row);
    });
  }

  #newChallenge(copies: readonly Copy[]): ProofChallenge {
    const { rng } = this.#o;
    const random = (count: number): Uint8Array => rng.bytes(count);
    const nonce = Buffer.from(random(NONCE_BYTES)).toString('base64url');
    return { nonce, ranges: proofRanges(copies, random) };
  }

  /** Replaces the requested proof; '' means that a proof is being checked. Returns false if another call was faster. */
  async #setChallenge({ tenant, id, proof: before }: UploadRow, proof: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#o.db
      .updateTable('library_uploads')
      .set({ proof })
      .where((eb) => eb.and({ tenant, id, state: 'proof', proof: before }))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Returns false for a wrong digest, or missing data. Rejects with NODE_UNREACHABLE. */
  async #isRight(
    { tenant, store, id }: UploadRow,
    { nonce, ranges }: ProofChallenge,
    sha256: string,
  ): Promise<boolean> {
    const { nodes, keys, log } = this.#o;
    const nodeRanges = ranges.map(({ content, contentFrom, bytes }) => ({
      contentId: content,
      from: contentFrom,
      bytes,
    }));
    const message = { tenant, nonce: Buffer.from(nonce, 'base64url'), ranges: nodeRanges };
    for (const { nodeId, isLinked } of nodes.having({ node: '', store }, await keys.fenceOf(tenant))) {
      if (!isLinked) continue;
      try {
        const { sha256: nodeDigest } = await nodes.call(nodeId, rpc.digestContents, message, DIGEST_ANSWER_MS);
        return isSame(nodeDigest, Buffer.from(sha256, 'hex'));
      } catch (err) {
        const { code } = err as MeridianError;
        log.info(
          { err, library: nodeId, tenant, uploadId: id },
          'a library node did not compute the digest for a proof',
        );
        if (code !== 'NODE_UNREACHABLE' && code !== 'OVERLOADED') return false;
      }
    }
    throw unreachable();
  }

  /** Completes the file from copies, or plans the remaining parts and opens them at a node. */
  async #resolve(row: UploadRow, proven: readonly Copy[], person: string | undefined): Promise<UploadRow> {
    const { db, contents } = this.#o;
    const { tenant, id } = row;
    await transact(db, async (trx) => {
      await lockTenant(trx, tenant);
      const readable = await readableOf(trx, { tenant, person }, proven);
      const copies = proven.filter(({ content }) => readable.has(content));
      const wholeContent = await this.#wholeContent(trx, row, copies);
      if (wholeContent !== undefined) return this.#endWithContent(trx, row, wholeContent);
      const plan = planOf(row.bytes, copies);
      const set = { state: 'open' as const, proof: '', store: copies.length === 0 ? '' : row.store };
      const { numUpdatedRows } = await trx
        .updateTable('library_uploads')
        .set(Object.assign(set, textOf(plan)))
        .where((eb) => eb.and({ tenant, id, state: 'proof' }))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return;
      // Contents from which no range is copied are released.
      const keptContents = new Set(plan.copies.map(({ content }) => content));
      for (const content of new Set(copiesIn(row).map((copy) => copy.content)))
        if (!keptContents.has(content)) await contents.releaseUnused(trx, tenant, content);
    });
    const current = await findUpload(db, tenant, id);
    if (current === undefined) throw new Problem('NOT_FOUND');
    return current.state === 'open' ? this.#open(current) : current;
  }

  async #wholeContent(trx: Transaction, row: UploadRow, copies: readonly Copy[]): Promise<ContentRow | undefined> {
    const id = wholeOf(row.bytes, copies);
    const content = id === undefined ? undefined : await this.#o.contents.find(trx, row.tenant, id);
    const isIt =
      content?.state === 'stored' &&
      content.bytes === row.bytes &&
      (row.sha256 === '' || row.sha256 === content.sha256);
    return isIt ? content : undefined;
  }

  async #endWithContent(trx: Transaction, row: UploadRow, content: ContentRow): Promise<void> {
    const { contents, items } = this.#o;
    const { tenant, id } = row;
    const current = await findUpload(trx, tenant, id);
    if (current?.state !== 'proof') return;
    if (await holdUpload(trx, row, content, contents)) return;
    await items.ready(trx, tenant, row.item, content);
    await endUpload(trx, row, 'done', contents);
  }

  /** Chooses a node if the upload has none. Rejects with NODE_UNREACHABLE if no node takes it. */
  async #open(row: UploadRow): Promise<UploadRow> {
    const { nodes, log } = this.#o;
    if (row.node === '') return this.#openAnywhere(row);
    try {
      await nodes.call(row.node, rpc.openUpload, openingOf(row), DIGEST_ANSWER_MS);
      this.#countOpened(row.id);
    } catch (err) {
      // The node usually has the upload already, and accepts parts without this call.
      log.info({ err, library: row.node, uploadId: row.id }, 'a library node did not reopen an upload');
    }
    return row;
  }

  async #openAnywhere(unopened: UploadRow): Promise<UploadRow> {
    const { db, nodes, keys, dropping } = this.#o;
    const row = Object.assign({}, unopened, { expires_ms: unopened.created_ms + UPLOAD_MS });
    const { tenant, id } = row;
    const fence = (await keys.signing(tenant))?.regions;
    const usable = fence === undefined ? [] : await nodes.usable(fence);
    const fitting = (node: UsableNode): boolean => row.store === '' || node.facts.storeId === row.store;
    const { node, left } = await nodes.open(usable.filter(fitting), openingOf(row));
    if (node === undefined) throw unreachable();
    const set = { node: node.nodeId, store: node.facts.storeId, expires_ms: row.expires_ms };
    return transact(db, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('library_uploads')
        .set(set)
        .where((eb) => eb.and({ tenant, id, state: 'open', node: '' }))
        .executeTakeFirst();
      const current = await findUpload(trx, tenant, id);
      // A concurrent call has opened the upload elsewhere, or it was aborted.
      const unused = numUpdatedRows > 0n || current?.node === set.node ? left : [set.node, ...left];
      for (const unusedNode of unused) await dropping.scheduleDrop(trx, { tenant, id, node: unusedNode });
      if (current === undefined) throw new Problem('NOT_FOUND');
      this.#countOpened(id);
      return current;
    });
  }

  #countOpened(id: string): void {
    this.#openedMs.delete(id);
    this.#openedMs.set(id, this.#o.clock.nowMs());
    const [oldest] = this.#openedMs.keys();
    if (this.#openedMs.size > REOPENED_MAX && oldest !== undefined) this.#openedMs.delete(oldest);
  }
}

/**
 * Rejects with QUOTA_EXCEEDED. Open uploads of a person take at most half of the bytes that are free. Bytes of others
 * count in steps, and the refusal has no number: a person who tries sizes learns no more than the step.
 */
async function mayBegin(db: Database, { tenant, person }: Uploader, bytes: number): Promise<void> {
  const { bytes: used, bytesMax } = await libraryUsage(db, tenant);
  if (person !== undefined) {
    const open = await underWay(db, tenant, person);
    if (open.count >= shareOf(OPEN_UPLOADS_MAX))
      throw new Problem('QUOTA_EXCEEDED', `You already have ${open.count} open uploads. Finish or delete some.`);
    const { bytes: own } = await libraryUsage(db, tenant, person);
    const ownMost = (bytesMax - (own - open.bytes) - inSteps(used - own, bytesMax)) / 2;
    if (bytesMax > 0 && open.bytes + bytes > ownMost)
      throw new Problem(
        'QUOTA_EXCEEDED',
        'Your open uploads would take more than half of the free storage. Finish or delete some, or send a smaller file.',
      );
  } else if (bytesMax > 0 && used + bytes > bytesMax)
    throw new Problem('QUOTA_EXCEEDED', `the tenant already uses ${used} of ${bytesMax} bytes`);
  if ((await underWay(db, tenant)).count >= OPEN_UPLOADS_MAX)
    throw new Problem('QUOTA_EXCEEDED', `the tenant already has ${OPEN_UPLOADS_MAX} open uploads`);
}

export const invalid = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

const unreachable = (): MeridianError =>
  new MeridianError('NODE_UNREACHABLE', 'no library node accepts the upload now', { retryAfterMs: AGAIN_MS });

const textOf = ({ parts, copies }: Plan): Pick<UploadRow, 'parts' | 'copies'> => ({
  parts: JSON.stringify(parts),
  copies: JSON.stringify(copies),
});

const openingOf = (row: Omit<UploadRow, 'item'>): wire.OpenUpload.$Properties => ({
  tenant: row.tenant,
  uploadId: row.id,
  bytes: row.bytes,
  parts: [...partsIn(row)],
  copies: copiesIn(row).map(({ from, bytes, content, contentFrom }) => ({
    from,
    bytes,
    contentId: content,
    contentFrom,
  })),
  blocks: Buffer.from(row.blocks, 'hex'),
  sha256: row.sha256,
  name: row.name,
  expiresWallMs: row.expires_ms,
  owner: row.recording === '' ? row.owner : '',
});

/** Compares in constant time, even if the lengths differ. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
  const [one, other] = [a, b].map((bytes) => createHash('sha256').update(bytes).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
};
