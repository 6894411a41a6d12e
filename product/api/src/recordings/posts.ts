// Posts of recordings, in pages by time: each page is a row.
import { POSTS_OF_PAGE_MAX, type PostPage } from '@meridian/protocol';
import { Type } from 'typebox';
import type { OutputRow, RecordingRow } from '../events/recording-body.ts';
import { partOf, postsIn, trimOf } from '../library/core/trim.ts';
import { post } from '../library/open-operations.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';

type Key = Pick<RecordingRow, 'tenant' | 'id'>;

const text = Type.String({ maxLength: 4096, pattern: '^[^\\u0000]*$' });
const recordedPost = Type.Object({
  ms: Type.Number({ minimum: 0 }),
  kind: Type.String({ maxLength: 64, pattern: '^[^\\u0000]*$' }),
  name: text,
  text,
  style: text,
});
export const postPage = Type.Object({
  page: Type.Integer({ minimum: 0, maximum: 9999 }),
  posts: Type.Array(recordedPost, { maxItems: POSTS_OF_PAGE_MAX }),
});
export const postsShown = Type.Object(
  { posts: Type.Array(post), pages: Type.Integer({ description: 'Number of pages.' }) },
  { title: 'RecordedPostPage' },
);

export const postsQuery = Type.Object({
  page: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9999, default: 0, description: 'Number of the page, from 0.' }),
  ),
});

/** Stores a page, in place of the one of the last version. */
export async function storePosts(trx: Transaction, { tenant, id: recording }: Key, page: PostPage): Promise<void> {
  const posts = JSON.stringify(page.posts);
  await trx
    .insertInto('recording_posts')
    .values({ tenant, recording, page: page.page, posts })
    .onConflict((on) => on.columns(['tenant', 'recording', 'page']).doUpdateSet({ posts }))
    .execute();
}

/** Removes the pages from this number on. */
export async function forgetPosts(trx: Transaction, { tenant, id: recording }: Key, fromPage = 0): Promise<void> {
  await trx
    .deleteFrom('recording_posts')
    .where((eb) => eb.and({ tenant, recording }))
    .where('page', '>=', fromPage)
    .execute();
}

/** Moves the posts of the pages from this number on, if the recording begins earlier than its first media. */
export async function shiftPosts(
  trx: Transaction,
  { tenant, id: recording }: Key,
  laterMs: number,
  fromPage = 0,
): Promise<void> {
  if (laterMs === 0) return;
  const pages = await trx
    .selectFrom('recording_posts')
    .selectAll()
    .where((eb) => eb.and({ tenant, recording }))
    .where('page', '>=', fromPage)
    .execute();
  for (const { page, posts } of pages) {
    const read = JSON.parse(posts) as PostPage['posts'];
    const moved = read.map((one) => Object.assign({}, one, { ms: one.ms + laterMs }));
    await storePosts(trx, { tenant, id: recording }, { page, posts: moved });
  }
}

/** Returns a page, which is empty beyond the last. */
export async function postsOf(
  db: Database,
  { tenant, id: recording }: Key,
  page: number,
): Promise<{ posts: PostPage['posts'][number][]; pages: number }> {
  const ofRecording = db.selectFrom('recording_posts').where((eb) => eb.and({ tenant, recording }));
  const row = await ofRecording.select('posts').where('page', '=', page).executeTakeFirst();
  const { pages } = await ofRecording.select((eb) => eb.fn.countAll<number>().as('pages')).executeTakeFirstOrThrow();
  return { posts: row === undefined ? [] : JSON.parse(row.posts), pages: Number(pages) };
}

/** Returns the posts of the time that these files show, without what trims have cut away. */
export async function postsOfParts(
  db: Database,
  posts: PostPage['posts'][number][],
  outputs: readonly Pick<OutputRow, 'tenant' | 'item' | 'offset_ms' | 'duration_ms'>[],
): Promise<PostPage['posts'][number][]> {
  const [first] = outputs;
  if (first === undefined) return [];
  const ids = outputs.map(({ item }) => item);
  const items = await db
    .selectFrom('library_items')
    .select(['id', 'trim'])
    .where('tenant', '=', first.tenant)
    .where('id', 'in', ids)
    .execute();
  const trims = new Map(items.map(({ id, trim }) => [id, trimOf(trim)]));
  return postsIn(
    posts,
    outputs.map((output) => partOf(output, trims.get(output.item))),
  );
}
