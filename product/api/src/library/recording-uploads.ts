// Uploads of recorders: each brings a file of a recording, which is an item of the library. A later version of a file
// replaces the content of its item.
import assert from 'node:assert/strict';
import type { OutputFacts } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Static } from 'typebox';
import type { ApiKeys } from '../access/keys.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Contents } from './contents.ts';
import { type Items, originalOf } from './items.ts';
import type { LibraryNodes } from './library-nodes.ts';
import type { ItemRow, UploadRow } from './rows.ts';
import type { newUpload, upload } from './schemas.ts';
import { copiesIn, endUpload, findUpload, itemOfOutput, shownUpload } from './upload-rows.ts';
import type { PreparedUpload, Uploads } from './uploads.ts';

export interface RecordingUploadsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly nodes: Pick<LibraryNodes, 'urlOf'>;
  readonly items: Pick<Items, 'delete' | 'ready'>;
  readonly contents: Pick<Contents, 'find' | 'releaseUnused'>;
  readonly uploads: Pick<Uploads, 'prepare' | 'store' | 'abandon' | 'resume' | 'prove'>;
}

export interface RecordingUpload {
  readonly tenant: string;
  readonly recording: string;
  readonly output: Pick<OutputFacts, 'name'>;
  /** Title of a new item; an item that exists keeps its own. */
  readonly title: string;
  /** User who started the recording; '' for none. */
  readonly owner: string;
  /** Meeting whose hosts may change the item; '' for none. */
  readonly meeting: string;
  /** Region of the recorder. */
  readonly region: string;
  readonly body: Pick<Static<typeof newUpload>, 'name' | 'bytes' | 'blocks' | 'sha256' | 'fingerprint'>;
}

/** File of a recording as the library has it. */
export interface StoredOutput {
  readonly name: string;
  readonly item: ItemRow;
  /** Size of the content; 0 before there is one. */
  readonly bytes: number;
  /** Latest upload of the file. */
  readonly upload: Pick<UploadRow, 'id' | 'state'>;
}

interface RecordingKey {
  readonly tenant: string;
  readonly recording: string;
}

export class RecordingUploads {
  readonly #o: RecordingUploadsOptions;

  constructor(o: RecordingUploadsOptions) {
    this.#o = o;
  }

