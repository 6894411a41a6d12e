import { fileNameOf } from '@meridian/distribution';
import { newId } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { forgetLinks } from '../access/file-links.ts';
import { endGrant, grantSources, removeGrant } from '../access/link-grants.ts';
import type { GrantEnding } from '../access/token-uses.ts';
import type { ItemEventType } from '../events/core/item-events.ts';
import { itemSidOf } from '../events/item-body.ts';
import { Problem } from '../http/problems.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { SEARCH_CHARACTERS_MAX, searchTextOf } from './core/search-text.ts';
import { transcriptIn, trimOf } from './core/trim.ts';
import { readWebVtt } from './core/web-vtt.ts';
import { shownItem } from './item-body.ts';
import { factsOf } from './item-rows.ts';
import { includes } from './readers.ts';
import { type ContentRow, type ItemRow, type ReaderRow, referringStates, type Visibility } from './rows.ts';
import { removeTrimTask } from './trim-task.ts';
import type { WatchSettings } from './watching.ts';

export interface ItemContents {
  find(db: Database, tenant: string, id: string): Promise<ContentRow | undefined>;
  /** Call in the transaction that ends a reference; the last one removes the content. */
  releaseUnused(trx: Transaction, tenant: string, contentId: string): Promise<void>;
  /** Erases files that a node may have made of a content which will not be stored. */
  eraseUnstored(trx: Transaction, content: Pick<ContentRow, 'tenant' | 'id' | 'node' | 'store'>): Promise<void>;
  /** Returns the address of a node in these regions that has the content now. */
  baseOf(content: ContentRow, fence: string): string | undefined;
  makeCover(content: ContentRow, atMs: number, owner: string): Promise<void>;
}

export interface ItemDeps extends GrantEnding {
  readonly rng: Rng;
  readonly deliveries: Pick<Deliveries, 'add'>;
  readonly contents: Pick<ItemContents, 'releaseUnused' | 'eraseUnstored'>;
  readonly jobs: Pick<Jobs, 'remove'>;
  readonly watching: Pick<WatchSettings, 'forgetItem'>;
}

export interface NewItem {
  readonly tenant: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly visibility: Visibility;
  readonly owner: string;
  readonly name: string;
  /** Recording of which the item is a file; absent for none. */
  readonly recording?: string;
  /** Meeting whose hosts may change the item; absent or '' for none. */
  readonly meeting?: string;
}

type DeletedListener = (trx: Transaction, row: ItemRow) => Promise<void>;
type TrashedListener = (trx: Transaction, row: ItemRow, isTrashed: boolean) => Promise<void>;

export type ItemColumns = Partial<
  Pick<ItemRow, 'title' | 'description' | 'tags' | 'visibility' | 'chapters' | 'cover' | 'owner'>
>;
type ItemKey = Pick<ItemRow, 'tenant' | 'id'>;
/** State in which an item was found due; its row is looked at again under its lock. */
export interface DueItem {
  readonly trashedBeforeMs?: number;
  readonly changedBeforeMs?: number;
}
type TrimColumns = Pick<ItemRow, 'original' | 'trim' | 'trim_wanted' | 'trim_failure'>;
/** Readers of an item: teams and people, beyond whom a group is the better reader. */
export const READERS_MAX = 200;

export class Items {
  readonly #o: ItemDeps;
  readonly #deletedListeners: DeletedListener[] = [];
  readonly #trashedListeners: TrashedListener[] = [];

  constructor(o: ItemDeps) {
    this.#o = o;
  }

  /** Calls the listener in the transaction that deletes a file of a recording, after its row is gone. */
  onDeleted(listener: DeletedListener): void {
    this.#deletedListeners.push(listener);
  }

  /** Calls the listener in the transaction that puts a file of a recording into the trash, or restores it. */
  onTrashed(listener: TrashedListener): void {
    this.#trashedListeners.push(listener);
  }

