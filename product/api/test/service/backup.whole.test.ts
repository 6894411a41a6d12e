import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { backupContract } from '../support/contract/backup.ts';
import { startPostgres } from '../support/postgres.ts';

const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'meridian-backup-'));
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});
let made = 0;
const sqlite = async (): Promise<string> => {
  made += 1;
  return `sqlite:${join(folder, `${made}.db`)}`;
};
const pg = (): Promise<string> => postgres.database();

backupContract({ name: 'SQLite to PostgreSQL', from: sqlite, to: pg });
backupContract({ name: 'PostgreSQL to SQLite', from: pg, to: sqlite });
backupContract({ name: 'PostgreSQL to PostgreSQL', from: pg, to: pg });
