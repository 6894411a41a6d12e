// Options of `npm start`. `npm run ports` has the same, as its table must show the ports of a start with them.
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chooseLanAddress, type Interfaces } from './lan-address.ts';
import type { TopologyOptions } from './topology.ts';

export const optionLines = `  --port-offset N           adds N to every port (default 0)
  --state-dir DIR           secrets, certificates, logs (default .meridian in the repository)
  --nodes-per-region N      media nodes per region, processes of one host (default 1)
  --redis URL               keep the centre's copy in Redis instead of a file in the state folder
  --standby                 two centres, one leads and the other takes over; with a Redis of their own unless --redis names one
  --regions                 as --standby, and an instance of the centre in each region, which places there
  --no-pathd                pipes go direct, without the forwarder that changes their path by itself (docs/design/paths.md)
  --lan [IP]                a page for phones by https and wss on this machine's address in its local network (README.md)
  --lan-room NAME           the one room that guests of the local network may join (default lan)
  --public-address IP       also listen on this address of the machine (network lab)
  --media-address IP        media nodes also listen on this address for clients, IPv4 or IPv6 (network lab)
  --autoscale log|process   the centre says which media nodes it would start and end, or does it (default off)
  --autoscale-policy JSON   keys of autoscale in docs/reference.md, for example '{"nodesMax":4}'
  --keep-frozen             a process that is stopped or hangs is left so, for tests and debuggers; else it is replaced
  --dial                    the probes join calls, book and stream as clients do, over and over (docs/alarms.md)
  --distribution            files are distributed: a Redis of their own, and a receiver in each region (docs/distribution.md)
  --receivers-per-region N  with --distribution: receivers of one site (default 1)
  --metrics                 every process shows its metrics on loopback; npm run ports -- --metrics says at which port
  --trusted-proxies LIST    addresses of your own proxies in front, whose x-forwarded-for is believed, with commas between
  --media-config JSON       further keys of every media node's configuration (lab)
  --turn-config JSON        the key turn of signaling nodes and gateways (docs/reference.md)
  --api-config JSON         further keys of the api's configuration: databaseUrl, mail, egressAllow (docs/reference.md)
  --process-configs JSON    further keys of single processes' configurations, by id: '{"sfu-fra-1":{…}}' (lab)
  --process-node-args JSON  further options of single processes' Node, by id: '{"sfu-fra-1":["--cpu-prof"]}' (lab)
  --log-level LEVEL         trace | debug | info | warn | error (default info)`;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/**
 * Options for parseArgs. infra/setup/commands.mjs repeats their names to refuse unknown ones before anything is built
 * (a test compares).
 */
