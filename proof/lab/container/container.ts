import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';
import type { LabCase, LabResult, Say } from '../../support/case.ts';
import { LabNet, serverIp } from '../../test/support/net.ts';
import { until } from '../../test/support/poll.ts';
import { closeResources } from '../../test/support/resources.ts';
import { Stores } from '../kubernetes/stores.ts';
import { composeRuns, ownServices, runArguments } from './compose.ts';
import { Engine } from './engine.ts';

const tree = join(import.meta.dirname, '../../..');
const user = 10_001;
/** Time for which the only media node waits for its caller, who has no other node to move to. */
const DRAIN_LIMIT_MS = 3000;
const START_LIMIT_MS = 180_000;
/** Time in which a service closes after its drain (`closeLimitMs` of its configuration). */
const CLOSE_LIMIT_MS = 10_000;
const guideAddress = '203.0.113.11';

/**
 * Tests by podman what the image, infra/container/compose.yaml and "In containers" of docs/deploy.md promise. Redis
 * and PostgreSQL are Debian's programs; nginx and Prometheus are left out.
 */
export const container: LabCase = {
  name: 'container',
  summary:
    'the image on a bootstrapped Debian; the services of compose.yaml and the commands of its guide; a drain (root)',
  configure: (command) => {
    command.option('--release <file>', 'result of npm run release; by default the case makes one');
  },
  run: async (options, say) => {
    if (process.getuid?.() !== 0) throw new Error('cannot run: this case needs root (debootstrap, namespaces, podman)');
    const release = options['release'] === undefined ? undefined : resolve(String(options['release']));
    try {
      return await tryImage(release, say);
    } finally {
      await closeResources(() => undefined);
    }
  },
};

async function tryImage(release: string | undefined, say: Say): Promise<LabResult> {
  const net = await LabNet.create();
  const engine = new Engine(net.server);
  say('a bare Debian, and the image on it');
  const { size, archiveMb } = await engine.build(release);
  say(`image of ${size}, archive of ${archiveMb} MB`);
  const folder = prepare(engine);
  const [init = [], ...laterRuns] = composeRuns(readFileSync(join(tree, 'docs/deploy.md'), 'utf8'));
  const run = async ([name = '', ...words]: readonly string[]): Promise<string> => {
    const text = await engine.runOnce(runArguments(folder, name), words);
    say(`${name} ${words.join(' ')}\n${text}`);
    return text;
  };
  await run(init.map((word) => (word === guideAddress ? serverIp : word)));
  const password = readFileSync(join(folder, 'etc/postgres-password'), 'utf8');
  const redis = runArguments(folder, 'redis').command.map((word) =>
    word.replace('/run/secrets', `${folder}/etc`).replace('/data', `${folder}/state/redis`),
  );
  await Stores.start({ prefix: net.prefix('server'), ip: '127.0.0.1', password, redis });
  const beganMs = performance.now();
  const services = ownServices(folder);
  for (const name of services) {
    const drain = name === 'sfu-1' ? ['--env', `MERIDIAN_DRAIN_LIMIT_MS=${DRAIN_LIMIT_MS}`] : [];
    await engine.start(name, runArguments(folder, name), drain);
  }
  const { clusterToken } = parse(readFileSync(join(folder, 'etc/scheduler.yaml'), 'utf8')) as { clusterToken: string };
  const fleet = () => fleetOf(net, clusterToken);
  for (const name of services) await until(`${name} is healthy`, () => isHealthy(engine, name), START_LIMIT_MS);
  // The fleet does not list the centre and the page.
  const nodes = services.length - 2;
  await until('all nodes are alive', async () => (await fleet()).filter(isAlive).length === nodes, START_LIMIT_MS);
  const aliveMs = performance.now() - beganMs;
  const outputs: string[] = [];
  for (const words of laterRuns) outputs.push(await run(words));
  const expectedOutputs = [
    /all \d+ services listen/,
    /^https:\/\/meet\.example\.org\/setup\/[\w-]{22}$/m,
    /meridian-join:\S+/,
  ];
  const missingOutputs = expectedOutputs.filter((one) => !outputs.some((text) => one.test(text)));
  await checkWriteRights(engine);
  await checkJail(engine, folder);
  say('all is well; a caller, then SIGTERM');
  const token = callerToken(await run(['node', 'env']));
  const { stopMs, answers, log } = await measureDrain({ engine, net, fleet, token });
  const missed = [
    ...missingOutputs.map((one) => `no command of the guide printed ${one}`),
    ...(answers.join() === '200,503,gone' ? [] : [`/healthz of the media node: ${answers.join(', ')}`]),
    ...(stopMs >= DRAIN_LIMIT_MS && stopMs < DRAIN_LIMIT_MS + CLOSE_LIMIT_MS
      ? []
      : [`the stop of the media node took ${stopMs} ms: ${log}`]),
  ];
  return { params: { user, drainLimitMs: DRAIN_LIMIT_MS }, metrics: { archiveMb, aliveMs, stopMs }, missed };
}

