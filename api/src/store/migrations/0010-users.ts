import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

const ofUser = ['tenant', 'user_id'];
const key = ['tenant', 'id'];
// biome-ignore lint/suspicious/noExplicitAny: migrations know no tables
type AnyTables = Kysely<any>;

export const users: Migration = {
  async up(db) {
    await addUsers(db);
    await addGroups(db);
    await addSessions(db);
  },
};

async function addUsers(db: AnyTables): Promise<void> {
  const { schema } = db;
  await createTable(db, 'users', {
    tenant: 'text',
    id: 'text',
    email: 'text',
    name: 'text',
    search: 'text',
    role: 'text',
    active: 'number',
    password: 'text?',
    version: 'number',
    created_ms: 'number',
  })
    .addPrimaryKeyConstraint('users_key', key)
    .addUniqueConstraint('users_by_email', ['email', 'tenant'])
    .addForeignKeyConstraint('users_tenant', ['tenant'], 'tenants', ['id'])
    .execute();
  await schema.createIndex('users_by_time').on('users').columns(['tenant', 'created_ms', 'id']).execute();

  await createTable(db, 'user_identities', { tenant: 'text', issuer: 'text', subject: 'text', user_id: 'text' })
    .addPrimaryKeyConstraint('user_identities_key', ['tenant', 'issuer', 'subject'])
    .addForeignKeyConstraint('user_identities_user', ofUser, 'users', key, (made) => made.onDelete('cascade'))
    .execute();
  await schema.createIndex('user_identities_by_user').on('user_identities').columns(ofUser).execute();
}

async function addGroups(db: AnyTables): Promise<void> {
  await createTable(db, 'user_groups', {
    tenant: 'text',
    id: 'text',
    name: 'text',
    version: 'number',
    created_ms: 'number',
  })
    .addPrimaryKeyConstraint('user_groups_key', key)
    .addUniqueConstraint('user_groups_by_name', ['tenant', 'name'])
    .addForeignKeyConstraint('user_groups_tenant', ['tenant'], 'tenants', ['id'])
    .execute();
  await createTable(db, 'group_members', { tenant: 'text', group_id: 'text', user_id: 'text' })
    .addPrimaryKeyConstraint('group_members_key', ['tenant', 'group_id', 'user_id'])
    .addForeignKeyConstraint('group_members_group', ['tenant', 'group_id'], 'user_groups', key, (made) =>
      made.onDelete('cascade'),
    )
    .addForeignKeyConstraint('group_members_user', ofUser, 'users', key, (made) => made.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('group_members_by_user').on('group_members').columns(ofUser).execute();
}

async function addSessions(db: AnyTables): Promise<void> {
  const { schema } = db;
  await createTable(db, 'sessions', {
    id: 'id',
    secret_hash: 'text',
    tenant: 'text',
    user_id: 'text',
    browser: 'text',
    address: 'text',
    created_ms: 'number',
    used_ms: 'number',
    ends_ms: 'number',
  })
    .addUniqueConstraint('sessions_by_secret', ['secret_hash'])
    .addForeignKeyConstraint('sessions_user', ofUser, 'users', key, (made) => made.onDelete('cascade'))
    .execute();
  await schema
    .createIndex('sessions_by_user')
    .on('sessions')
    .columns([...ofUser, 'used_ms'])
    .execute();
  await schema.createIndex('sessions_by_end').on('sessions').columns(['ends_ms']).execute();

  // Without a user: of the tenant's first administrator.
  await createTable(db, 'setup_codes', {
    code_hash: 'id',
    tenant: 'text',
    user_id: 'text?',
    created_ms: 'number',
    expires_ms: 'number',
  })
    .addForeignKeyConstraint('setup_codes_tenant', ['tenant'], 'tenants', ['id'])
    .addForeignKeyConstraint('setup_codes_user', ofUser, 'users', key, (made) => made.onDelete('cascade'))
    .execute();
  await schema.createIndex('setup_codes_by_user').on('setup_codes').columns(ofUser).execute();
  await schema.createIndex('setup_codes_by_end').on('setup_codes').columns(['expires_ms']).execute();
}
