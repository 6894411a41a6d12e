import { Command } from 'commander';
import { collectList, runCommand } from './command-line.ts';
import { type AdminLinkOptions, adminLink } from './commands/admin-link.ts';
import { authority } from './commands/authority.ts';
import { backup, type RestoreOptions, restore } from './commands/backup.ts';
import { centre } from './commands/centre.ts';
import { doctor } from './commands/doctor.ts';
import { drain } from './commands/drain.ts';
import { edge } from './commands/edge.ts';
import { env } from './commands/env.ts';
import { type ForgetOptions, forget } from './commands/forget.ts';
import { type InitOptions, init } from './commands/init.ts';
import { type InviteOptions, invite } from './commands/invite.ts';
import { type JoinOptions, join } from './commands/join.ts';
import { restart } from './commands/restart.ts';
import { run } from './commands/run.ts';
import { use, versions } from './commands/versions.ts';
import { dropRemovedKeys } from './config-files.ts';
import { type Context, contextOf, type Io } from './context.ts';
import type { EdgeOptions } from './edge/options.ts';

const CERT = '/etc/meridian/tls/cert.pem';
const KEY = '/etc/meridian/tls/key.pem';

export interface Surroundings {
  readonly io: Io;
  /** Folder of the release or the repository. */
  readonly root: string;
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal;
}

