// All migrations, in order. One that has been released is never changed: a new one adds what is new, with columns that
// older versions need not write, for they work with the database too (core/later-migrations.ts). A later one, whose
// name ends with `-breaks`, takes away what nothing reads any more. The next has the number 0065: the first five are
// what 64 were before the first release.
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
