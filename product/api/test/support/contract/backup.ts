import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createLogger } from '@meridian/runtime';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp, restore } from '../../../src/backup/backup.ts';
import { FORMER_MS } from '../../../src/store/migrations/0067-token-uses.ts';
import { type Database, migrate, openDatabase, openStore } from '../../../src/store/store.ts';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { fill } from '../filled-tenant.ts';
import { tenants, testApi } from '../test-api.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
const nowMs = 1_764_000_000_000;
const migrateTo = (empty: Database, version: string) => migrate(empty, log, version);

export interface BackupContract {
  readonly name: string;
  /** URLs of new, empty databases. */
  from(): Promise<string>;
  to(): Promise<string>;
}

const contentOf = async (db: Database) => {
  const tables = Object.entries(tableFacts).map(async ([table, { key }]) => {
    const { rows } =
      await sql`select * from ${sql.table(table)} order by ${sql.join(key.map((name) => sql.ref(name)))}`.execute(db);
    return [table, rows.map((row) => JSON.stringify(Object.entries(row as object).sort())).sort()];
  });
  return Object.fromEntries(await Promise.all(tables)) as Record<string, string[]>;
};

export function backupContract({ name, from, to }: BackupContract): void {
  describe(`a back-up from ${name}`, () => {
    let folder: string;
    let file: string;
    const open: Database[] = [];
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'meridian-backup-'));
      file = join(folder, 'b.gz');
    });
    afterEach(async () => {
      for (const db of open.splice(0)) await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    });
    const openedDatabase = (url: string): Database => {
      const db = openDatabase({ url, dir: '.', log });
      open.push(db);
      return db;
    };
    const restored = async () => {
      const db = openedDatabase(await to());
      await restore(db, file, { nowMs, migrateTo });
      return db;
    };
    const filled = async () => {
      const url = await from();
      const api = await testApi({ url });
      await fill(api);
      return { api, url, db: openedDatabase(url) };
    };

    it('holds every record unchanged, and the api goes on with it', async () => {
      const { api, db } = await filled();
      // Its jobs would write between the back-up and the check of the tables.
      await api.close();
      const counts = await backUp(db, file, 0);
      const before = await contentOf(db);
      for (const [table, rows] of Object.entries(before))
        expect([table, rows.length > 0, rows.length]).toEqual([table, true, counts[table]]);
      const url = await to();
      const target = openedDatabase(url);
      expect(await restore(target, file, { nowMs, migrateTo })).toEqual(counts);
      // Tokens may have been issued after the backup, so the row without tenant and id is written anew.
      const unknownTokens = JSON.stringify([
        ['id', ''],
        ['tenant', ''],
        ['until_ms', nowMs + FORMER_MS],
      ]);
      const { token_uses = [], ...others } = await contentOf(target);
      const { token_uses: usesBefore = [], ...othersBefore } = before;
      const isNamed = (row: string) => !row.includes('["id",""]');
      expect(others).toEqual(othersBefore);
      expect([token_uses.filter((row) => !isNamed(row)), token_uses.filter(isNamed)]).toEqual([
        [unknownTokens],
        usesBefore.filter(isNamed),
      ]);
      const again = await testApi({ url });
      expect((await again.ask('GET', '/audit/verification')).json().whole).toBe(true);
      expect((await again.ask('POST', '/keys', { body: { name: 'new', scopes: [] } })).statusCode).toBe(201);
      // The full-text index is no part of a back-up, yet search still finds these texts.
      for (const text of ['%E5%90%8D%E5%AD%97%20late', 'never%20hea'])
        expect((await again.ask('GET', `/library/items?text=${text}`)).json().data).toHaveLength(1);
      expect((await again.ask('GET', '/room-lives/RM_1/stays', { signer: tenants[0] })).json().data).toHaveLength(2);
      await again.close();
    });

    it('holds the state of one moment, while other connections write', async () => {
      const { api, db } = await filled();
      let isOver = false;
      let made = 0;
      const writes = (async () => {
        while (!isOver) {
          const { statusCode } = await api.ask('POST', '/rooms', { body: { name: `r${made}` } });
          if (statusCode === 201) made += 1;
        }
      })();
      const entryRows = Array.from({ length: 3000 }, (_, at) => ({ sid: 'RM_1', epoch: 7, seq: at + 1 }));
      await db.insertInto('journal_entries').values(entryRows).execute();
      await backUp(db, file, 0);
      isOver = true;
      await writes;
      await api.close();
      expect(made).toBeGreaterThan(0);
      const target = await restored();
      // An act is written before its entry, so a consistent audit log lacks no act.
      const rooms = await target.selectFrom('rooms').select('name').where('name', '!=', 'lobby').execute();
      const entries = await target
        .selectFrom('audit_entries')
        .selectAll()
        .where('operation', '=', 'createRoom')
        .execute();
      expect(Math.abs(entries.length - 1 - rooms.length)).toBeLessThanOrEqual(1);
      const [head] = await target.selectFrom('audit_heads').selectAll().where('tenant', '=', 'acme').execute();
      const last = await target
        .selectFrom('audit_entries')
        .select('hash')
        .where('tenant', '=', 'acme')
        .orderBy('seq', 'desc')
        .limit(1)
        .execute();
      expect(last[0]?.hash).toBe(head?.hash);
    });

    it('is refused when it is damaged or of a later version, and then nothing is restored', async () => {
      const { api, db } = await filled();
      await backUp(db, file, 0);
      await api.close();
      const wholeFile = readFileSync(file);
      const text = gunzipSync(wholeFile).toString();
      const target = openedDatabase(await to());
      const lines = text.split('\n');
      const rows: [string, Buffer, string][] = [
        ['no gzip', Buffer.from('hello'), 'BACKUP_DAMAGED'],
        ['nothing', Buffer.alloc(0), 'BACKUP_DAMAGED'],
        ['cut off', wholeFile.subarray(0, wholeFile.length - 20), 'BACKUP_DAMAGED'],
        ['cut off in the middle', wholeFile.subarray(0, wholeFile.length / 2), 'BACKUP_DAMAGED'],
        ['without its end', gzipSync(lines.slice(0, -2).join('\n')), 'BACKUP_DAMAGED'],
        ['a value changed', gzipSync(text.replace('Stand-up', 'Stand-UP')), 'BACKUP_DAMAGED'],
        ['a row missing', gzipSync(lines.toSpliced(3, 1).join('\n')), 'BACKUP_DAMAGED'],
        ['no JSON', gzipSync(`${lines[0]}\n{{\n`), 'BACKUP_DAMAGED'],
        ['another file', gzipSync('{"a":1}\n'), 'BACKUP_DAMAGED'],
        ['a later migration', gzipSync(text.replace('"0001-tenants"', '"0001-tenants","9999-later"')), 'BACKUP_NEWER'],
        ['before the first release', gzipSync(text.replace('"0001-tenants"', '"0001-access"')), 'BACKUP_OLDER'],
        ['a later format', gzipSync(text.replace('"meridianBackup":1', '"meridianBackup":2')), 'BACKUP_NEWER'],
      ];
      for (const [what, bytes, code] of rows) {
        writeFileSync(file, bytes);
        const restoring = restore(target, file, { nowMs, migrateTo }).then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
        expect([what, await restoring]).toEqual([what, code]);
      }
      await migrate(target, log);
      expect(await target.selectFrom('tenants').selectAll().execute()).toEqual([]);
      expect(await target.selectFrom('revocation_version').selectAll().execute()).toEqual([{ one: 1, version: 0 }]);
      writeFileSync(file, wholeFile);
      await restore(target, file, { nowMs, migrateTo });
      await expect(restore(target, file, { nowMs, migrateTo: async () => undefined })).rejects.toMatchObject({
        code: 'DATABASE_NOT_EMPTY',
      });
      expect(await target.selectFrom('tenants').selectAll().execute()).toHaveLength(3);
    });

    it('is not restored into a database of a later version', async () => {
      const { api, db } = await filled();
      await backUp(db, file, 0);
      await api.close();
      const url = await to();
      await (await openStore({ url, dir: '.', log })).close();
      const target = openedDatabase(url);
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(target);
      const done = restore(target, file, { nowMs, migrateTo });
      await expect(done).rejects.toMatchObject({
        code: 'DATABASE_NOT_EMPTY',
        message: expect.stringContaining('9999-later'),
      });
      expect(await target.selectFrom('tenants').selectAll().execute()).toEqual([]);
    });

    it('fails for a schema of another version, and leaves no partial file', async () => {
      const url = await from();
      await expect(backUp(openedDatabase(url), file, 0)).rejects.toMatchObject({ code: 'SCHEMA_OTHER' });
      await (await openStore({ url, dir: '.', log })).close();
      const db = openedDatabase(url);
      await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '')`.execute(db);
      await expect(backUp(db, file, 0)).rejects.toMatchObject({ code: 'SCHEMA_OTHER' });
      for (const path of [file, `${file}.part`]) {
        const { promise, resolve } = Promise.withResolvers<string | undefined>();
        createReadStream(path).on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
        expect(await promise).toBe('ENOENT');
      }
    });
  });
}
