// Checks what a machine needs to serve: free ports, a worker that starts, ffmpeg, disk room.
import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { bracketed } from '@meridian/protocol';
import { reachOf } from '@meridian/runtime';
import { whyNotFree } from '../adapters/network.ts';
import type { Context } from '../context.ts';
import type { Values } from '../core/configs.ts';
import type { Host } from '../core/host.ts';
import { type Listener, listenersOf } from '../core/listening.ts';
import type { Service } from '../core/services.ts';
import { type Finding, fail, ok, warn } from './check.ts';

const START_LIMIT_MS = 10_000;
/** Exit code of the worker without arguments: its libraries are loaded and its own code runs. */
const WORKER_LOADED = 41;
const GIB = 2 ** 30;
/** Room for logs, the database and copies of it; recordings need more. */
const FREE_BYTES = 2 * GIB;
/** Encoders that gateways need for other protocols. */
const ENCODERS = ['libx264', 'mpeg1video', 'libopus', 'aac', 'mp2'];

/** Checks that internet clients can reach the addresses that they are given. */
export function addressesReached({ addresses }: Pick<Host, 'addresses'>): Finding[] {
  const pairs = [addresses, addresses.second, addresses.tls].flatMap((pair) => pair ?? []);
  return pairs
    .filter((pair) => reachOf(pair.public) === 'network')
    .map((pair) =>
      warn(
        `clients are given ${pair.public}, which its own network alone reaches`,
        'behind NAT: --public-address; right where all clients are in that network',
      ),
    );
}

/** Checks that all ports of these services are free; of a range, the first and the last. */
export async function portsFree(services: readonly { service: Service; values: Values }[]): Promise<Finding[]> {
  const portFindings: Finding[] = [];
  const lacked = new Set<string>();
  for (const { service, values } of services)
    for (const listener of listenersOf(service.kind, values).filter(({ port }) => port > 0)) {
      const why = lacked.has(listener.ip) ? undefined : await whyTaken(listener);
      if (why === 'EADDRNOTAVAIL') lacked.add(listener.ip); // reported once, not for every port
      if (why !== undefined)
        portFindings.push(fail(`${service.name} ${listener.key}: ${textOf(listener)}: ${why}`, cureOf(why)));
    }
  return portFindings.length === 0 ? [ok('all ports are free')] : portFindings;
}

async function whyTaken({ protocol, ip, port, portMax }: Listener): Promise<string | undefined> {
  return (await whyNotFree({ protocol, ip, port })) ?? (await whyNotFree({ protocol, ip, port: portMax }));
}

const textOf = ({ protocol, ip, port, portMax }: Listener): string =>
  `${protocol} ${bracketed(ip)}:${port}${portMax === port ? '' : `-${portMax}`}`;

function cureOf(why: string): string {
  if (why === 'EADDRNOTAVAIL') return 'this machine does not have the address: see `ip address`, and --address';
  if (why === 'EADDRINUSE') return '`ss -lntup` shows which process has it';
  return 'see that the address and port may be used here';
}

export async function workerStarts({ root }: Context): Promise<Finding> {
  const bundled = join(root, 'bin/mediasoup-worker');
  const file = process.env['MEDIASOUP_WORKER_BIN'] ?? bundled;
  if (!existsSync(file)) return fail(`there is no media worker at ${file}`, 'install the release again: ./install.sh');
  const { code, said } = await runToEnd(file, []);
  if (code === WORKER_LOADED) return ok('the media worker starts');
  return fail(`the media worker does not start: ${said}`, 'install the packages that ./install.sh names');
}

/** Checks for the encoders that gateways need; without them browsers still meet. */
export async function ffmpegThere(): Promise<Finding> {
  const cure = 'apt-get install ffmpeg';
  const { code, said } = await runToEnd('ffmpeg', ['-nostdin', '-hide_banner', '-encoders']);
  if (code !== 0) return warn('there is no ffmpeg: RTMP, FLV, HLS and MPEG-1 reach no browser', cure);
  const names = new Set([...said.matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name]) => name));
  const missing = ENCODERS.filter((name) => !names.has(name));
  return missing.length === 0 ? ok('ffmpeg has all encoders') : warn(`ffmpeg lacks ${missing.join(', ')}`, cure);
}

/** Checks that the jail works in which ffmpeg runs; without it nodes refuse such work. */
export async function jailWorks({ root }: Pick<Context, 'root'>): Promise<Finding> {
  const bundled = join(root, 'bin/jail');
  const file = process.env['MERIDIAN_JAIL_BIN'] ?? bundled;
  if (!existsSync(file)) return warn(`ffmpeg does not run: there is no jail at ${file}`, 'install the release again');
  const { code, said } = await runToEnd(file, ['--check']);
  if (code === 0) return ok('ffmpeg runs in a sandbox');
  return warn(
    `ffmpeg does not run: ${said}`,
    'after that restart the services; `ffmpegSandbox: none` accepts ffmpeg without a sandbox',
  );
}

export function diskRoom({ folders }: Context): Finding {
  let folder = folders.state;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const text = `${(free / GIB).toFixed(1)} GiB are free below ${folder}`;
  return free >= FREE_BYTES ? ok(text) : warn(text, 'services cannot write when it is full: make room');
}

export function isRoot(): Finding {
  return process.getuid?.() === 0
    ? ok('runs as root')
    : warn('does not run as root', 'with sudo, so that files get their owners');
}

function runToEnd(file: string, args: readonly string[]): Promise<{ code: number | undefined; said: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: START_LIMIT_MS, maxBuffer: 2 ** 20, env: process.env }, (error, stdout, stderr) => {
      const { code } = (error ?? { code: 0 }) as { code?: number | string };
      const said = [stdout, stderr, error?.message ?? ''].find((text) => text.trim() !== '') ?? '';
      resolve({ code: typeof code === 'number' ? code : undefined, said: said.trim() });
    });
  });
}
