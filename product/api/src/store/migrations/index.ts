// All migrations, in order. A released migration is never changed: a new one adds columns, which older versions need
// not write, since they use the database too (core/later-migrations.ts). A later migration, whose name ends with
// `-breaks`, removes unused parts. The next number is 0065: the first five replaced the 64 migrations before the first
// release.
import type { Migration } from 'kysely/migration';
import { tenants } from './0001-tenants.ts';
import { rooms } from './0002-rooms.ts';
import { files } from './0003-files.ts';
import { sessions } from './0004-sessions.ts';
import { operations } from './0005-operations.ts';

export const migrations: Record<string, Migration> = {
  '0001-tenants': tenants,
  '0002-rooms': rooms,
  '0003-files': files,
  '0004-sessions': sessions,
  '0005-operations': operations,
};