  /** Creates an item that waits for its bytes. */
  async create(trx: Transaction, o: NewItem): Promise<ItemRow> {
    const { clock, rng } = this.#o;
    const { tenant, title, description, tags, visibility, owner, name, recording = '', meeting = '' } = o;
    const nowMs = clock.wallMs();
    const row: ItemRow = {
      tenant,
      id: newId('LI_', (count) => rng.bytes(count), 20),
      search_id: Buffer.from(rng.bytes(6)).readUIntBE(0, 6),
      title,
      description,
      tags: JSON.stringify(tags),
      search_text: searchTextOf({ title, description, tags, name, transcripts: [] }),
      visibility,
      owner,
      name,
      kind: '',
      state: 'waiting',
      failure: '',
      detail: '',
      content: '',
      recording,
      trashed_ms: null,
      trashed_by: '',
      original: '',
      trim: '',
      trim_wanted: '',
      trim_failure: '',
      cover: '',
      chapters: '[]',
      version: 1,
      sequence: 0,
      created_ms: nowMs,
      changed_ms: nowMs,
      deleted_ms: null,
    };
    await trx.insertInto('library_items').values(row).execute();
    if (meeting !== '')
      await trx
        .insertInto('library_item_readers')
        .values({ tenant, item: row.id, kind: 'meeting', reader: meeting, may: 'change' })
        .execute();
    return row;
  }

  /** Lets a refused item wait for another file; other items keep what they have until that is stored. */
  async awaitContent(trx: Transaction, { tenant, id }: ItemKey): Promise<void> {
    await this.#set(trx, { tenant, id }, { state: 'waiting', failure: '', detail: '' })
      .where('state', '=', 'refused')
      .execute();
  }

  /**
   * Gives an item its content. A file of a recording releases its former content; for any other item that is gone or
   * has a content, the new content is released. The content becomes the original of an item with a trim, which keeps
   * its cut until `Trimming.later` cuts the new one.
   */
  async ready(trx: Transaction, tenant: string, id: string, content: ContentRow): Promise<void> {
    const former = await itemOf(trx, { tenant, id });
    if (former !== undefined && originalOf(former) === content.id) return;
    if (former !== undefined && former.original !== '')
      return this.#readyOriginal(trx, { tenant, id, content: former.original }, content.id);
    if (former !== undefined) await removeTrimTask(trx, this.#o, former);
    const columns = { state: 'ready', content: content.id, kind: content.kind } as const;
    const row = await this.#set(trx, { tenant, id }, columns)
      .where((eb) => eb.or([eb('state', 'in', ['waiting', 'checking']), eb('recording', '!=', '')]))
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) {
      if (former !== undefined) await this.#o.contents.releaseUnused(trx, tenant, former.content);
      // The file leaves as what it is; its title stays as the person typed it.
      const name = fileNameOf(row.name, content.type);
      await trx
        .updateTable('library_items')
        .set({ name })
        .where((eb) => eb.and({ tenant, id }))
        .execute();
      return this.#addEvent(trx, Object.assign({}, row, { name }), 'item.ready');
    }
    await this.#o.contents.releaseUnused(trx, tenant, content.id);
  }

  /** Replaces the original of an item with a trim, whose cut stays. */
  async #readyOriginal(trx: Transaction, former: ItemKey & Pick<ItemRow, 'content'>, original: string): Promise<void> {
    await removeTrimTask(trx, this.#o, former);
    await this.#set(trx, former, { original }).execute();
    await this.#o.contents.releaseUnused(trx, former.tenant, former.content);
  }

  /** Gives an item another content, or another trim, and ends its links: they open the former content. */
  async setTrim(trx: Transaction, { tenant, id }: ItemKey, content: ContentRow, columns: TrimColumns): Promise<void> {
    const row = await this.#set(trx, { tenant, id }, Object.assign({ content: content.id }, columns))
      .returningAll()
      .executeTakeFirstOrThrow();
    const name = renamed(row.name, content.type);
    await trx
      .updateTable('library_items')
      .set({ name })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    await this.#endLinks(trx, row);
    const searched = await this.#updateSearchText(trx, Object.assign({}, row, { name }));
    await this.#addEvent(trx, searched, 'item.ready');
  }

