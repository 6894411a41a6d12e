import { Command } from 'commander';
import { listed, runCommand } from './command-line.ts';
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
import { type Context, contextOf, type Io } from './context.ts';
import type { EdgeWords } from './edge/words.ts';

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
    .option('--etc <folder>', 'of configuration files', '/etc/meridian')
    .option('--state <folder>', 'of what services keep', '/var/lib/meridian');
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
    .description('how this host is, and what mends it')
    .action(() => doctor(context()));
  program
    .command('drain')
    .description('move calls and shows away from this host, and wait until it has none')
    .option('--off', 'take calls again')
    .action(({ off = false }: { off?: boolean }) => drain(off, context()));
  program
    .command('restart [services...]')
    .description('the services of this host anew, one after the other, with calls running')
    .action((names: string[]) => restart(names, context()));
  program
    .command('centre <addresses>')
    .description('the centre has moved: HOST:PORT where this host finds it, several with commas between')
    .action((addresses: string) => centre(addresses, context()));
  program
    .command('versions')
    .description('which releases are installed')
    .action(() => versions(context()));
  program
    .command('use [version]')
    .description('another release from the next start of the services on')
    .option('--back', 'the one that was used before')
    .action((version: string | undefined, { back = false }: { back?: boolean }) => use(version, back, context()));
  program
    .command('env')
    .description('on the first server: address and API key, for `meridian rooms list` and its like')
    .action(() => env(context()));
  program
    .command('authority [step]')
    .description('on the first server: the certificate authority; to replace it: begin, then switch, then end')
    .option('--force', 'the step cuts off nodes that have not renewed yet')
    .action((step: string | undefined, { force = false }: { force?: boolean }) => authority(step, force, context()));
  program
    .command('forget <host>')
    .description('on the first server: a host that is lost for good; nothing that it had lets anyone in')
    .option('--force', 'although it is alive: cut it off')
    .option('--domain <name>', 'that it had, where its invitation is not remembered')
    .action((host: string, o: ForgetOptions) => forget(host, o, context()));
  program
    .command('backup <file>')
    .description('on the first server: all that it cannot be made again without, in one file')
    .action((file: string) => backup(file, context()));
  withAddresses(program.command('restore <file>'))
    .description('make this machine the first server again, with the addresses that it had, or with these')
    .option('--no-start', 'write all files and start nothing')
    .option('--keep-database', "not the api's records: its database has survived")
    .option('--database-only', "the api's records alone, on a first server that is there, with its api stopped")
    .action((file: string, o: RestoreOptions) => restore(file, o, context()));
  return await runCommand(program, words, io);
}

const withAddresses = (command: Command): Command =>
  command
    .option(
      '--address <ip>',
      'local address to listen on, one of IPv4, one of IPv6; usually that of the default route',
      listed,
    )
    .option(
      '--public-address <ip>',
      'by which clients reach this host, when that is another (NAT), and of IPv6 too',
      listed,
    )
    .option('--private-address <ip>', 'local, in a network that all hosts share: they meet there')
    .option('--tls-address <ip[=public]>', 'one more, of which media of clients has port 443: through any firewall');

const withServices = (command: Command): Command =>
  command
    .option('--media-nodes <number>', 'one fills one core; usually one less than there are cores')
    .option('--cert <file>', 'certificate of the domain, for nginx', CERT)
    .option('--key <file>', 'its key', KEY)
    .option('--no-gateway', 'without RTMP, WHIP, FLV, HLS and native UDP')
    .option('--no-recorder', 'without recordings')
    .option('--no-library', 'without uploads of files')
    .option('--no-start', 'write all files and start nothing');

const withPlace = (command: Command): Command =>
  command
    .requiredOption('--region <name>', 'as frankfurt; hosts of one region stand near each other')
    .requiredOption('--domain <name>', 'of the host, with a certificate of its own: meet.example.org')
    .option('--city <name>', 'where it stands, when the region is named otherwise')
    .option('--at <lat,long>', 'where it stands, in degrees, when the city is not in our list')
    .option('--host <name>', 'id of the host; usually REGION-1, REGION-2 …');

function addInit(program: Command, context: () => Context): void {
  withServices(withAddresses(withPlace(program.command('init'))))
    .description('the first server of a cloud: centre, api, page and the services of its region')
    .requiredOption('--admin <email>', 'the first administrator, who gets a link')
    .option('--tenant <id[=name]>', 'your company', 'main=Main')
    .option('--database-url <url>', 'postgres://…; without it SQLite')
    .action((o: InitOptions) => init(o, context()));
}

function addAdminLink(program: Command, context: () => Context): void {
  program
    .command('admin-link')
    .description('on the first server: the link of the first administrator, good for a day, once')
    .option('--tenant <id>', 'a company without a user; usually that of the operators')
    .option('--email <address>', 'that its page then shows')
    .action((o: AdminLinkOptions) => adminLink(o, context()));
}

function addInvite(program: Command, context: () => Context): void {
  withPlace(program.command('invite'))
    .description('on the first server: one line by which one more host joins, once')
    .option('--valid <time>', 'for how long: 30m, 24h, up to 7d', '24h')
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
    .description('print the nginx configuration of an edge cache, for viewers in thousands, by HLS and of the library')
    .requiredOption('--domain <name>', 'of the edge: edge-1.example.org')
    .option('--gateway <id=url>', 'id and publicUrl of a gateway, once for each; usually that of this host', listed, [])
    .option('--library <id=url>', 'the same of a library node', listed, [])
    .option('--regional <host:port>', 'a cache between this one and those nodes, once for each', listed, [])
    .option('--regional-name <name>', 'in the certificate of all regional caches; without it they are asked by HTTP')
    .option('--folder <path>', 'how the folders begin of segments and files that it keeps', '/var/cache/meridian')
    .option('--memory <path>', 'how folders begin of small files that change', '/dev/shm/meridian')
    .option('--cache <gigabytes>', 'of segments that it keeps at most', '10')
    .option('--library-cache <gigabytes>', 'of files of the library; usually as much again')
    .option(
      '--viewers-per-address <n>',
      'that may share one address, as behind a NAT (usually 400); 0: no limit, as with --no-tls',
    )
    .option('--cert <file>', 'its certificate', CERT)
    .option('--key <file>', 'its key', KEY)
    .option('--no-tls', 'it speaks HTTP')
    .option('--listen <place>', 'PORT or IP:PORT; usually 443', listed, [])
    .action((o: EdgeWords) => edge(o, context()));
}