function prepare(engine: Engine): string {
  const folder = join(engine.folder, 'server');
  cpSync(join(tree, 'infra/container'), folder, { recursive: true });
  for (const name of ['etc', 'state']) mkdirSync(join(folder, name));
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

const isHealthy = async (engine: Engine, name: string): Promise<boolean> =>
  (await engine.podman('healthcheck', 'run', name)).code === 0;

async function checkWriteRights(engine: Engine): Promise<void> {
  const script =
    'id -u; for at in / /opt/meridian/current /etc /run /var/lib/meridian/sfu-1 /tmp; do touch "$at/x" 2>/dev/null && echo "$at"; done';
  const { output: said } = await engine.podman('exec', 'sfu-1', 'sh', '-c', script);
  const expected = `${user}\n/var/lib/meridian/sfu-1\n/tmp\n`;
  if (said !== expected) throw new Error(`the user, or the folders in which it may write, are others: ${said}`);
}

/** Runs the attack on ffmpeg's sandbox in the gateway's container: as its user, under the engine's seccomp filter. */
async function checkJail(engine: Engine, folder: string): Promise<void> {
  const state = join(folder, 'state/gateway');
  const source = join(tree, 'media/room-media/test/support/attack.c');
  execFileSync('gcc', ['-D_GNU_SOURCE', '-o', join(state, 'attack'), source, '-lpthread']);
  for (const name of ['secret', 'input']) {
    writeFileSync(join(state, name), name);
    chownSync(join(state, name), user, user);
  }
  const attack = (jail: string): string =>
    `sleep 600 & cd /var/lib/meridian/gateway && ${jail} ./attack . $! 9 9 3<>input; kill $!`;
  const run = (jail: string) => engine.podman('exec', 'gateway', 'sh', '-c', attack(jail));
  const { output: jailed } = await run('/opt/meridian/current/bin/jail --memory 2147483648');
  if (jailed !== 'decode\n') throw new Error(`the sandbox of ffmpeg lets through: ${jailed}`);
  const { output: free } = await run('');
  if (!free.includes('read a file\n')) throw new Error(`the attack does not work without the sandbox: ${free}`);
}

interface DrainOptions {
  readonly engine: Engine;
  readonly net: LabNet;
  readonly fleet: () => Promise<Node[]>;
  readonly token: string;
}

async function measureDrain({
  engine,
  net,
  fleet,
  token,
}: DrainOptions): Promise<{ stopMs: number; answers: string[]; log: string }> {
  const url = 'http://127.0.0.1:7911/healthz';
  const answers: string[] = [];
  const watcher = inServer(net, ['health', url], (line) => answers.push(line));
  const receivedLines: string[] = [];
  const caller = inServer(net, ['caller', 'http://127.0.0.1:7880', token], (line) => receivedLines.push(line));
  try {
    await until('the media node has the caller', async () => {
      const node = (await fleet()).find(({ nodeId }) => receivedLines.includes(`joined ${nodeId}`));
      return node?.load.sessions === 1;
    });
    await until('the health of the media node is read', () => answers.length > 0);
    const beganMs = performance.now();
    await engine.podman('stop', '--time', '135', 'sfu-1');
    const stopMs = performance.now() - beganMs;
    await until('the media node is gone', () => answers.at(-1) === 'gone');
    const { output: code } = await engine.podman('inspect', 'sfu-1', '--format', '{{.State.ExitCode}}');
    if (code.trim() !== '0') throw new Error(`the media node ended with ${code}`);
    const { output: log } = await engine.podman('logs', 'sfu-1');
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

/** Signs a token as a company's server does, with the key that `meridian node env` printed. */
function callerToken(env: string): string {
  const [, key = '', secret = ''] = /API_KEY=(.+)\n.+API_SECRET=(.+)\n/.exec(env) ?? [];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const claims = { iss: key, sub: 'ann', exp, video: { room: 'hello', roomJoin: true } };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
