// `meridian node restore --database-only`: restores only the api's records on a running first server, to go back from a
// release that has changed the database.
import { chmodSync, chownSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { ownFolder } from '../adapters/files.ts';
import { environmentOf, hasSystemd, systemctl } from '../adapters/processes.ts';
import { unpack } from '../adapters/tar.ts';
import { portsFree } from '../checks/machine.ts';
import { loadValues, readConfig, servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, type Service, serviceOf, stateDirOf, unitOf, userOf } from '../core/services.ts';
import { runApiRecords } from '../records.ts';

/** Suffixes of a SQLite database and the files beside it. */
const PARTS = ['', '-wal', '-shm'];
const cures = {
  DATABASE_NOT_EMPTY: 'createdb makes an empty database: name it in databaseUrl of api.yaml, and try again',
};

/**
 * SQLite: the present database gets a dated name, once the restored one is complete. PostgreSQL: restores into an empty
 * database. HostError: CONFIG_MISSING, SERVICE_RUNS, BACKUP_DAMAGED, or of the api.
 */
export async function restoreDatabase(file: string, context: Context, nowMs: number): Promise<void> {
  const { folders } = context;
  const api = serviceOf('api');
  if (api === undefined) throw new Error('there is no service api');
  for (const path of configFilesOf(api, folders)) readConfig(path); // fails unless this is the first server
  await refuseRunning(api, context);
  const stage = mkdtempSync(join(tmpdir(), 'meridian-restore-'));
  try {
    await unpack(file, stage, ['./api.backup']);
    const records = join(stage, 'api.backup');
    const database = databaseFile(api, context);
    if (database === undefined) await runApiRecords('restore', records, context, { cures });
    else await replace({ database, records, context, nowMs });
    ownFolder(stateDirOf(api, folders), { user: userOf(api) });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  context.out(`the api has the records of ${resolve(file)}: \`systemctl start ${unitOf(api)}\``);
}

/**
 * HostError SERVICE_RUNS, since a running api would write in between. Without systemd one program runs all services of
 * a host.
 */
async function refuseRunning(api: Service, context: Context): Promise<void> {
  const unit = unitOf(api);
  const state = hasSystemd() ? (await systemctl('show', '--property=ActiveState', '--value', unit)).trim() : undefined;
  const mayRun = state === undefined ? servicesHere(context) : [api];
  const values = (service: Service) => readConfig(configFilesOf(service, context.folders).at(-1) ?? '');
  const findings = await portsFree(mayRun.map((service) => ({ service, values: values(service) })));
  const failures = findings.filter(({ level }) => level === 'fail').map(({ what }) => what);
  // systemd restarts a failing unit every second.
  if (state !== undefined && state !== 'inactive' && state !== 'failed') failures.unshift(`${unit} is ${state}`);
  if (failures.length === 0) return;
  const cure = state === undefined ? 'end `meridian node run`' : `systemctl stop ${unit}`;
  throw new HostError('SERVICE_RUNS', `${failures[0]}; nothing was changed`, `${cure}, then try again; calls go on`);
}

/** Returns the SQLite file; undefined for PostgreSQL. */
export function databaseFile(api: Service, context: Context): string | undefined {
  const values = loadValues('api', configFilesOf(api, context.folders), environmentOf(context));
  const url = String(values['databaseUrl']);
  return url.startsWith('sqlite:') ? resolve(String(values['stateDir']), url.slice('sqlite:'.length)) : undefined;
}

async function replace(o: {
  readonly database: string;
  readonly records: string;
  readonly context: Context;
  readonly nowMs: number;
}): Promise<void> {
  const { database, records, context } = o;
  const newFile = `${database}.${process.pid}.new`;
  try {
    await runApiRecords('restore', records, context, { databaseUrl: `sqlite:${newFile}`, cures });
    const before = statSync(database, { throwIfNoEntry: false });
    if (before !== undefined) {
      chmodSync(newFile, before.mode & 0o777);
      chownSync(newFile, before.uid, before.gid);
      const aside = `${database}.${new Date(o.nowMs).toISOString().replaceAll(/[:.]/g, '-')}`;
      move(database, aside);
      context.out(`the database that was here is ${aside}`);
    }
    move(newFile, database);
  } finally {
    for (const part of PARTS) rmSync(newFile + part, { force: true });
  }
}

/** Moves the database before the files beside it, which belong to it. HostError FILE_IN_THE_WAY. */
function move(from: string, to: string): void {
  if (existsSync(to)) throw new HostError('FILE_IN_THE_WAY', `${to} is there already`, 'move it away');
  for (const part of PARTS) if (existsSync(from + part)) renameSync(from + part, to + part);
}