export const startOptions = {
  'port-offset': { type: 'string', default: '0' },
  'state-dir': { type: 'string' },
  'nodes-per-region': { type: 'string', default: '1' },
  redis: { type: 'string' },
  standby: { type: 'boolean', default: false },
  regions: { type: 'boolean', default: false },
  'no-pathd': { type: 'boolean', default: false },
  lan: { type: 'string' },
  'lan-room': { type: 'string', default: 'lan' },
  'public-address': { type: 'string' },
  'media-address': { type: 'string' },
  autoscale: { type: 'string' },
  'autoscale-policy': { type: 'string', default: '{}' },
  'keep-frozen': { type: 'boolean', default: false },
  dial: { type: 'boolean', default: false },
  distribution: { type: 'boolean', default: false },
  'receivers-per-region': { type: 'string', default: '1' },
  metrics: { type: 'boolean', default: false },
  'trusted-proxies': { type: 'string' },
  'media-config': { type: 'string' },
  'turn-config': { type: 'string' },
  'api-config': { type: 'string' },
  'process-configs': { type: 'string' },
  'process-node-args': { type: 'string' },
  'log-level': { type: 'string', default: 'info' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads a command line; returns 'help' if requested. Throws an error with one sentence for people, also for unknown
 * options.
 */
export function readOptions(
  args: readonly string[],
  o: {
    repository: string;
    workerBin: string;
    pathdBin?: string | undefined;
    hasJail?: boolean;
    interfaces?: Interfaces;
  },
): TopologyOptions | 'help' {
  const { values } = parsed(args);
  if (values.help) return 'help';
  if (!logLevels.includes(values['log-level']))
    throw new Error(`--log-level ${values['log-level']}: one of ${logLevels.join(', ')}`);
  return {
    portOffset: whole('port-offset', values['port-offset'], 0, 50_000),
    stateDir: resolve(values['state-dir'] ?? join(o.repository, '.meridian')),
    pageDir: join(o.repository, 'product/web/dist'),
    workerBin: o.workerBin,
    ...(o.pathdBin === undefined || values['no-pathd'] ? {} : { pathdBin: o.pathdBin }),
    ...(o.hasJail === false ? { ffmpegSandbox: 'none' as const } : {}),
    logLevel: values['log-level'],
    nodesPerRegion: whole('nodes-per-region', values['nodes-per-region'], 1, 8),
    ...(values.redis === undefined ? {} : { redisUrl: values.redis }),
    ...autoscaleOf(values),
    ...(values.standby || values.regions ? { standby: true } : {}),
    ...(values.regions ? { regionInstances: true } : {}),
    ...lanOf(values, o.interfaces ?? networkInterfaces()),
    ...(values['public-address'] === undefined ? {} : { publicAddress: values['public-address'] }),
    ...(values['media-address'] === undefined ? {} : { mediaAddress: values['media-address'] }),
    ...(values['keep-frozen'] ? { keepFrozen: true } : {}),
    ...(values.dial ? { dial: true } : {}),
    ...distributionOf(values),
    ...(values.metrics ? { metrics: true } : {}),
    ...(values['trusted-proxies'] === undefined ? {} : { trustedProxies: values['trusted-proxies'].split(',') }),
    ...(values['media-config'] === undefined ? {} : { mediaConfig: keys('media-config', values['media-config']) }),
    ...(values['turn-config'] === undefined ? {} : { turnConfig: keys('turn-config', values['turn-config']) }),
    ...(values['api-config'] === undefined ? {} : { apiConfig: keys('api-config', values['api-config']) }),
    ...(values['process-configs'] === undefined
      ? {}
      : { processConfigs: keysOfEach('process-configs', values['process-configs']) }),
    ...(values['process-node-args'] === undefined
      ? {}
      : { processNodeArgs: listOfEach('process-node-args', values['process-node-args']) }),
  };
}

function distributionOf(values: {
  distribution: boolean;
  'receivers-per-region': string;
}): Pick<TopologyOptions, 'distribution' | 'receiversPerRegion'> {
  const receiversPerRegion = whole('receivers-per-region', values['receivers-per-region'], 1, 8);
  return values.distribution ? { distribution: true, receiversPerRegion } : {};
}

/** Parses the command line. Adds a hint at `--help` to Node's errors. */
function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: withLanValue(args), options: startOptions });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}; --help lists the options`, { cause });
  }
}

/** Writes `--lan` with a value, perhaps an empty one, since parseArgs needs a value. */
function withLanValue(args: readonly string[]): string[] {
  const at = args.indexOf('--lan');
  if (at < 0) return [...args];
  const next = args[at + 1];
  const hasValue = next !== undefined && !next.startsWith('-');
  return [...args.slice(0, at), `--lan=${hasValue ? next : ''}`, ...args.slice(at + (hasValue ? 2 : 1))];
}

function lanOf(
  values: { lan?: string; 'lan-room': string; autoscale?: string; 'public-address'?: string; 'media-address'?: string },
  interfaces: Interfaces,
): Pick<TopologyOptions, 'lan'> {
  if (values.lan === undefined) return {};
  if (values['public-address'] !== undefined || values['media-address'] !== undefined)
    throw new Error('--lan chooses the address of clients by itself: no --public-address, no --media-address');
  if (values.autoscale === 'process') throw new Error('--autoscale process starts nodes on loopback only: no --lan');
  const room = values['lan-room'];
  if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u.test(room) || room.endsWith(' '))
    throw new Error(`--lan-room ${room}: letters, digits, blanks, "_", ".", "-", at most 64`);
  const chosen = chooseLanAddress(interfaces, values.lan === '' ? undefined : values.lan);
  if (!chosen.ok) throw new Error(`--lan: ${chosen.message} (${chosen.code})`);
  return { lan: { ip: chosen.ip, otherIps: chosen.others, room } };
}

/** The process itself checks the keys when it starts. */
function keys(name: string, text: string): Record<string, unknown> {
  const refused = new Error(`--${name} ${text}: a JSON object`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    refused.cause = cause;
  }
  throw refused;
}

function keysOfEach(name: string, text: string): Record<string, Record<string, unknown>> {
  const each = Object.entries(keys(name, text)).map(([id, value]) => [id, keys(name, JSON.stringify(value))]);
  return Object.fromEntries(each) as Record<string, Record<string, unknown>>;
}

function listOfEach(name: string, text: string): Record<string, string[]> {
  const each = keys(name, text);
  for (const [id, list] of Object.entries(each))
    if (!Array.isArray(list) || list.some((one) => typeof one !== 'string'))
      throw new Error(`--${name}: ${id} needs a list of strings`);
  return each as Record<string, string[]>;
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new Error(`--${name} ${text}: a whole number from ${min} to ${max}`);
  return value;
}

function autoscaleOf(values: {
  autoscale?: string;
  'autoscale-policy': string;
  'public-address'?: string;
  'media-address'?: string;
}): Pick<TopologyOptions, 'autoscale'> {
  const { autoscale: driver } = values;
  if (driver === undefined) return {};
  if (driver !== 'log' && driver !== 'process') throw new Error(`--autoscale ${driver}: log or process`);
  const hasAddress = values['public-address'] !== undefined || values['media-address'] !== undefined;
  if (driver === 'process' && hasAddress)
    throw new Error('--autoscale process starts nodes on loopback only: no further address');
  let policy: unknown;
  try {
    policy = JSON.parse(values['autoscale-policy']);
  } catch (error) {
    throw new Error('--autoscale-policy: this is no JSON', { cause: error });
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw new Error('--autoscale-policy: a JSON object');
  return { autoscale: { driver, policy: policy as Record<string, unknown> } };
}
