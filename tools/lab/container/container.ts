import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import { LabNet, serverIp } from '../../../test/support/net.ts';
import { closeOwned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import type { LabCase, LabResult, Say } from '../../support/case.ts';
import { runWords } from './compose.ts';
import { Engine } from './engine.ts';

const tree = join(import.meta.dirname, '../../..');
const user = 10_001;
/** The caller has nowhere to go: there is one media node, which waits this long. */
const DRAIN_LIMIT_MS = 3000;
/** `closeLimitMs` of a service. */
const CLOSE_LIMIT_MS = 10_000;
const services = ['scheduler', 'signaling', 'sfu-1'] as const;
const apiKey = { key: 'lab', secret: randomBytes(32).toString('base64url'), tenant: 'acme' };

/** What the image and infra/container/compose.yaml promise; only podman and three services are tried. */
export const container: LabCase = {
  name: 'container',
  summary: 'the image on a bootstrapped Debian; centre, signaling and media node of compose.yaml; a drain (root)',
  configure: (command) => {
    command.option('--release <file>', 'of npm run release; without it one is made');
  },
  run: async (options, say) => {
    if (process.getuid?.() !== 0) throw new Error('cannot: this case needs root (debootstrap, namespaces, podman)');
    const release = options['release'] === undefined ? undefined : resolve(String(options['release']));
    try {
      return await tryImage(release, say);
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

async function tryImage(release: string | undefined, say: Say): Promise<LabResult> {
  const net = await LabNet.create();
  const engine = new Engine(net.server);
  say('a bare Debian, and the image on it');
  const { size, archiveMb } = await engine.build(release);
  say(`image of ${size}, archive of ${archiveMb} MB`);
  const folder = await prepare(engine, say);
  net.spawn('server', 'redis-server', [join(folder, 'etc/redis.conf'), '--dir', folder]);
  const beganMs = performance.now();
  for (const name of services) {
    const { options, command } = runWords(folder, name);
    const keys = name === 'signaling' ? [`${folder}/etc/keys.yaml:/run/secrets/keys.yaml:ro`] : [];
    const words = keys.length === 0 ? command : [...command, '--config', '/run/secrets/keys.yaml'];
    const mounts = keys.flatMap((mount) => ['--volume', mount]);
    const drain = name === 'sfu-1' ? ['--env', `MERIDIAN_DRAIN_LIMIT_MS=${DRAIN_LIMIT_MS}`] : [];
    await engine.start(name, { options, command: words }, [...mounts, ...drain]);
  }
  const { clusterToken } = parse(readFileSync(join(folder, 'etc/scheduler.yaml'), 'utf8')) as { clusterToken: string };
  const fleet = () => fleetOf(net, clusterToken);
  await until('signaling and media node are alive', async () => (await fleet()).filter(isAlive).length === 2);
  const aliveMs = performance.now() - beganMs;
  for (const name of services) await until(`${name} is healthy`, () => isHealthy(engine, name));
  await refuseWrites(engine);
  say('all is well; a caller, then SIGTERM');
  const { stopMs, answers, log } = await drained(engine, net, fleet);
  const missed = [
    ...(answers.join() === '200,503,gone' ? [] : [`/healthz of the media node: ${answers.join(', ')}`]),
    ...(stopMs >= DRAIN_LIMIT_MS && stopMs < DRAIN_LIMIT_MS + CLOSE_LIMIT_MS
      ? []
      : [`the stop of the media node took ${stopMs} ms: ${log}`]),
  ];
  return { params: { user, drainLimitMs: DRAIN_LIMIT_MS }, metrics: { archiveMb, aliveMs, stopMs }, missed };
}

/** What `docker compose run --rm init` does: the folder of a server, with a key for the caller beside it. */
async function prepare(engine: Engine, say: Say): Promise<string> {
  const folder = join(engine.folder, 'server');
  cpSync(join(tree, 'infra/container'), folder, { recursive: true });
  for (const name of ['etc', 'state']) mkdirSync(join(folder, name));
  const words = ['--region', 'frankfurt', '--domain', 'meet.example.org', '--address', serverIp];
  say(await engine.once(runWords(folder, 'init'), [...words, '--admin', 'ann@example.org']));
  const keys = join(folder, 'etc/keys.yaml');
  writeFileSync(keys, JSON.stringify({ apiKeys: [apiKey] }), { mode: 0o600 });
  chownSync(keys, user, user);
  return folder;
}

interface Node {
  readonly nodeId: string;
  readonly state: string;
  readonly load: { readonly sessions: number };
}
const isAlive = ({ state }: Node): boolean => state === 'alive';

async function fleetOf(net: LabNet, token: string): Promise<Node[]> {
  const script = `const headers = { authorization: 'Bearer ${token}' };
    console.log(await (await fetch('http://127.0.0.1:7001/v1/fleet', { headers })).text());`;
  const text = net.run('server', process.execPath, '--input-type=module', '--eval', script);
  return (JSON.parse(text) as { nodes: Node[] }).nodes;
}

/** By the image's own health check. */
const isHealthy = async (engine: Engine, name: string): Promise<boolean> =>
  (await engine.podman('healthcheck', 'run', name)).code === 0;

async function refuseWrites(engine: Engine): Promise<void> {
  const script =
    'id -u; for at in / /opt/meridian/current /etc /run /var/lib/meridian/sfu-1 /tmp; do touch "$at/x" 2>/dev/null && echo "$at"; done';
  const { said } = await engine.podman('exec', 'sfu-1', 'sh', '-c', script);
  const expected = `${user}\n/var/lib/meridian/sfu-1\n/tmp\n`;
  if (said !== expected) throw new Error(`user, and where it may write: ${said}`);
}

async function drained(
  engine: Engine,
  net: LabNet,
  fleet: () => Promise<Node[]>,
): Promise<{ stopMs: number; answers: string[]; log: string }> {
  const url = 'http://127.0.0.1:7911/healthz';
  const answers: string[] = [];
  const watcher = inServer(net, ['health', url], (line) => answers.push(line));
  const said: string[] = [];
  const caller = inServer(net, ['caller', 'http://127.0.0.1:7880', callerToken()], (line) => said.push(line));
  try {
    await until('the media node has the caller', async () => {
      const node = (await fleet()).find(({ nodeId }) => said.includes(`joined ${nodeId}`));
      return node?.load.sessions === 1;
    });
    await until('it is watched', () => answers.length > 0);
    const beganMs = performance.now();
    await engine.podman('stop', '--time', '135', 'sfu-1');
    const stopMs = performance.now() - beganMs;
    await until('it is gone', () => answers.at(-1) === 'gone');
    const { said: code } = await engine.podman('inspect', 'sfu-1', '--format', '{{.State.ExitCode}}');
    if (code.trim() !== '0') throw new Error(`the media node ended with ${code}`);
    const { said: log } = await engine.podman('logs', 'sfu-1');
    return { stopMs, answers, log };
  } finally {
    caller.kill('SIGKILL');
    watcher.kill('SIGKILL');
  }
}

function inServer(net: LabNet, words: readonly string[], onLine: (line: string) => void): ChildProcess {
  const [file = '', ...args] = net.prefix('server');
  const script = join(import.meta.dirname, 'in-server.ts');
  const child = spawn(file, [...args, process.execPath, script, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', onLine);
  return child;
}

/** As a company's server signs it. */
function callerToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const claims = { iss: apiKey.key, sub: 'ann', exp, video: { room: 'hello', roomJoin: true } };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', apiKey.secret).update(text).digest('base64url')}`;
}
