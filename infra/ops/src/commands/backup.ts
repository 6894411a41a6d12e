// `meridian node backup` and `restore`: one file with everything that the first server needs to be rebuilt. Calls,
// rooms and the fleet are not in it, as nodes report them.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { bracketed, nodeKind } from '@meridian/protocol';
import { type EtcPlan, placeEtc, planEtc, saveEtc } from '../adapters/etc-files.ts';
import { giveFile, ownFolder } from '../adapters/files.ts';
import { usualAddresses } from '../adapters/network.ts';
import { hasSystemd } from '../adapters/processes.ts';
import { pack, unpack } from '../adapters/tar.ts';
import { lineOf } from '../checks/check.ts';
import { portsFree } from '../checks/machine.ts';
import { dropRemovedKeys, readConfig, servicesHere, withValues } from '../config-files.ts';
import type { Context } from '../context.ts';
import type { Values } from '../core/configs.ts';
import { HostError } from '../core/error.ts';
import { type Addresses, ports } from '../core/host.ts';
import { addressesIn, movedCentres, movedValues, type ServiceFile } from '../core/move.ts';
import { movedNginx } from '../core/nginx.ts';
import { configFilesOf, type Service, serviceOf, stateDirOf, userOf } from '../core/services.ts';
import { enrolSelf } from '../enrol-self.ts';
import { type AddressOptions, addressesOf, checkTls } from '../options.ts';
import { runApiRecords, runCentreRecords } from '../records.ts';
import { refuseSecond, startServices } from '../set-up.ts';
import { databaseFile, restoreDatabase } from './restore-database.ts';

const first = (name: string): Service => {
  const service = serviceOf(name);
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
};
const [api, centre] = [first('api'), first('scheduler')];
/** The centre's certificate authority, sealed by the cluster secret. */
const AUTHORITY = 'authority.sealed';
/** The centre's denials of nodes, missing in back-ups of earlier releases. */
const DENIALS = 'denials.json';

/**
 * Writes `file`, for root alone, while everything runs: configuration with all secrets, the authority, denials, and the
 * api's data. The file appears when it is complete. HostError.
 */
export async function backup(file: string, context: Context): Promise<void> {
  const { folders } = context;
  readConfig(configFilesOf(api, folders).at(-1) ?? ''); // fails unless this is the first server
  const stage = mkdtempSync(join(tmpdir(), 'meridian-backup-'));
  const draft = `${resolve(file)}.${process.pid}.new`;
  try {
    for (const link of saveEtc(folders.etc, join(stage, 'etc')))
      context.out(`not in the back-up: ${link} is a link that names no file`);
    cpSync(join(stateDirOf(centre, folders), AUTHORITY), join(stage, AUTHORITY));
    await runCentreRecords('save', join(stage, DENIALS), context);
    await runApiRecords('backup', join(stage, 'api.backup'), context);
    await pack(stage, draft);
    renameSync(draft, resolve(file));
  } finally {
    rmSync(stage, { recursive: true, force: true });
    rmSync(draft, { force: true });
  }
  context.out(
    `${resolve(file)}: configuration, secrets, authority, denials and the api's records. It opens everything: keep it safe.`,
  );
}

export interface RestoreOptions extends AddressOptions {
  readonly start: boolean;
  /** Keeps the api's records of a database that has survived. */
  readonly keepDatabase?: boolean;
  /** Restores only the api's records, on an existing first server. */
  readonly databaseOnly?: boolean;
}

/**
 * Makes this machine the first server again, with the old addresses or with others, which are then written into its
 * files. Its nodes get new certificates. Other hosts find the centre by themselves, or at another address by `meridian
 * node centre`. HostError: HOST_EXISTS, OPTION_INVALID, BACKUP_DAMAGED, PREFLIGHT_FAILED, FILE_IN_THE_WAY,
 * DATABASE_MISSING, or of the api.
 */
