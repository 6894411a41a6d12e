import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, createLogger, loadConfig } from '@meridian/runtime';
import { apiConfig } from '../config.ts';
import { noteBackup } from '../inspection/sums.ts';
import { migrate, openDatabase } from '../store/store.ts';
import { BackupError, backUp, type Counts, restore } from './backup.ts';

export const usage = `usage: npm run api -- COMMAND FILE [--config CONFIG]…

Commands:
  backup FILE   writes everything that the api stores to FILE, while it runs
  restore FILE  fills the empty database of CONFIG from FILE, all or nothing; SQLite and PostgreSQL alike. Not while an
                api runs.

CONFIG are the configuration files of the api; without them, as the api: MERIDIAN_DATABASE_URL and the other variables.
`;

interface Output {
  print(text: string): void;
  printError(text: string): void;
}

/** Returns the exit code: 0 done; 1 failed; 2 wrong usage. */
export async function run(args: string[], env: Record<string, string | undefined>, output: Output): Promise<number> {
  if (args.includes('--help')) {
    output.print(usage);
    return 0;
  }
  const command = parsedArguments(args);
  if (command === undefined) {
    output.printError(usage);
    return 2;
  }
  const { word, file, configs } = command;
  try {
    const config = loadConfig(apiConfig, { argv: configs.flatMap((path) => ['--config', path]), env });
    const log = createLogger({ name: 'api', level: 'warn' });
    const [url, dir] = [config.databaseUrl, config.stateDir];
    // The check avoids creating an empty database, which opening an absent SQLite file would do.
    if (word === 'backup' && url.startsWith('sqlite:')) await access(resolve(dir, url.slice('sqlite:'.length)));
    const db = openDatabase({ url, dir, log });
    try {
      const nowMs = Date.now();
      const counts =
        word === 'backup'
          ? await backUp(db, file, nowMs)
          : await restore(db, file, { nowMs, migrateTo: (empty, name) => migrate(empty, log, name) });
      if (word === 'restore') await migrate(db, log);
      else
        await noteBackup(db, nowMs).catch((error: unknown) =>
          output.printError(
            `backup: the file is complete, but the morning inspection could not be informed: ${String(error)}\n`,
          ),
        );
      output.print(
        `${word === 'backup' ? 'saved' : 'restored'} ${sum(counts)} records of ${counts['tenants'] ?? 0} tenants\n`,
      );
      return 0;
    } finally {
      await db.destroy();
    }
  } catch (error) {
    if (error instanceof ConfigError) {
      output.printError(`${error.message}\n`);
      return 2;
    }
    const code = error instanceof BackupError ? error.code : ((error as { code?: string }).code ?? 'FAILED');
    output.printError(`${word}: ${code}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function parsedArguments(
  args: string[],
): { word: 'backup' | 'restore'; file: string; configs: readonly string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { config: { type: 'string', multiple: true } },
    });
    const [word, file, ...more] = positionals;
    if ((word !== 'backup' && word !== 'restore') || file === undefined || more.length > 0) return undefined;
    return { word, file, configs: values.config ?? [] };
  } catch {
    return undefined; // An unknown option: the caller prints the usage.
  }
}

const sum = (counts: Counts): number => Object.values(counts).reduce((total, count) => total + count, 0);