/** Runs `meridian node`. Resolves with the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function runProgram(words: readonly string[], { io, root, signal }: Surroundings): Promise<number> {
  const program = new Command('meridian node')
    .description('Sets up, runs and looks after a host of a Meridian cloud')
    .option('--etc <folder>', 'folder of configuration files', '/etc/meridian')
    .option('--state <folder>', 'folder of the data of services', '/var/lib/meridian');
  const context = (): Context => contextOf(io, program.opts<{ etc: string; state: string }>(), root);
  addInit(program, context);
  addAdminLink(program, context);
  addInvite(program, context);
  addJoin(program, context);
  addEdge(program, context);
  program
    .command('run')
    .description('run the services of this host in the foreground, without systemd')
    .action(() => run(context(), signal));
  program
    .command('doctor')
    .description('show the state of this host, and remedies')
    .action(() => doctor(context()));
  program
    .command('drain')
    .description('move calls and shows away from this host, and wait until it has none')
    .option('--off', 'take calls again')
    .action(({ off = false }: { off?: boolean }) => drain(off, context()));
  program
    .command('restart [services...]')
    .description('restart the services of this host one after the other, while calls go on')
    .action((names: string[]) => restart(names, context()));
  program
    .command('upgrade')
    .description('take keys that this release no longer has out of the configuration; `restart` and `run` do so too')
    .action(() => dropRemovedKeys(context()));
  program
    .command('centre <addresses>')
    .description('set the address of a moved centre: HOST:PORT, several with commas between')
    .action((addresses: string) => centre(addresses, context()));
  program
    .command('versions')
    .description('list the installed releases')
    .action(() => versions(context()));
  program
    .command('use [version]')
    .description('choose the release of the next start of the services')
    .option('--back', 'the release that was used before')
    .action((version: string | undefined, { back = false }: { back?: boolean }) => use(version, back, context()));
  program
    .command('env')
    .description('on the first server: print the URL and an API key, for commands such as `meridian rooms list`')
    .action(() => env(context()));
  program
    .command('authority [step]')
    .description('on the first server: show the certificate authority; to replace it: begin, then switch, then end')
    .option('--force', 'make the step although it cuts off nodes that have not renewed yet')
    .action((step: string | undefined, { force = false }: { force?: boolean }) => authority(step, force, context()));
  program
    .command('forget <host>')
    .description('on the first server: remove a host that is lost for good, and refuse its certificates')
    .option('--force', 'remove the host although it is alive')
    .option('--domain <name>', 'name of the host, if its invitation was not recorded')
    .action((host: string, o: ForgetOptions) => forget(host, o, context()));
  program
    .command('backup <file>')
    .description('on the first server: write all that is needed to rebuild it into one file')
    .action((file: string) => backup(file, context()));
  withAddresses(program.command('restore <file>'))
    .description('make this machine the first server again, with its former addresses or with those given')
    .option('--no-start', 'write all files and start nothing')
    .option('--keep-database', "keep the api's records: its database has survived")
    .option('--database-only', "restore only the api's records, on an existing first server whose api is stopped")
    .action((file: string, o: RestoreOptions) => restore(file, o, context()));
  return await runCommand(program, words, io);
}

const withAddresses = (command: Command): Command =>
  command
    .option(
      '--address <ip>',
      'local address to listen on, one of IPv4, one of IPv6; usually that of the default route',
      collectList,
    )
    .option(
      '--public-address <ip>',
      'address by which clients reach this host, if it differs (NAT); one of IPv4, one of IPv6',
      collectList,
    )
    .option('--private-address <ip>', 'local address in a network of all hosts, for traffic between them')
    .option(
      '--tls-address <ip[=public]>',
      'further address, whose port 443 is for media of clients behind any firewall',
    );

const withServices = (command: Command): Command =>
  command
    .option('--media-nodes <number>', 'media nodes, each of which fills a core; usually one less than the cores')
    .option('--cert <file>', 'certificate of the domain, for nginx', CERT)
    .option('--key <file>', 'its key', KEY)
    .option('--no-gateway', 'without RTMP, WHIP, FLV, HLS and native UDP')
    .option('--no-recorder', 'without recordings')
    .option('--no-library', 'without uploads of files')
    .option('--no-start', 'write all files and start nothing');

const withPlace = (command: Command): Command =>
  command
    .requiredOption('--region <name>', 'region of the host, such as frankfurt; hosts of a region are near each other')
    .requiredOption('--domain <name>', 'name of the host, with its own certificate: meet.example.org')
    .option('--city <name>', 'city of the host, if the region has another name')
    .option('--at <lat,long>', 'location of the host in degrees, if the city is not in our list')
    .option('--host <name>', 'id of the host; usually REGION-1, REGION-2 …');

function addInit(program: Command, context: () => Context): void {
  withServices(withAddresses(withPlace(program.command('init'))))
    .description('set up the first server of a cloud: centre, api, page and the services of its region')
    .requiredOption('--admin <email>', 'the first administrator, who gets a link')
    .option('--tenant <id[=name]>', 'your company', 'main=Main')
    .option('--database-url <url>', 'postgres://…; without it SQLite')
    .action((o: InitOptions) => init(o, context()));
}

function addAdminLink(program: Command, context: () => Context): void {
  program
    .command('admin-link')
    .description('on the first server: print the one-time link of the first administrator, valid for a day')
    .option('--tenant <id>', 'tenant without a user; usually that of the operators')
    .option('--email <address>', 'e-mail address that the page of the link shows')
    .action((o: AdminLinkOptions) => adminLink(o, context()));
}

function addInvite(program: Command, context: () => Context): void {
  withPlace(program.command('invite'))
    .description('on the first server: print the one-time line by which another host joins')
    .option('--valid <time>', 'how long the line is valid: 30m, 24h, up to 7d', '24h')
    .option('--no-gateway', 'the host has none')
    .option('--no-recorder', 'nor this')
    .option('--no-library', 'nor that')
    .action((o: InviteOptions) => invite(o, context()));
}

function addJoin(program: Command, context: () => Context): void {
  withServices(withAddresses(program.command('join <line>')))
    .description('make this machine a host, by a line of `meridian node invite`')
    .action((line: string, o: JoinOptions) => join(line, o, context()));
}

function addEdge(program: Command, context: () => Context): void {
  program
    .command('edge')
    .description('print the nginx configuration of an edge cache, for thousands of viewers of HLS and of the library')
    .requiredOption('--domain <name>', 'name of the edge: edge-1.example.org')
    .option(
      '--gateway <id=url>',
      'id and publicUrl of a gateway, once for each; usually that of this host',
      collectList,
      [],
    )
    .option('--library <id=url>', 'the same for a library node', collectList, [])
    .option(
      '--regional <host:port>',
      'regional cache between this edge and those nodes, once for each',
      collectList,
      [],
    )
    .option('--regional-name <name>', 'name in the certificate of all regional caches; without it the edge uses HTTP')
    .option('--folder <path>', 'path prefix of the folders for segments and library files', '/var/cache/meridian')
    .option('--memory <path>', 'path prefix of the folders for small files that change', '/dev/shm/meridian')
    .option('--cache <gigabytes>', 'size limit of cached segments', '10')
    .option('--library-cache <gigabytes>', 'size limit of cached library files; usually the same')
    .option(
      '--viewers-per-address <n>',
      'viewers that may share one address, such as behind NAT (usually 400); 0: no limit, as with --no-tls',
    )
    .option('--cert <file>', 'its certificate', CERT)
    .option('--key <file>', 'its key', KEY)
    .option('--no-tls', 'serve plain HTTP')
    .option('--listen <place>', 'PORT or IP:PORT; usually 443', collectList, [])
    .action((o: EdgeOptions) => edge(o, context()));
}