export async function restore(file: string, o: RestoreOptions, context: Context): Promise<void> {
  const { start: isStart, keepDatabase: isDatabaseKept = false } = o;
  const addresses = await wantedAddresses(o);
  if (o.databaseOnly === true) {
    if (addresses !== undefined)
      throw new HostError('OPTION_INVALID', '--address and --database-only', 'give one of them');
    return await databaseAlone(file, isDatabaseKept, context);
  }
  refuseSecond(context);
  const { folders } = context;
  const stage = mkdtempSync(join(tmpdir(), 'meridian-restore-'));
  try {
    await unpack(file, stage);
    for (const part of ['etc/host.yaml', AUTHORITY, 'api.backup'])
      if (!existsSync(join(stage, part)))
        throw new HostError('BACKUP_DAMAGED', `${file} has no ${part}`, 'take another back-up');
    dropRemovedKeys({ folders: { ...folders, etc: join(stage, 'etc') }, out: context.out });
    if (addresses !== undefined) writeMoved(join(stage, 'etc'), addresses, context);
    await checkAddresses(join(stage, 'etc'), context);
    if (isDatabaseKept) refuseMissing(join(stage, 'etc'), context);
    // host.yaml is written last, so that an interrupted restore can be repeated.
    const hostFile = readFileSync(join(stage, 'etc/host.yaml'));
    rmSync(join(stage, 'etc/host.yaml'));
    const plan = planEtc(join(stage, 'etc'), folders.etc);
    printPlan(plan, context);
    placeEtc(plan);
    const services = servicesHere(context);
    for (const service of services) {
      mkdirSync(stateDirOf(service, folders), { recursive: true, mode: 0o700 });
      giveFile(configFilesOf(service, folders).at(-1) ?? '', { user: userOf(service) });
    }
    cpSync(join(stage, AUTHORITY), join(stateDirOf(centre, folders), AUTHORITY));
    await bringDenials(stage, context);
    for (const service of services) ownFolder(stateDirOf(service, folders), { user: userOf(service) });
    await finish({ stage, hostFile, services, isStart, isDatabaseKept, context });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Returns undefined without any option: the addresses of the back-up stay. */
async function wantedAddresses(o: RestoreOptions): Promise<Addresses | undefined> {
  const { address, publicAddress, privateAddress, tlsAddress } = o;
  if ([address, publicAddress, privateAddress, tlsAddress].every((each) => each === undefined)) return undefined;
  return addressesOf(o, await usualAddresses());
}

/** Writes the new addresses into the files of a folder and keeps comments. HostError BACKUP_DAMAGED. */
export function writeMoved(etc: string, to: Addresses, { folders, out }: Pick<Context, 'folders' | 'out'>): void {
  const hostFolders = { etc, state: folders.state };
  const fileOf = (service: Service): string => configFilesOf(service, hostFolders).at(-1) ?? '';
  const files = servicesHere({ folders: hostFolders }).map((service) => ({
    service,
    values: readConfig(fileOf(service)),
  }));
  const from = addressesIn(files);
  if (from === undefined)
    throw new HostError('BACKUP_DAMAGED', 'its files have no address of the host', 'restore it without --address');
  const mediaNodes = files.filter(({ service }) => service.kind === nodeKind.media).length;
  checkTls(to, mediaNodes);
  const hostFile = join(etc, 'host.yaml');
  const changes = files.map((each): [string, Values] => [fileOf(each.service), movedValues(each, { from, to })]);
  for (const [file, values] of [...changes, [hostFile, movedCentres(readConfig(hostFile), { from, to })] as const])
    if (Object.keys(values).length > 0) writeFileSync(file, withValues(file, values));
  const nginx = join(etc, 'nginx.conf');
  if (existsSync(nginx)) writeFileSync(nginx, movedNginx(readFileSync(nginx, 'utf8'), { from, to }));
  const place = bracketed(to.private ?? to.public);
  out(
    `addresses: ${from.public} is ${to.public} now; on the other hosts: meridian node centre ${place}:${centrePort(files)}`,
  );
}

const centrePort = (files: readonly ServiceFile[]): number =>
  Number(files.find(({ service }) => service.kind === nodeKind.centre)?.values['linkPort'] ?? ports.centreLinks);

async function databaseAlone(file: string, isDatabaseKept: boolean, context: Context): Promise<void> {
  if (isDatabaseKept) throw new HostError('OPTION_INVALID', '--keep-database and --database-only', 'give one of them');
  await restoreDatabase(file, context, Date.now());
}

/**
 * HostError DATABASE_MISSING when the SQLite file is missing, as the api would begin with an empty one. The api itself
 * checks PostgreSQL at its start.
 */
function refuseMissing(etc: string, context: Context): void {
  const database = databaseFile(api, Object.assign({}, context, { folders: { etc, state: context.folders.state } }));
  if (database === undefined || existsSync(database)) return;
  const cure = 'put it there, or restore that of the back-up: without --keep-database';
  throw new HostError('DATABASE_MISSING', `there is no ${database}; nothing was changed`, cure);
}

function printPlan({ kept, lost }: EtcPlan, { out }: Context): void {
  for (const path of kept) out(`kept: ${path}, which is here already`);
  for (const path of lost) out(`not in the back-up: ${path} was a link; put the file there`);
}

/** Denials are loaded before the centre starts, so that no denied node renews its certificate in between. */
async function bringDenials(stage: string, context: Context): Promise<void> {
  const file = join(stage, DENIALS);
  if (existsSync(file)) await runCentreRecords('load', file, context);
  else context.out('this back-up has no denials: deny again the nodes that were shut out');
}

/** HostError PREFLIGHT_FAILED when this machine lacks an address of the back-up, or a port is taken. */
async function checkAddresses(etc: string, { folders, out }: Context): Promise<void> {
  const hostFolders = { etc, state: folders.state };
  const services = servicesHere({ folders: hostFolders });
  const values = (service: Service) => readConfig(configFilesOf(service, hostFolders).at(-1) ?? '');
  const findings = await portsFree(services.map((service) => ({ service, values: values(service) })));
  for (const finding of findings) out(lineOf(finding));
  if (findings.some(({ level }) => level === 'fail'))
    throw new HostError(
      'PREFLIGHT_FAILED',
      'this machine cannot listen where the lost one did; nothing was changed',
      'give it the addresses of the lost one, or `restore` its own: --address; `ss -lntup` shows which process has a port',
    );
}

async function finish(o: {
  readonly stage: string;
  readonly hostFile: Buffer;
  readonly services: readonly Service[];
  readonly isStart: boolean;
  readonly isDatabaseKept: boolean;
  readonly context: Context;
}): Promise<void> {
  const { stage, hostFile, services, isStart, isDatabaseKept, context } = o;
  const { folders } = context;
  const file = join(folders.etc, 'host.yaml');
  const draft = join(dirname(file), 'host.restored.yaml');
  writeFileSync(draft, hostFile);
  const host = readConfig(draft);
  if (!isDatabaseKept) await runApiRecords('restore', join(stage, 'api.backup'), context, { host: draft });
  ownFolder(stateDirOf(api, folders), { user: userOf(api) });
  const scheduler = readConfig(configFilesOf(centre, folders).at(-1) ?? '');
  await enrolSelf({
    place: {
      hostId: String(host['hostId']),
      region: String(host['region']),
      city: String(host['city']),
      latitude: Number(host['latitude']),
      longitude: Number(host['longitude']),
    },
    services,
    clusterToken: String(scheduler['clusterToken']),
    centres: String(host['centreUrl'])
      .split(',')
      .map((url) => url.replace(/^wss:\/\//, '')),
    isStarted: isStart && hasSystemd(),
    context,
  });
  renameSync(draft, file);
  await startServices(services, isStart, context);
  context.out(`this host is ${String(host['hostId'])} again`);
}