  /** Refuses an item. Must run in a transaction. */
  async refused(
    trx: Transaction,
    tenant: string,
    id: string,
    { code, detail }: { readonly code: string; readonly detail: string },
  ): Promise<void> {
    const row = await this.#set(trx, { tenant, id }, { state: 'refused', failure: code, detail })
      .where('state', 'in', ['waiting', 'checking'])
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) await this.#addEvent(trx, row, 'item.refused');
  }

  /** Deletes the item of an upload that was given up, unless the item is ready. */
  async drop(trx: Transaction, tenant: string, id: string): Promise<void> {
    const deletedRow = await trx
      .deleteFrom('library_items')
      .where((eb) => eb.and({ tenant, id }))
      .where('state', '!=', 'ready')
      .returning('id')
      .executeTakeFirst();
    if (deletedRow === undefined) return;
    await forgetTranscripts(trx, { tenant, id });
    await forgetReaders(trx, { tenant, id });
  }

  /**
   * Puts an item into the trash, and ends its links. `by`: user; ''. Returns false for an unknown item, and changes
   * nothing for one in the trash. Leaves `changed_ms`, from which retention counts. Renditions go on, and so does an
   * upload until `Upkeep` runs, so that whoever restores an item at once has it as it was.
   */
  async trash(trx: Transaction, { tenant, id, by }: ItemKey & { readonly by: string }): Promise<boolean> {
    await lockRecordingOf(trx, { tenant, id });
    const row = await this.#setTrashed(trx, { tenant, id }, { trashed_ms: this.#o.clock.wallMs(), trashed_by: by });
    if (row === undefined) return (await itemOf(trx, { tenant, id })) !== undefined;
    await this.#addEvent(trx, row, 'item.trashed');
    await this.#endLinks(trx, row);
    if (row.recording !== '') for (const listener of this.#trashedListeners) await listener(trx, row, true);
    return true;
  }

  /** Takes an item out of the trash. Links stay ended. Returns false for an unknown item. */
  async restore(trx: Transaction, { tenant, id }: ItemKey): Promise<boolean> {
    await lockRecordingOf(trx, { tenant, id });
    const row = await this.#setTrashed(trx, { tenant, id }, { trashed_ms: null, trashed_by: '' });
    if (row === undefined) return (await itemOf(trx, { tenant, id })) !== undefined;
    await this.#addEvent(trx, row, 'item.restored');
    if (row.recording !== '') for (const listener of this.#trashedListeners) await listener(trx, row, false);
    return true;
  }

  /**
   * Deletes an item, and lets its uploads expire now. Returns false for an unknown item, and for one that was restored
   * or changed since it was found `due`.
   */
  async delete(trx: Transaction, { tenant, id }: ItemKey, due: DueItem = {}): Promise<boolean> {
    await lockRecordingOf(trx, { tenant, id });
    let deletion = this.#set(trx, { tenant, id }, { deleted_ms: this.#o.clock.wallMs() });
    if (due.trashedBeforeMs !== undefined) deletion = deletion.where('trashed_ms', '<', due.trashedBeforeMs);
    if (due.changedBeforeMs !== undefined) deletion = deletion.where('changed_ms', '<', due.changedBeforeMs);
    const row = await deletion.returningAll().executeTakeFirst();
    if (row === undefined) return false;
    await this.#addEvent(trx, row, 'item.deleted');
    await trx
      .deleteFrom('library_items')
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    await forgetTranscripts(trx, row);
    await forgetReaders(trx, row);
    await removeGrant(trx, this.#o, { tenant, source: grantSources.ofItem(id) });
    await forgetLinks(trx, { tenant, item: id });
    await trx
      .updateTable('library_uploads')
      .set({ expires_ms: this.#o.clock.wallMs() })
      .where((eb) => eb.and({ tenant, item: id }))
      .where('state', 'in', referringStates)
      .execute();
    await removeTrimTask(trx, this.#o, row);
    await this.#o.contents.releaseUnused(trx, tenant, row.original);
    if (row.content !== '') {
      await this.#o.contents.releaseUnused(trx, tenant, row.content);
      // An item without a content has no playbacks.
      await this.#o.watching.forgetItem(trx, row);
    }
    if (row.recording !== '') for (const listener of this.#deletedListeners) await listener(trx, row);
    return true;
  }

  /**
   * Ends links to an item that fewer people may see now. Returns undefined for an unknown item, or one with another
   * version than `version`.
   */
  async change(
    trx: Transaction,
    { tenant, id, version }: ItemKey & { readonly version?: number | undefined },
    columns: ItemColumns,
  ): Promise<ItemRow | undefined> {
    const mayNarrow = columns.visibility === 'private' || columns.owner !== undefined;
    const before = mayNarrow ? await lockedItem(trx, { tenant, id }) : undefined;
    let change = this.#set(trx, { tenant, id }, columns);
    if (version !== undefined) change = change.where('version', '=', version);
    const row = await change.returningAll().executeTakeFirst();
    if (row === undefined) return undefined;
    if (before !== undefined && isNarrower(before, row)) await this.#endLinks(trx, row);
    return this.#updateSearchText(trx, row);
  }

  /** Removes the transcript if `vtt` is undefined. Its times are of the original. Returns false for an unknown item. */
  async setTranscript(trx: Transaction, key: ItemKey & { readonly language: string }, vtt: string | undefined) {
    const { tenant, id, language } = key;
    // Comes first, to lock the item: of two concurrent changes, the later one must read the earlier one's transcripts.
    const row = await this.#set(trx, { tenant, id }, {}).returningAll().executeTakeFirst();
    if (row === undefined) return false;
    await trx
      .deleteFrom('library_transcripts')
      .where((eb) => eb.and({ tenant, item: id, language }))
      .execute();
    if (vtt !== undefined)
      await trx.insertInto('library_transcripts').values({ tenant, item: id, language, vtt }).execute();
    await this.#updateSearchText(trx, row);
    return true;
  }

  /**
   * Gives a user or group a right in an item. A lower right than before ends the item's links. Returns false for an
   * unknown item. Rejects with CONFLICT at the limit of readers.
   */
  async putReader(trx: Transaction, { tenant, item, kind, reader, may }: ReaderRow): Promise<boolean> {
    // Comes first, to lock the item: concurrent changes of its readers take turns.
    if ((await lockedItem(trx, { tenant, id: item })) === undefined) return false;
    const key = { tenant, item, kind, reader };
    const readers = trx.selectFrom('library_item_readers').where((eb) => eb.and({ tenant, item }));
    const before = await readers
      .select('may')
      .where((eb) => eb.and({ kind, reader }))
      .executeTakeFirst();
    if (before === undefined) {
      const { count } = await readers.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
      if (Number(count) >= READERS_MAX) throw new Problem('CONFLICT', `an item has at most ${READERS_MAX} readers`);
    }
    await trx
      .insertInto('library_item_readers')
      .values({ ...key, may })
      .onConflict((on) => on.columns(['tenant', 'item', 'kind', 'reader']).doUpdateSet({ may }))
      .execute();
    if (before !== undefined && !includes(may, before.may)) await this.#endLinks(trx, { tenant, id: item });
    return true;
  }

  /** Takes a user's or group's right in an item away, and ends the item's links. Returns false for no reader. */
  async removeReader(trx: Transaction, { tenant, item, kind, reader }: Omit<ReaderRow, 'may'>): Promise<boolean> {
    await lockedItem(trx, { tenant, id: item });
    const { numDeletedRows } = await trx
      .deleteFrom('library_item_readers')
      .where((eb) => eb.and({ tenant, item, kind, reader }))
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await this.#endLinks(trx, { tenant, id: item });
    return true;
  }

  #setTrashed(trx: Transaction, { tenant, id }: ItemKey, columns: Pick<ItemRow, 'trashed_ms' | 'trashed_by'>) {
    return trx
      .updateTable('library_items')
      .set(columns)
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where((eb) => eb.and({ tenant, id }))
      .where('trashed_ms', columns.trashed_ms === null ? 'is not' : 'is', null)
      .returningAll()
      .executeTakeFirst();
  }

  /** Ends all links, also those of people who may still see the item: they can make others. */
  async #endLinks(trx: Transaction, { tenant, id }: ItemKey): Promise<void> {
    await endGrant(trx, this.#o, { tenant, source: grantSources.ofItem(id) });
    await forgetLinks(trx, { tenant, item: id });
  }

  async #updateSearchText(trx: Transaction, row: ItemRow): Promise<ItemRow> {
    const { tenant, id, title, description, name } = row;
    const tags = JSON.parse(row.tags) as string[];
    const search_text = searchTextOf({ title, description, tags, name, transcripts: await transcriptTexts(trx, row) });
    if (search_text === row.search_text) return row;
    await trx
      .updateTable('library_items')
      .set({ search_text })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    return Object.assign({}, row, { search_text });
  }

  #set(trx: Transaction, { tenant, id }: ItemKey, columns: Partial<ItemRow>) {
    return trx
      .updateTable('library_items')
      .set(columns)
      .set((eb) => ({ version: eb('version', '+', 1), changed_ms: eb.val(this.#o.clock.wallMs()) }))
      .where((eb) => eb.and({ tenant, id }))
      .where('deleted_ms', 'is', null);
  }

  async #addEvent(trx: Transaction, row: ItemRow, type: ItemEventType): Promise<void> {
    const { clock, rng, deliveries } = this.#o;
    const { tenant, id } = row;
    const { sequence } = await trx
      .updateTable('library_items')
      .set((eb) => ({ sequence: eb('sequence', '+', 1) }))
      .where((eb) => eb.and({ tenant, id }))
      .returning('sequence')
      .executeTakeFirstOrThrow();
    const facts = await factsOf(trx, tenant, [row]);
    const event = {
      id: newId('EV_', (count) => rng.bytes(count), 20),
      tenant,
      sid: itemSidOf(tenant, id),
      sequence,
      type,
    };
    const nowMs = clock.wallMs();
    const body = JSON.stringify({ item: shownItem(row, facts(row)) });
    await trx
      .insertInto('events')
      .values(Object.assign({ room: '', at_ms: nowMs, created_ms: nowMs, body }, event))
      .execute();
    await deliveries.add(trx, [event]);
  }
}

type Seen = Pick<ItemRow, 'visibility' | 'owner'>;

/** Returns whether fewer people, or others, may see the item than before. */
const isNarrower = (before: Seen, after: Seen): boolean =>
  after.visibility === 'private' && (before.visibility !== 'private' || before.owner !== after.owner);

/** Locks the recording of an item. It is locked before the item, as by those who move all items of a recording. */
const lockRecordingOf = (trx: Transaction, { tenant, id }: ItemKey): Promise<unknown> =>
  trx
    .updateTable('recordings')
    .set((eb) => ({ id: eb.ref('id') }))
    .where('tenant', '=', tenant)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('library_items')
        .select('recording')
        .where((of) => of.and({ tenant, id })),
    )
    .execute();

/** Locks the item against other changes until the transaction ends. */
const lockedItem = (trx: Transaction, { tenant, id }: ItemKey): Promise<Seen | undefined> =>
  trx
    .updateTable('library_items')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, id }))
    .returning(['visibility', 'owner'])
    .executeTakeFirst();

/** Returns the content before the trim: the item's own without one. */
export const originalOf = ({ original, content }: Pick<ItemRow, 'original' | 'content'>): string => original || content;

/** Replaces the end of a file's name, unless it belongs to the type. */
function renamed(name: string, type: string): string {
  return fileNameOf(name, type) === name ? name : fileNameOf(name.replace(/\.[^.]*$/, ''), type);
}

/** Finds deleted items, too. */
export const itemOf = (db: Database, { tenant, id }: ItemKey): Promise<ItemRow | undefined> =>
  db
    .selectFrom('library_items')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();

/** Reads no more transcripts than a search text can hold, and nothing that is cut away. */
async function transcriptTexts(
  trx: Transaction,
  { tenant, id, trim }: ItemKey & Pick<ItemRow, 'trim'>,
): Promise<string[]> {
  const transcriptsOfItem = trx
    .selectFrom('library_transcripts')
    .where((eb) => eb.and({ tenant, item: id }))
    .orderBy('language');
  const texts: string[] = [];
  let characters = 0;
  for (const { language } of await transcriptsOfItem.select('language').execute()) {
    if (characters >= SEARCH_CHARACTERS_MAX) break;
    const { vtt } = await transcriptsOfItem.select('vtt').where('language', '=', language).executeTakeFirstOrThrow();
    const read = readWebVtt(transcriptIn(vtt, trimOf(trim)));
    if ('text' in read) texts.push(read.text);
    characters += texts.at(-1)?.length ?? 0;
  }
  return texts;
}

const forgetTranscripts = (trx: Transaction, { tenant, id }: ItemKey) =>
  trx
    .deleteFrom('library_transcripts')
    .where((eb) => eb.and({ tenant, item: id }))
    .execute();

const forgetReaders = (trx: Transaction, { tenant, id }: ItemKey) =>
  trx
    .deleteFrom('library_item_readers')
    .where((eb) => eb.and({ tenant, item: id }))
    .execute();
