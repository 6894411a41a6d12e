import { libraryKinds, TRASH_KEPT_DAYS } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import { item } from '../events/item-body.ts';
import { checkIfGiven, etagOf } from '../http/etag.ts';
import { operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { pictureRefusal } from '../tenant/core/branding.ts';
import { chaptersWith, transcriptIn, transcriptOfOriginal, trimOf } from './core/trim.ts';
import { readWebVtt } from './core/web-vtt.ts';
import { shownHeat } from './heats.ts';
import { mediaOf } from './item-body.ts';
import { changeableItem, itemPage, shownTo, visibleItem } from './item-rows.ts';
import { checkWritten } from './item-texts.ts';
import type { ItemColumns, ItemContents, Items } from './items.ts';
import { type ItemRow, itemStates } from './rows.ts';
import { itemChange } from './schemas.ts';
import { libraryUsage } from './usage.ts';

/** More languages than any company publishes in. */
export const TRANSCRIPTS_MAX = 64;
/** Bound of an item's transcripts together: three hours of talk in all languages. */
export const TRANSCRIPTS_BYTES_MAX = 16_000_000;
/** 300 kB in base64, with the prefix of the URL. A frame of a 4K video fits. */
const COVER_MAX = { characters: 400_000 + 'data:image/webp;base64,'.length, sidePx: 4096 };

const tag = 'Library';
const params = Type.Object({ item: Type.String({ minLength: 1, maxLength: 64 }) });
export const language = Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$', maxLength: 32 });
const transcriptParams = Type.Object({ item: params.properties.item, language });

const reading = operations({ tag, scope: 'library:read' });
export const listItems = reading('listItems', 'GET /library/items', {
  summary: 'List items that the caller may see, the newest first.',
  query: Type.Object({
    ...pageQuery.properties,
    text: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'Words, or beginnings of words, in title, tags, description, file name or transcripts.',
      }),
    ),
    tag: Type.Optional(Type.String({ maxLength: 64 })),
    kind: Type.Optional(Type.String({ enum: [...libraryKinds] })),
    state: Type.Optional(Type.String({ enum: [...itemStates] })),
    owner: Type.Optional(Type.String({ maxLength: 128 })),
    shared: Type.Optional(
      Type.Boolean({ description: '`true`: only items of others that were shared with the user or a group of it.' }),
    ),
    trashed: Type.Optional(
      Type.Boolean({ description: '`true`: items in the trash that the caller may change; other lists have none.' }),
    ),
  }),
  answers: { 200: pageOf(item, 'LibraryItemPage') },
});
export const getItem = reading('getItem', 'GET /library/items/{item}', {
  summary: 'Get an item.',
  params,
  answers: { 200: item },
  versioned: 'ifGiven',
});
/** A user needs no scope to change own items: users of the role `member` own the recordings that they started. */
export const changing = { scope: 'library:write', userScope: 'library:read' } as const;
const writingOfItem = operations({ tag, ...changing, params });
export const updateItem = writingOfItem('updateItem', 'PATCH /library/items/{item}', {
  summary: 'Change an item’s texts, chapters or visibility.',
  description:
    'A user who is not an administrator may change own items, and recordings of meetings of which the user is a host or cohost.',
  body: itemChange,
  answers: { 200: item },
  versioned: 'ifGiven',
});
export const deleteItem = writingOfItem('deleteItem', 'DELETE /library/items/{item}', {
  summary: 'Delete an item. Its content is deleted with the last item that uses it.',
  description: 'A file of a recording is refused until all files of the recording are there: put it into the trash.',
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
const trashing = operations({ tag, ...changing, params, idempotent: true });
export const trashItem = trashing('trashItem', 'POST /library/items/{item}/trash', {
  summary: 'Put an item into the trash, and end its links within a second.',
  description: `After ${TRASH_KEPT_DAYS} days it is deleted. Putting it there again has no effect.`,
  answers: { 204: Type.Null() },
});
export const restoreItem = trashing('restoreItem', 'POST /library/items/{item}/restore', {
  summary: 'Restore an item from the trash; its links stay ended.',
  description: 'Restoring an item that is not in the trash has no effect.',
  answers: { 204: Type.Null() },
});
export const setItemCover = writingOfItem('setItemCover', 'PUT /library/items/{item}/cover', {
  summary: 'Set the cover: a picture, or a frame of the video.',
  bodyBytesMax: 450_000,
  body: Type.Union([
    Type.Object({ image: Type.String({ description: 'A `data:` URL of a PNG, JPEG or WebP, at most 300 kB.' }) }),
    Type.Object({ atMs: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }) }),
  ]),
  answers: { 200: item },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
});
const transcript = Type.Object({ vtt: Type.String({ maxLength: 500_000 }) }, { title: 'ItemTranscript' });
export const getTranscript = reading('getTranscript', 'GET /library/items/{item}/transcripts/{language}', {
  summary: 'Get a transcript, as WebVTT.',
  params: transcriptParams,
  answers: { 200: transcript },
});
const writing = operations({ tag, ...changing });
export const putTranscript = writing('putTranscript', 'PUT /library/items/{item}/transcripts/{language}', {
  summary: 'Add or replace a transcript. Searches find the item by its words.',
  description:
    'An item has at most 64 transcripts, of 16 MB together. Transcripts and chosen covers count in `libraryBytes`.',
  params: transcriptParams,
  body: transcript,
  bodyBytesMax: 1_100_000,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
});
export const deleteTranscript = writing('deleteTranscript', 'DELETE /library/items/{item}/transcripts/{language}', {
  summary: 'Delete a transcript.',
  params: transcriptParams,
  answers: { 204: Type.Null() },
});
export const getLibraryUsage = reading('getLibraryUsage', 'GET /library/usage', {
  summary: 'Get the storage used by the tenant, and its limit.',
  description: 'A user who is not an administrator gets the storage used by own items.',
  answers: {
    200: Type.Object(
      {
        items: Type.Integer(),
        bytes: Type.Integer({
          description:
            'Size of all contents but files of recordings, each counted once, of unfinished uploads, transcripts and chosen covers.',
        }),
        bytesMax: Type.Integer({ description: 'Most bytes that may be stored; 0 means no limit.' }),
      },
      { title: 'LibraryUsage' },
    ),
  },
});

