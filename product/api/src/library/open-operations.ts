// Operations of the page that plays an item by a link: whoever has the link needs no sign-in.
import { limits } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { rightsOfLinks } from '../access/file-links.ts';
import { type FileToken, type FileTokenOptions, readFileToken, refuseRevoked } from '../access/file-tokens.ts';
import { item as shownItemSchema } from '../events/item-body.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { partOf, postsIn, type RecordedPart, transcriptIn, trimOf } from './core/trim.ts';
import { type ItemLinkOptions, linkToItem } from './item-links.ts';
import { shownWhole } from './item-rows.ts';
import { itemOf } from './items.ts';
import { itemLink, type LinkOperationDeps, linkedItemOf, shownNew } from './link-operations.ts';
import type { ItemRow } from './rows.ts';
import { positionOf } from './watch-rows.ts';

const { title, description, name, kind, type, bytes, media, cover, coverImage, chapters, createdAt } =
  shownItemSchema.properties;
const openedItem = Type.Object(
  {
    title,
    description,
    name,
    kind,
    type,
    bytes,
    media,
    cover,
    coverImage,
    chapters,
    languages: Type.Array(Type.String(), { description: 'Languages of the transcripts (BCP 47).' }),
    createdAt,
  },
  { title: 'OpenedItem' },
);
const openedRecording = Type.Object(
  {
    startedAt: Type.String({ format: 'date-time' }),
    durationMs: Type.Integer(),
    offsetMs: Type.Integer({ description: 'Begin of the file on the recording’s time line, to which posts refer.' }),
    participants: Type.Array(
      Type.Object({ identity: Type.String(), name: Type.String() }, { title: 'OpenedParticipant' }),
      { description: 'Participants of whom there are files of the time that the item shows.' },
    ),
  },
  { title: 'OpenedRecording' },
);
const opened = Type.Object(
  {
    may: Type.Unsafe<FileToken['may']>({ type: 'string', enum: [...rightsOfLinks] }),
    expiresAt: Type.String({ format: 'date-time' }),
    item: openedItem,
    recording: Type.Union([openedRecording, Type.Null()], { description: 'Recording of which the item is a file.' }),
    postPages: Type.Integer({ description: 'Number of pages of posts; 0 for none.' }),
    link: itemLink,
  },
  { title: 'OpenedFileLink' },
);
export const post = Type.Object(
  {
    ms: Type.Number({ description: 'Time since the begin of the recording, in milliseconds.' }),
    kind: Type.String(),
    name: Type.String({ description: 'Name of the person who posted.' }),
    text: Type.String(),
    style: Type.String(),
  },
  { title: 'RecordedPost' },
);

const token = Type.String({
  minLength: 1,
  maxLength: limits.tokenBytesMax,
  description: 'Token of the link: what follows # in its `pageUrl`.',
});
const opening = operations({
  tag: 'Links to files',
  scope: 'public',
  problems: ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOKEN_REVOKED'],
});
export const openFileLink = opening('openFileLink', 'POST /file-links/open', {
  summary: 'Open a link to an item: what its page shows, and the URLs of the present file.',
  description:
    'An item that is deleted or in the trash gives NOT_FOUND; a link that was ended, or whose maker lost the right to make it, gives TOKEN_REVOKED.',
  body: Type.Object({ token }, { title: 'FileLinkToken' }),
  answers: { 200: opened },
});
export const openFileLinkTranscript = opening('openFileLinkTranscript', 'POST /file-links/open/transcripts', {
  summary: 'Get a transcript of the item that a link opens, as WebVTT.',
  body: Type.Object({ token, language: Type.String({ minLength: 1, maxLength: 32 }) }, { title: 'FileLinkTranscript' }),
  answers: { 200: Type.Object({ vtt: Type.String() }, { title: 'OpenedTranscript' }) },
});
export const openFileLinkPosts = opening('openFileLinkPosts', 'POST /file-links/open/posts', {
  summary: 'Get a page of the posts of the recording that a link opens.',
  description: 'Only posts of the time that the item shows; other pages are empty.',
  body: Type.Object({ token, page: Type.Integer({ minimum: 0, maximum: 1_000_000 }) }, { title: 'FileLinkPosts' }),
  answers: { 200: Type.Object({ posts: Type.Array(post) }, { title: 'OpenedPosts' }) },
});

export interface OpenDeps extends FileTokenOptions, Omit<ItemLinkOptions, 'contents'> {
  readonly db: LinkOperationDeps['db'];
  readonly library: LinkOperationDeps['library'];
}

