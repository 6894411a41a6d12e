// `meridian ports`: prints the firewall openings for the services of a host, or for one service by its configuration.
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { parseRange } from '@meridian/protocol';
import { Command, Option } from 'commander';
import { collectList, runCommand } from '../command-line.ts';
import { loadValues, servicesHere } from '../config-files.ts';
import type { Io } from '../context.ts';
import { HostError } from '../core/error.ts';
import {
  cloudRules,
  firewallTable,
  nftRules,
  type Opening,
  openingsOf,
  type Peers,
  randomPortOpenings,
  type ServiceValues,
} from '../core/firewall.ts';
import { configFilesOf, type ServiceKind, serviceKinds } from '../core/services.ts';

export interface Surroundings {
  readonly io: Io;
  /** Environment that a service with `--config` reads beside its files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Options {
  readonly etc: string;
  readonly config: readonly string[];
  readonly format: 'table' | 'nft' | 'json';
  readonly cluster: readonly string[];
  readonly operator: readonly string[];
}

const each = (file: string, before: readonly string[]): readonly string[] => [...before, file];

/** Runs `meridian ports`. Resolves with the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function portsProgram(words: readonly string[], { io, env }: Surroundings): Promise<number> {
  const program = new Command('meridian ports')
    .description('Prints what a firewall must let in: for all services of this host, or for one by its configuration')
    .argument('[kind]', `with --config: ${serviceKinds.join(', ')}`)
    .option('--etc <folder>', 'folder of configuration files', '/etc/meridian')
    .option(
      '--config <file>',
      'configuration file of the service, as it is started; of several, keys of later ones count',
      each,
      [],
    )
    .option('--cluster <range>', 'addresses of all servers, with commas between', collectList, [])
    .option('--operator <range>', 'addresses from which metrics are read, besides this host', collectList, [])
    .addOption(
      new Option('--format <name>', 'for people, for nft(8), for the firewall of a cloud')
        .choices(['table', 'nft', 'json'])
        .default('table'),
    )
    .action((kind: string | undefined, o: Options) => printPorts(kind, o, { io, env }));
  return await runCommand(program, words, io);
}

function printPorts(kind: string | undefined, o: Options, { io, env }: Surroundings): void {
  for (const option of ['cluster', 'operator'] as const) checkRanges(option, o[option]);
  const services =
    kind === undefined && o.config.length === 0 ? servicesOfHost(o.etc) : [serviceOfFiles(kind, o.config, env)];
  const nginxFile = join(o.etc, 'nginx.conf');
  const hasNginx = o.config.length === 0 && existsSync(nginxFile);
  const openings = openingsOf(services, hasNginx ? readFileSync(nginxFile, 'utf8') : undefined);
  const peers = { cluster: [...new Set([...o.cluster, ...clusterOf(services, openings)])], operator: o.operator };
  if (o.format === 'table') io.out(firewallTable(openings));
  if (o.format === 'json') io.out(JSON.stringify(cloudRules(openings, peers), undefined, 2));
  if (o.format === 'nft') io.out(nftRules(openings, peers).trimEnd());
  if (o.format !== 'table') warn(openings, o, io);
}

function checkRanges(option: string, texts: readonly string[]): void {
  for (const text of texts)
    if (parseRange(text) === undefined)
      throw wrong(`--${option}`, text, 'addresses and ranges: 203.0.113.11,198.51.100.0/24,2001:db8::/64');
}

const wrong = (option: string, value: string, allowed: string): HostError =>
  new HostError('OPTION_INVALID', `${option} ${value}`, `give ${allowed}`);

function servicesOfHost(etc: string): ServiceValues[] {
  const folders = { etc, state: '' };
  const services = servicesHere({ folders });
  if (services.length === 0)
    throw new HostError(
      'HOST_MISSING',
      `there is no service in ${etc}`,
      'begin with `meridian node init` or `meridian node join`, or name one: meridian ports sfu --config FILE',
    );
  // The units of a host set no keys by the environment.
  return services.map(({ name, kind, number }) => {
    const files = configFilesOf({ name, kind, number }, folders);
    return { name, kind, values: loadValues(kind, files, {}) };
  });
}

function serviceOfFiles(kind: string | undefined, files: readonly string[], env: Surroundings['env']): ServiceValues {
  const known = serviceKinds.find((one: ServiceKind) => one === kind);
  if (known === undefined) throw wrong('KIND', kind ?? '(none)', `one of ${serviceKinds.join(', ')}`);
  if (files.length === 0) throw wrong('--config', '(none)', `the files that ${known} is started with`);
  return { name: known, kind: known, values: loadValues(known, files, env) };
}

function clusterOf(services: readonly ServiceValues[], openings: readonly Opening[]): string[] {
  const clusterAddresses = openings
    .filter(({ source }) => source === 'cluster')
    .map(({ ip, announced }) => announced ?? ip);
  const centres = services.flatMap(({ values }) =>
    [values['centreUrl'], values['linkUrl']]
      .flatMap((urls) => (typeof urls === 'string' ? urls.split(',') : []))
      .map((url) => new URL(url).hostname.replaceAll(/[[\]]/g, '')),
  );
  return [...clusterAddresses, ...centres].filter((address) => isIP(address) !== 0);
}

/** Warns of openings that rules cannot express. */
function warn(openings: readonly Opening[], { cluster, operator }: Options, io: Io): void {
  for (const { service, key } of randomPortOpenings(openings))
    io.err(`warn  ${service} ${key} takes any free port, which no rule can open: give it a number`);
  const has = (source: keyof Peers): boolean => openings.some((one) => one.source === source && one.port > 0);
  if (has('cluster') && cluster.length === 0)
    io.err('warn  of all servers, only this host and its centres are let in: name the others with --cluster');
  if (has('operator') && operator.length === 0) io.err('warn  no address may read metrics: name some with --operator');
}
