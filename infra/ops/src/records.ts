// What api and centre keep, saved and brought back by programs of theirs.
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

/** `CODE: why`, after the word that the program was given. */
const SAID = /^\w+: ([A-Z][A-Z_]+): (.*)$/m;

/** What mends it, by the codes of both programs. */
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
  /** In place of host.yaml. */
  readonly host?: string;
  /** In place of what the files name. */
  readonly databaseUrl?: string;
  /** By their codes, in place of the usual ones. */
  readonly cures?: Readonly<Record<string, string>>;
}

/** HostError: the api's code, else BACKUP_FAILED or RESTORE_FAILED. */
export async function askApi(
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
  await ask({ args, env, timeout: API_LIMIT_MS, other, cures: Object.assign({}, cures, o.cures) });
}

/** Which nodes are shut out: saved while the centre runs, loaded before it starts. HostError as `askApi`. */
export async function askCentre(word: 'save' | 'load', file: string, context: Context): Promise<void> {
  const args = [join(context.root, 'dist/services/denials.js'), word, file, ...configs(filesOf('scheduler', context))];
  const other = word === 'save' ? 'BACKUP_FAILED' : 'RESTORE_FAILED';
  await ask({ args, env: environmentOf(context), timeout: CENTRE_LIMIT_MS, other, cures });
}

function filesOf(name: 'api' | 'scheduler', { folders }: Context): string[] {
  const service = serviceOf(name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  const redis = join(folders.etc, 'redis.yaml'); // of the centre in containers
  return [...configFilesOf(service, folders), ...(name === 'scheduler' && existsSync(redis) ? [redis] : [])];
}

const configs = (files: readonly string[]): string[] => files.flatMap((path) => ['--config', path]);

async function ask(o: {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly timeout: number;
  /** The code of what has none. */
  readonly other: string;
  readonly cures: Readonly<Record<string, string>>;
}): Promise<void> {
  try {
    await run(process.execPath, o.args, { timeout: o.timeout, env: o.env });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const [, code = '', why = ''] = SAID.exec(stderr) ?? [];
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