export interface ItemOperationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly library: {
    readonly items: Pick<Items, 'change' | 'delete' | 'setTranscript' | 'trash' | 'restore'>;
    readonly contents: ItemContents;
  };
}

export function addItemOperations(routes: Routes, o: ItemOperationDeps): void {
  const { db } = o;
  const { items } = o.library;
  routes.add(listItems, async ({ principal, query }) => ({ body: await itemPage(db, principal, query) }));
  routes.add(getItem, async ({ principal, params: { item: id } }) => {
    const row = await visibleItem(db, principal, id);
    const shown = await shownTo(db, principal, row);
    const isHeatShown = shown.may === 'change' && row.content !== '';
    const heat = isHeatShown ? await shownHeat(db, row, o.clock.wallMs()) : undefined;
    return { body: { ...shown, ...(heat && { heat }) }, headers: { etag: etagOf(row.version) } };
  });
  routes.add(updateItem, async ({ principal, params: { item: id }, body, request, atomically }) => {
    const row = await changeableItem(db, principal, id);
    checkIfGiven(request.headers, row.version);
    const version = request.headers['if-match'] === undefined ? undefined : row.version;
    const columns = columnsOf(body, row, await durationMsOf(o, row));
    return atomically(async (trx) => {
      const changed = await items.change(trx, { tenant: row.tenant, id, version }, columns);
      if (changed === undefined) throw new Problem(version === undefined ? 'NOT_FOUND' : 'VERSION_CONFLICT');
      return { body: await shownTo(trx, principal, changed), headers: { etag: etagOf(changed.version) } };
    });
  });
  routes.add(deleteItem, async ({ principal, params: { item: id }, atomically }) => {
    const row = await changeableItem(db, principal, id, 'included');
    return atomically(async (trx) => {
      await refuseUnfinished(trx, row);
      if (!(await items.delete(trx, row))) throw new Problem('NOT_FOUND');
    });
  });
  routes.add(trashItem, async ({ principal, params: { item: id }, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id, 'included');
    const by = principal.kind === 'user' ? principal.id : '';
    return atomically(async (trx) => {
      if (!(await items.trash(trx, { tenant, id, by }))) throw new Problem('NOT_FOUND');
    });
  });
  routes.add(restoreItem, async ({ principal, params: { item: id }, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id, 'included');
    return atomically(async (trx) => {
      if (!(await items.restore(trx, { tenant, id }))) throw new Problem('NOT_FOUND');
    });
  });
  routes.add(setItemCover, async ({ principal, params: { item: id }, body, atomically }) => {
    const row = await changeableItem(db, principal, id);
    const cover =
      'image' in body ? checkedCover(body.image) : await createCover(o, row, { atMs: body.atMs, by: principal });
    return atomically(async (trx) => {
      const changed = await items.change(trx, { tenant: row.tenant, id }, { cover });
      if (changed === undefined) throw new Problem('NOT_FOUND');
      if (cover.length > row.cover.length) await checkWritten(trx, principal);
      return { body: await shownTo(trx, principal, changed) };
    });
  });
  addTranscriptOperations(routes, o);
  routes.add(getLibraryUsage, async ({ principal }) => ({
    body: await libraryUsage(db, principal.tenant, ownerOnly(principal)),
  }));
}

