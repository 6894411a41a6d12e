// Removes a person's name from recordings and their files: as a participant, in titles of chapters, of posts, and as a
// speaker in transcripts.
import type { RecordedPost } from '@meridian/protocol';
import { type SqlBool, sql } from 'kysely';
import { type ItemEventBody, itemSidOf, type ShownItem } from '../events/item-body.ts';
import { eventSidOf, type OutputRow, outputsOf, type RecordingEventBody } from '../events/recording-body.ts';
import { type Items, itemOf } from '../library/items.ts';
import { transcriptsOf } from '../recordings/transcripts.ts';
import { readRows } from '../store/read-rows.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { ERASED, erasedRecordingEvent, erasedTitle, erasedVoices, type Person } from './core/pseudonymise.ts';

export interface NamedPerson {
  readonly tenant: string;
  /** Life of the room that was recorded. */
  readonly sid: string;
  readonly person: Person;
  /** Identity and names of the person in that life. */
  readonly names: ReadonlySet<string>;
}

type ErasingItems = Pick<Items, 'change' | 'setTranscript'>;

export async function eraseFromFiles(
  { db, items }: { readonly db: Database; readonly items: ErasingItems },
  o: NamedPerson,
): Promise<void> {
  const { tenant, sid } = o;
  const recordings = await db
    .selectFrom('recordings')
    .select('id')
    .where((eb) => eb.and({ tenant, sid }))
    .execute();
  for (const { id } of recordings)
    await transact(db, async (trx) => {
      for (const output of await outputsOf(trx, tenant, [id])) await eraseFromOutput(trx, items, output, o);
      await eraseFromPosts(trx, id, o);
      await eraseFromTranscripts(trx, id, o);
      await eraseFromEvents<RecordingEventBody>(trx, eventSidOf(tenant, id), (body) =>
        erasedRecordingEvent(body, o.person),
      );
    });
}

async function eraseFromOutput(
  trx: Transaction,
  items: ErasingItems,
  output: OutputRow,
  { person, names }: NamedPerson,
): Promise<void> {
  const { tenant, recording, name, item: id } = output;
  const own = output.identity === person.identity ? { identity: person.pseudonym, participant: ERASED } : {};
  await trx
    .updateTable('recording_outputs')
    .set({ chapters: erasedChapters(output.chapters, names), ...own })
    .where((eb) => eb.and({ tenant, recording, name }))
    .execute();
  const item = await itemOf(trx, { tenant, id });
  if (item === undefined) return;
  const changed = { title: erasedTitle(item.title, names), chapters: erasedChapters(item.chapters, names) };
  if (changed.title !== item.title || changed.chapters !== item.chapters)
    await items.change(trx, { tenant, id }, changed);
  const transcripts = trx.selectFrom('library_transcripts').select(['language', 'vtt']);
  for (const { language, vtt } of await transcripts.where((eb) => eb.and({ tenant, item: id })).execute()) {
    const erased = erasedVoices(vtt, names);
    if (erased !== vtt) await items.setTranscript(trx, { tenant, id, language }, erased);
  }
  await eraseFromEvents<ItemEventBody>(trx, itemSidOf(tenant, id), ({ item: shown }) => ({
    item: {
      ...shown,
      title: erasedTitle(shown.title, names),
      chapters: JSON.parse(erasedChapters(JSON.stringify(shown.chapters), names)),
    },
  }));
}

async function eraseFromPosts(trx: Transaction, recording: string, { tenant, names }: NamedPerson): Promise<void> {
  const ofRecording = trx
    .selectFrom('recording_posts')
    .where((eb) => eb.and({ tenant, recording }))
    .orderBy('page');
  for (const { page } of await ofRecording.select('page').execute()) {
    const row = await ofRecording.select('posts').where('page', '=', page).executeTakeFirstOrThrow();
    const posts = (JSON.parse(row.posts) as RecordedPost[]).map((post) =>
      names.has(post.name) ? { ...post, name: ERASED } : post,
    );
    await trx
      .updateTable('recording_posts')
      .set({ posts: JSON.stringify(posts) })
      .where((eb) => eb.and({ tenant, recording, page }))
      .execute();
  }
}

async function eraseFromTranscripts(
  trx: Transaction,
  recording: string,
  { tenant, names }: NamedPerson,
): Promise<void> {
  for (const { language, vtt } of await transcriptsOf(trx, { tenant, id: recording }))
    await trx
      .updateTable('recording_transcripts')
      .set({ vtt: erasedVoices(vtt, names) })
      .where((eb) => eb.and({ tenant, recording, language }))
      .execute();
}

async function eraseFromEvents<B extends object>(trx: Transaction, sid: string, erased: (body: B) => B) {
  const where = sql<SqlBool>`sid = ${sid}`;
  for await (const rows of readRows(trx, 'events', { order: ['sequence'], where }))
    for (const { id, body } of rows as unknown as Tables['events'][])
      await trx
        .updateTable('events')
        .set({ body: JSON.stringify(erased(JSON.parse(body) as B)) })
        .where('id', '=', id)
        .execute();
}

const erasedChapters = (chapters: string, names: ReadonlySet<string>): string =>
  JSON.stringify(
    (JSON.parse(chapters) as ShownItem['chapters']).map((chapter) =>
      names.has(chapter.title) ? { ...chapter, title: ERASED } : chapter,
    ),
  );
