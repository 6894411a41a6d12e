import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { findWordsOf } from '../core/find-words.ts';
import { createTable } from './create-table.ts';

const USERS_AT_ONCE = 200;

export const userWords: Migration = {
  async up(db) {
    await createTable(db, 'user_words', { tenant: 'text', word: 'text', user_id: 'text' })
      .addForeignKeyConstraint('user_words_user', ['tenant', 'user_id'], 'users', ['tenant', 'id'], (made) =>
        made.onDelete('cascade'),
      )
      .execute();
    // Beginnings are ranges of bytes: SQLite compares so anyway.
    if (db.getExecutor().adapter instanceof PostgresAdapter)
      await sql`alter table user_words alter column word type text collate "C"`.execute(db);
    const { schema } = db;
    await schema
      .createIndex('user_words_key')
      .on('user_words')
      .columns(['tenant', 'word', 'user_id'])
      .unique()
      .execute();
    await schema.createIndex('user_words_by_user').on('user_words').columns(['tenant', 'user_id']).execute();
    await fill(db);
  },
};

// biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
async function fill(db: Kysely<any>): Promise<void> {
  let last = { tenant: '', id: '' };
  for (;;) {
    const { rows } = await sql<{ tenant: string; id: string; name: string; email: string }>`
      select tenant, id, name, email from users where active = 1 and (tenant, id) > (${last.tenant}, ${last.id})
      order by tenant, id limit ${USERS_AT_ONCE}`.execute(db);
    const words = rows.flatMap(({ tenant, id, ...user }) =>
      findWordsOf(user).map((word) => ({ tenant, word, user_id: id })),
    );
    if (words.length > 0) await db.insertInto('user_words').values(words).execute();
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end;
  }
}