function addTranscriptOperations(routes: Routes, { db, library: { items } }: ItemOperationDeps): void {
  const found = async (of: Database, { tenant }: Principal, params: Static<typeof transcriptParams>) => {
    const own = { tenant, item: params.item, language: languageOf(params.language) };
    const rows = of.selectFrom('library_transcripts').select('vtt');
    const row = await rows.where((eb) => eb.and(own)).executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return row;
  };
  routes.add(getTranscript, async ({ principal, params }) => {
    const { trim } = await visibleItem(db, principal, params.item);
    return { body: { vtt: transcriptIn((await found(db, principal, params)).vtt, trimOf(trim)) } };
  });
  routes.add(putTranscript, async ({ principal, params, body, atomically }) => {
    const { tenant, id, trim } = await changeableItem(db, principal, params.item);
    const language = languageOf(params.language);
    const read = readWebVtt(body.vtt);
    if ('wrong' in read) throw invalid('/vtt', read.wrong);
    const vtt = transcriptOfOriginal(body.vtt, trimOf(trim));
    return atomically(async (trx) => {
      const bytes = Buffer.byteLength(vtt);
      const { bytesBefore } = await checkTranscriptLimit(trx, { tenant, id, language, bytes });
      if (!(await items.setTranscript(trx, { tenant, id, language }, vtt))) throw new Problem('NOT_FOUND');
      if (bytes > bytesBefore) await checkWritten(trx, principal);
    });
  });
  routes.add(deleteTranscript, async ({ principal, params, atomically }) => {
    const { tenant, id } = await changeableItem(db, principal, params.item);
    return atomically(async (trx) => {
      await found(trx, principal, params);
      await items.setTranscript(trx, { tenant, id, language: languageOf(params.language) }, undefined);
    });
  });
}

const invalid = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

/** Treats `zh-cn` and `zh-CN` alike. Rejects with REQUEST_INVALID. */
export function languageOf(text: string): string {
  try {
    return new Intl.Locale(text).toString();
  } catch (error) {
    if (error instanceof RangeError) throw invalid('{language}', 'is not a language of BCP 47');
    throw error;
  }
}

/**
 * Returns the bytes of the transcript that is replaced. Rejects with CONFLICT at the limits of an item's transcripts.
 */
