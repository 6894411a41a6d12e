import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Items of the library, their contents, and uploads under way. */
export const library: Migration = {
  async up(db) {
    await createTable(db, 'library_items', {
      tenant: 'text',
      id: 'text',
      search_id: 'number',
      title: 'text',
      description: 'text',
      tags: 'text',
      search_text: 'text',
      visibility: 'text',
      owner: 'text',
      name: 'text',
      kind: 'text',
      state: 'text',
      failure: 'text',
      detail: 'text',
      content: 'text',
      cover: 'text',
      chapters: 'text',
      version: 'number',
      sequence: 'number',
      created_ms: 'number',
      changed_ms: 'number',
      deleted_ms: 'number?',
    })
      .addPrimaryKeyConstraint('library_items_key', ['tenant', 'id'])
      .addForeignKeyConstraint('library_items_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    await createTable(db, 'library_transcripts', { tenant: 'text', item: 'text', language: 'text', vtt: 'text' })
      .addPrimaryKeyConstraint('library_transcripts_key', ['tenant', 'item', 'language'])
      .execute();
    await addContents(db);
    await addIndexes(db);
    await db.schema.alterTable('tenant_retention').addColumn('library_days', 'integer').execute();
    await addFullText(db);
  },
};

// biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
type AnyDatabase = Kysely<any>;

/** And uploads that bring them. */
async function addContents(db: AnyDatabase): Promise<void> {
  await createTable(db, 'library_contents', {
    tenant: 'text',
    id: 'text',
    sha256: 'text',
    bytes: 'number',
    node: 'text',
    store: 'text',
    type: 'text',
    kind: 'text',
    media: 'text',
    has_cover: 'short',
    state: 'text',
    created_ms: 'number',
  })
    .addPrimaryKeyConstraint('library_contents_key', ['tenant', 'id'])
    .addForeignKeyConstraint('library_contents_tenant', ['tenant'], 'tenants', ['id'])
    .execute();
  await createTable(db, 'library_blocks', { tenant: 'text', content: 'text', number: 'number', sha256: 'text' })
    .addPrimaryKeyConstraint('library_blocks_key', ['tenant', 'content', 'number'])
    .execute();
  await createTable(db, 'library_uploads', {
    tenant: 'text',
    id: 'text',
    item: 'text',
    owner: 'text',
    name: 'text',
    bytes: 'number',
    fingerprint: 'text',
    sha256: 'text',
    blocks: 'text',
    node: 'text',
    store: 'text',
    state: 'text',
    proof: 'text',
    parts: 'text',
    copies: 'text',
    created_ms: 'number',
    expires_ms: 'number',
  })
    .addPrimaryKeyConstraint('library_uploads_key', ['tenant', 'id'])
    .addForeignKeyConstraint('library_uploads_tenant', ['tenant'], 'tenants', ['id'])
    .execute();
}

async function addIndexes(db: AnyDatabase): Promise<void> {
  const indexes = {
    library_items_by_time: ['library_items', 'tenant', 'created_ms', 'id'],
    library_items_by_owner: ['library_items', 'tenant', 'owner', 'created_ms', 'id'],
    library_items_by_content: ['library_items', 'tenant', 'content'],
    library_contents_by_hash: ['library_contents', 'tenant', 'sha256'],
    library_blocks_by_hash: ['library_blocks', 'tenant', 'sha256'],
    library_uploads_by_time: ['library_uploads', 'tenant', 'created_ms', 'id'],
    library_uploads_by_print: ['library_uploads', 'tenant', 'fingerprint'],
    library_uploads_by_item: ['library_uploads', 'tenant', 'item'],
    library_uploads_by_end: ['library_uploads', 'state', 'expires_ms'],
  };
  for (const [name, [table = '', ...columns]] of Object.entries(indexes))
    await db.schema.createIndex(name).on(table).columns(columns).execute();
  await db.schema
    .createIndex('library_items_by_search_id')
    .on('library_items')
    .columns(['search_id'])
    .unique()
    .execute();
}

/** Of SQLite an index apart, which triggers keep as the rows are. The texts themselves stay in the rows. */
async function addFullText(db: AnyDatabase): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`create index library_items_search on library_items using gin (to_tsvector('simple', search_text))`.execute(
      db,
    );
    return;
  }
  await sql`create virtual table library_search using fts5(search_text, content='', contentless_delete=1)`.execute(db);
  await sql`create trigger library_search_new after insert on library_items begin
      insert into library_search(rowid, search_text) values (new.search_id, new.search_text); end`.execute(db);
  await sql`create trigger library_search_gone after delete on library_items begin
      delete from library_search where rowid = old.search_id; end`.execute(db);
  await sql`create trigger library_search_changed after update of search_text on library_items begin
      update library_search set search_text = new.search_text where rowid = new.search_id; end`.execute(db);
}
