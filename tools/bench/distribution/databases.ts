// Databases of benchmarks: a new one of each kind, which is gone after its use.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../../api/test/support/postgres.ts';
import { owned } from '../../../test/support/owned.ts';

type Within = <T>(use: (url: string) => Promise<T>) => Promise<T>;

export const databases: Readonly<Record<string, Within>> = {
  sqlite: async (use) => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    const disown = owned('a database', remove);
    try {
      return await use(`sqlite:${join(folder, 'bench.db')}`);
    } finally {
      disown();
      remove();
    }
  },
  postgres: async (use) => {
    const postgres = await startPostgres();
    const disown = owned('a PostgreSQL', () => postgres.stop());
    try {
      return await use(await postgres.database());
    } finally {
      disown();
      await postgres.stop();
    }
  },
};