async function checkTranscriptLimit(
  db: Database,
  o: { readonly tenant: string; readonly id: string; readonly language: string; readonly bytes: number },
): Promise<{ readonly bytesBefore: number }> {
  const { tenant, id, language, bytes } = o;
  const rows = await db
    .selectFrom('library_transcripts')
    .select(['language', sql<number>`octet_length(vtt)`.as('bytes')])
    .where((eb) => eb.and({ tenant, item: id }))
    .execute();
  const others = rows.filter((row) => row.language !== language);
  if (others.length >= TRANSCRIPTS_MAX)
    throw new Problem('CONFLICT', `an item has at most ${TRANSCRIPTS_MAX} transcripts`);
  const bytesBefore = rows.find((row) => row.language === language)?.bytes ?? 0;
  const otherBytes = others.reduce((sum, row) => sum + row.bytes, 0);
  if (bytes > bytesBefore && otherBytes + bytes > TRANSCRIPTS_BYTES_MAX)
    throw new Problem('CONFLICT', `the transcripts of an item have at most ${TRANSCRIPTS_BYTES_MAX} bytes together`);
  return { bytesBefore };
}

/** Rejects with REQUEST_INVALID for chapters that begin together, or after the end. */
function columnsOf(
  { tags, chapters, ...texts }: Static<typeof itemChange>,
  row: Pick<ItemRow, 'chapters' | 'trim'>,
  durationMs: number | undefined,
): ItemColumns {
  const columns: ItemColumns = texts;
  if (tags !== undefined) columns.tags = JSON.stringify(tags);
  if (chapters !== undefined) {
    const shown = sortedChapters(chapters, durationMs);
    columns.chapters = JSON.stringify(chaptersWith(JSON.parse(row.chapters) as Chapters, shown, trimOf(row.trim)));
  }
  return columns;
}

type Chapters = NonNullable<Static<typeof itemChange>['chapters']>;

function sortedChapters(chapters: Chapters, durationMs: number | undefined): Chapters {
  const seenStartsMs = new Set<number>();
  for (const [at, { startMs }] of chapters.entries()) {
    const pointer = `/chapters/${at}/startMs`;
    if (seenStartsMs.has(startMs)) throw invalid(pointer, 'is the start of another chapter');
    if (durationMs !== undefined && startMs >= durationMs)
      throw invalid(pointer, `must be before the end, at ${durationMs} ms`);
    seenStartsMs.add(startMs);
  }
  return chapters.toSorted((a, b) => a.startMs - b.startMs);
}

/** Rejects with CONFLICT while a recorder makes the first files of the recording: it would bring this one again. */
async function refuseUnfinished(trx: Transaction, { tenant, recording: id }: ItemRow): Promise<void> {
  if (id === '') return;
  const row = await trx
    .updateTable('recordings')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, id }))
    .returning('state')
    .executeTakeFirst();
  if (row !== undefined && row.state !== 'finished' && row.state !== 'failed')
    throw new Problem('CONFLICT', 'the files of its recording are being made: put it into the trash');
}

const contentOf = async ({ db, library }: ItemOperationDeps, { tenant, content }: ItemRow) =>
  content === '' ? undefined : library.contents.find(db, tenant, content);

async function durationMsOf(o: ItemOperationDeps, row: ItemRow): Promise<number | undefined> {
  const content = await contentOf(o, row);
  return content && mediaOf(content.media)?.durationMs;
}

/** Rejects with REQUEST_INVALID. */
function checkedCover(url: string): string {
  const refusal = pictureRefusal(url, COVER_MAX);
  if (refusal !== undefined) throw invalid('/image', refusal);
  return url;
}

/** Rejects with CONFLICT unless the item is a stored video. */
async function createCover(
  o: ItemOperationDeps,
  row: ItemRow,
  { atMs, by: { kind, id } }: { readonly atMs: number; readonly by: Principal },
): Promise<''> {
  const content = await contentOf(o, row);
  if (row.state !== 'ready' || content?.kind !== 'video')
    throw new Problem('CONFLICT', 'the item is not a video that is ready');
  const durationMs = mediaOf(content.media)?.durationMs;
  if (durationMs !== undefined && atMs >= durationMs)
    throw invalid('/atMs', `must be before the end, at ${durationMs} ms`);
  await o.library.contents.makeCover(content, atMs, kind === 'user' ? id : '');
  return '';
}