  /**
   * Opens an upload at a node near `region`, or requests a proof; quotas are not checked, because a recording that was
   * permitted to begin is kept. Rejects with REQUEST_INVALID, CONFLICT (erased tenant) or NODE_UNREACHABLE.
   */
  prepare(o: RecordingUpload): Promise<PreparedUpload> {
    const { tenant, recording, output, title, owner, meeting, region, body } = o;
    const file = { recording, output: output.name, meeting };
    return this.#o.uploads.prepare(
      { tenant, person: undefined, file },
      owner,
      Object.assign({}, body, { title, region }),
    );
  }

  /** Stores a prepared upload, with its item unless the output has one. After a failure, `abandon` must be called. */
  store(trx: Transaction, prepared: PreparedUpload): Promise<UploadRow> {
    return this.#o.uploads.store(trx, prepared);
  }

  abandon(prepared: PreparedUpload): Promise<void> {
    return this.#o.uploads.abandon(prepared);
  }

  /** Returns the newest upload of an output with this fingerprint that is under way, or whose item has its content. */
  find({ tenant, recording }: RecordingKey, output: string, fingerprint: string): Promise<UploadRow | undefined> {
    return this.#o.db
      .selectFrom('library_uploads as u')
      .innerJoin('library_items as i', (join) => join.onRef('i.tenant', '=', 'u.tenant').onRef('i.id', '=', 'u.item'))
      .selectAll('u')
      .where((eb) => eb.and({ 'u.tenant': tenant, 'u.fingerprint': fingerprint }))
      .where((eb) => eb.and({ 'u.recording': recording, 'u.output': output }))
      .where('u.state', 'in', ['open', 'proof', 'held', 'done'])
      .orderBy('u.created_ms', 'desc')
      .orderBy('u.id', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Returns undefined for an upload that is not one of this recording. */
  async get({ tenant, recording }: RecordingKey, id: string): Promise<UploadRow | undefined> {
    const row = await findUpload(this.#o.db, tenant, id);
    return row?.recording === recording ? row : undefined;
  }

  /** Opens the upload at a node again if necessary. Rejects with NODE_UNREACHABLE. */
  resume(row: UploadRow): Promise<UploadRow> {
    return this.#o.uploads.resume(row);
  }

  /** Uses known data if the proof is right. Rejects with CONFLICT or NODE_UNREACHABLE. */
  prove(row: UploadRow, sha256: string): Promise<UploadRow> {
    return this.#o.uploads.prove(row, sha256, { tenant: row.tenant, person: undefined });
  }

  /** Shows an upload with URLs of its parts, as the REST operations do. */
  async shown(row: UploadRow): Promise<Static<typeof upload>> {
    const { db, clock, rng, keys, nodes } = this.#o;
    const { tenant, item: id, state } = row;
    const key = await keys.signing(tenant);
    const failure = await db
      .selectFrom('library_items')
      .select(['failure as code', 'detail'])
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    return shownUpload(
      row,
      key && { key, sources: [], clock, rng, nodes },
      state === 'refused' || state === 'expired' ? failure : undefined,
    );
  }

  /** Returns the files of a recording that have an item. */
  async outputsOf(db: Database, { tenant, recording }: RecordingKey): Promise<StoredOutput[]> {
    const uploads = await db
      .selectFrom('library_uploads')
      .select(['id', 'state', 'item', 'output'])
      .where((eb) => eb.and({ tenant, recording }))
      .orderBy('created_ms')
      .orderBy('id')
      .execute();
    const latest = new Map(uploads.map((one) => [one.item, one]));
    const items = await db
      .selectFrom('library_items')
      .selectAll()
      .where((eb) => eb.and({ tenant, recording }))
      .where('deleted_ms', 'is', null)
      .orderBy('created_ms')
      .orderBy('id')
      .execute();
    const contents = await db
      .selectFrom('library_contents')
      .select(['id', 'bytes'])
      .where('tenant', '=', tenant)
      .where(({ eb, selectFrom }) =>
        eb(
          'id',
          'in',
          selectFrom('library_items')
            .select((of) =>
              of.fn<string>('coalesce', [of.fn<string>('nullif', ['original', of.val('')]), 'content']).as('id'),
            )
            .where((of) => of.and({ tenant, recording })),
        ),
      )
      .execute();
    const bytesOf = new Map(contents.map(({ id, bytes }) => [id, bytes]));
    return items.flatMap((item) => {
      const its = latest.get(item.id);
      if (its === undefined) return [];
      const { id, state, output: name } = its;
      return [{ name, item, bytes: bytesOf.get(originalOf(item)) ?? 0, upload: { id, state } }];
    });
  }

  /** Returns the id of the item that an output has; undefined for none. */
  itemOf(db: Database, { tenant, recording }: RecordingKey, output: string): Promise<string | undefined> {
    return itemOfOutput(db, tenant, { recording, output });
  }

  /** Gives the item of an upload the content that was held for it, if the upload is held. */
  async give(trx: Transaction, row: UploadRow): Promise<void> {
    const { contents, items } = this.#o;
    const { tenant, item } = row;
    const [copy] = copiesIn(row);
    if (row.state !== 'held' || copy === undefined) return;
    const content = await contents.find(trx, tenant, copy.content);
    assert(content !== undefined, `the upload ${row.id} holds a content`);
    await items.ready(trx, tenant, item, content);
    await endUpload(trx, row, 'done', contents);
  }

  /** Releases the contents that are held for files of a recording. */
  async releaseHeld(trx: Transaction, { tenant, recording }: RecordingKey): Promise<void> {
    const rows = await trx
      .selectFrom('library_uploads')
      .selectAll()
      .where((eb) => eb.and({ tenant, recording, state: 'held' }))
      .execute();
    for (const row of rows) await endUpload(trx, row, 'gone', this.#o.contents);
  }

  /** Deletes an item of a recording. Returns false for an unknown item. */
  removeItem(trx: Transaction, key: { readonly tenant: string; readonly id: string }): Promise<boolean> {
    return this.#o.items.delete(trx, key);
  }
}
