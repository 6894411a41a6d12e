// Saves and restores the records of the api and the centre, by running their programs.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { environmentOf } from './adapters/processes.ts';
import type { Context } from './context.ts';
import { HostError } from './core/error.ts';
import { configFilesOf, serviceOf } from './core/services.ts';

const run = promisify(execFile);
const API_LIMIT_MS = 3_600_000;
const CENTRE_LIMIT_MS = 60_000;

/** Matches an error line of both programs: `WORD: CODE: reason`, where `WORD` is the command given to the program. */
const ERROR_LINE = /^\w+: ([A-Z][A-Z_]+): (.*)$/m;

/** Remedies, by the error codes of both programs. */
const cures: Readonly<Record<string, string>> = {
  SCHEMA_OTHER:
    '`systemctl start meridian-api` brings an older database up to this release; for a newer one `meridian node use VERSION`',
  BACKUP_NEWER: '`meridian node use VERSION`: the release that made the back-up, or a later one',
  BACKUP_OLDER: 'take one of a release: no release brings this one up to itself',
  BACKUP_DAMAGED: 'take another back-up',
  DATABASE_NOT_EMPTY:
    'empty the database of databaseUrl (PostgreSQL: dropdb, createdb), or keep what it has: `meridian node restore FILE --keep-database`',
};

export interface RecordsOptions {
  /** File that is read in place of host.yaml. */
  readonly host?: string;
  /** URL of the database, in place of that in the files. */
  readonly databaseUrl?: string;
  /** Remedies by code, instead of the usual ones. */
  readonly cures?: Readonly<Record<string, string>>;
}

/** Saves or restores the api's records. HostError with the api's code, otherwise BACKUP_FAILED or RESTORE_FAILED. */
export async function runApiRecords(
  word: 'backup' | 'restore',
  file: string,
  context: Context,
  o: RecordsOptions = {},
): Promise<void> {
  const [shared = '', own = ''] = filesOf('api', context);
  const env = environmentOf(context);
  if (o.databaseUrl !== undefined) env['MERIDIAN_DATABASE_URL'] = o.databaseUrl;
  const args = [join(context.root, 'dist/services/backup.js'), word, file, ...configs([o.host ?? shared, own])];
  const other = word === 'backup' ? 'BACKUP_FAILED' : 'RESTORE_FAILED';
  await runProgram({ args, env, timeout: API_LIMIT_MS, other, cures: Object.assign({}, cures, o.cures) });
}

/** Saves the denials of nodes while the centre runs, or loads them before it starts. HostError as for the api. */
export async function runCentreRecords(word: 'save' | 'load', file: string, context: Context): Promise<void> {
  const args = [join(context.root, 'dist/services/denials.js'), word, file, ...configs(filesOf('scheduler', context))];
  const other = word === 'save' ? 'BACKUP_FAILED' : 'RESTORE_FAILED';
  await runProgram({ args, env: environmentOf(context), timeout: CENTRE_LIMIT_MS, other, cures });
}

function filesOf(name: 'api' | 'scheduler', { folders }: Context): string[] {
  const service = serviceOf(name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  const redis = join(folders.etc, 'redis.yaml'); // file of the centre in containers
  return [...configFilesOf(service, folders), ...(name === 'scheduler' && existsSync(redis) ? [redis] : [])];
}

const configs = (files: readonly string[]): string[] => files.flatMap((path) => ['--config', path]);

async function runProgram(o: {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly timeout: number;
  /** Code for a failure of the program without a code of its own. */
  readonly other: string;
  readonly cures: Readonly<Record<string, string>>;
}): Promise<void> {
  try {
    await run(process.execPath, o.args, { timeout: o.timeout, env: o.env });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const [, code = '', why = ''] = ERROR_LINE.exec(stderr) ?? [];
    const cure = o.cures[code];
    if (cure !== undefined) throw new HostError(code, why, cure, { cause: error });
    throw new HostError(
      o.other,
      stderr.trim() || message,
      'mend what it says and try again: docs/runbook.md, "Back-up of the api"',
      { cause: error },
    );
  }
}