export function addOpenOperations(routes: Routes, o: OpenDeps): void {
  const { db } = o;
  routes.add(openFileLink, async ({ body }) => {
    const { token, row } = await openedOf(o, body.token);
    const { key, may, viewer, via, sources, issuedS, expiresS } = token;
    const { tenant, id: item } = row;
    const shown = await shownWhole(db, row);
    const link = await linkToItem(
      { contents: o.library.contents, publicUrl: o.publicUrl },
      await linkedItemOf(o, row),
      {
        id: via,
        issuedS,
        expiresS,
        may,
        viewer,
        key,
        sources,
      },
    );
    const positionMs = viewer === '' ? undefined : await positionOf(db, { tenant, item, viewer });
    return {
      body: {
        may,
        expiresAt: timeText(expiresS * 1000),
        item: { ...shownFields(shown), languages: shown.transcripts },
        recording: (await recordingOf(o, row)) ?? null,
        postPages: await postPages(o, row),
        link: shownNew(link, positionMs),
      },
    };
  });
  routes.add(openFileLinkTranscript, async ({ body: { token, language } }) => {
    const { tenant, id: item, trim } = (await openedOf(o, token)).row;
    const row = await db
      .selectFrom('library_transcripts')
      .select('vtt')
      .where((eb) => eb.and({ tenant, item, language }))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return { body: { vtt: transcriptIn(row.vtt, trimOf(trim)) } };
  });
  routes.add(openFileLinkPosts, async ({ body: { token, page } }) => {
    const { row: opened } = await openedOf(o, token);
    const { tenant, recording } = opened;
    const row = await db
      .selectFrom('recording_posts')
      .select('posts')
      .where((eb) => eb.and({ tenant, recording, page }))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    const posts = JSON.parse(row.posts) as Static<typeof post>[];
    const part = shownPart(await outputsOf(db, opened), opened);
    return { body: { posts: part === undefined ? [] : postsIn(posts, [part]) } };
  });
}

/** Rejects with TOKEN_INVALID, TOKEN_EXPIRED, NOT_FOUND (the item is deleted, or in the trash) or TOKEN_REVOKED. */
async function openedOf(o: OpenDeps, text: string): Promise<{ readonly token: FileToken; readonly row: ItemRow }> {
  const token = await readFileToken(o, text);
  const row = await itemOf(o.db, { tenant: token.key.tenant, id: token.item });
  if (row === undefined || row.deleted_ms !== null || row.trashed_ms !== null)
    throw new Problem('NOT_FOUND', 'the file has been deleted');
  await refuseRevoked(o, token);
  return { token, row };
}

type Shown = Awaited<ReturnType<typeof shownWhole>>;

function shownFields(shown: Shown): Omit<Static<typeof openedItem>, 'languages'> {
  const { title, description, name, kind, type, bytes, media, cover, coverImage, chapters, createdAt } = shown;
  return {
    title,
    description,
    name,
    cover,
    chapters,
    createdAt,
    ...(kind !== undefined && { kind }),
    ...(type !== undefined && { type }),
    ...(bytes !== undefined && { bytes }),
    ...(media !== undefined && { media }),
    ...(coverImage !== undefined && { coverImage }),
  };
}

async function recordingOf({ db }: OpenDeps, row: ItemRow): Promise<Static<typeof openedRecording> | undefined> {
  const { tenant, recording: id } = row;
  const recording = await db
    .selectFrom('recordings')
    .select(['started_ms', 'duration_ms'])
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  if (recording === undefined) return undefined;
  const outputs = await outputsOf(db, row);
  const part = shownPart(outputs, row);
  const present = outputs.filter((output) => part !== undefined && isWithin(part, partOf(output, undefined)));
  const names = new Map(present.map(({ identity, participant }) => [identity, participant]));
  names.delete('');
  return {
    startedAt: timeText(recording.started_ms),
    durationMs: recording.duration_ms,
    offsetMs: part?.fromMs ?? 0,
    participants: [...names].map(([identity, name]) => ({ identity, name })),
  };
}

type Output = Awaited<ReturnType<typeof outputsOf>>[number];

/** Returns the files of the item's recording. */
const outputsOf = (db: OpenDeps['db'], { tenant, recording }: ItemRow) =>
  db
    .selectFrom('recording_outputs')
    .select(['item', 'identity', 'participant', 'offset_ms', 'duration_ms'])
    .where((eb) => eb.and({ tenant, recording }))
    .orderBy('name')
    .execute();

/** Returns undefined before the recording is finished: it is not known then which time the file shows. */
function shownPart(outputs: readonly Output[], { id, trim }: ItemRow): RecordedPart | undefined {
  const own = outputs.find(({ item }) => item === id);
  return own && partOf(own, trimOf(trim));
}

const isWithin = (one: RecordedPart, other: RecordedPart): boolean =>
  one.fromMs < other.toMs && other.fromMs < one.toMs;

async function postPages({ db }: OpenDeps, { tenant, recording }: ItemRow): Promise<number> {
  if (recording === '') return 0;
  const { pages } = await db
    .selectFrom('recording_posts')
    .select((eb) => eb.fn.countAll<number>().as('pages'))
    .where((eb) => eb.and({ tenant, recording }))
    .executeTakeFirstOrThrow();
  return Number(pages);
}
