// Starts Redis clusters and sentinel groups: real processes on free loopback ports, in their own folders; `stop` ends
// them.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const PLAIN = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
const SLOTS = 16_384;

class Processes {
  readonly #children: ChildProcess[] = [];
  readonly #folders: string[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-redis-'));
    this.#folders.push(folder);
    return folder;
  }

  start(args: readonly string[], cwd: string): ChildProcess {
    const child = spawn('redis-server', args, { stdio: 'ignore', cwd });
    this.#children.push(child);
    return child;
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    }
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends a command to a server over a new connection. */
export async function ask(port: number, command: string, ...args: (string | number)[]): Promise<unknown> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  // A server that is not up yet refuses; `connect` rejects with the error.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

const isUp = (port: number): Promise<boolean> =>
  ask(port, 'PING').then(
    () => true,
    () => false,
  );

export async function startCluster(): Promise<{ ports: number[]; stop(): Promise<void> }> {
  const processes = new Processes();
  const ports: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    const port = await freePort();
    // The default port of the cluster bus is 10000 higher, which may not be a valid port.
    const bus = await freePort();
    ports.push(port);
    const own = ['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-node-timeout', '2000'];
    processes.start(['--port', String(port), ...PLAIN, ...own], processes.folder());
    await until('a server of the cluster is up', () => isUp(port), 60_000);
    const [from, to] = [Math.floor((at * SLOTS) / 3), Math.floor(((at + 1) * SLOTS) / 3) - 1];
    await ask(port, 'CLUSTER', 'ADDSLOTSRANGE', from, to);
    await ask(port, 'CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
    if (at > 0) await ask(port, 'CLUSTER', 'MEET', '127.0.0.1', ports[0] ?? 0, await busOf(ports[0] ?? 0));
  }
  for (const port of ports)
    await until(
      'the cluster is whole',
      async () => /cluster_state:ok/.test(String(await ask(port, 'CLUSTER', 'INFO'))),
      60_000,
    );
  return { ports, stop: () => processes.stop() };
}

async function busOf(port: number): Promise<number> {
  const own = /@(\d+)\S* myself/.exec(String(await ask(port, 'CLUSTER', 'NODES')));
  return Number(own?.[1]);
}

export interface SentinelGroup {
  readonly sentinels: number[];
  readonly group: string;
  /** Returns the port of the primary according to the sentinels. */
  primary(): Promise<number>;
  /** Kills the primary once its replica is up to date; resolves when the sentinels name another. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSentinels(): Promise<SentinelGroup> {
  const processes = new Processes();
  const [first, second] = [await freePort(), await freePort()];
  const servers = new Map([[first, processes.start(['--port', String(first), ...PLAIN], processes.folder())]]);
  await until('the primary is up', () => isUp(first), 60_000);
  const replica = ['--port', String(second), ...PLAIN, '--replicaof', '127.0.0.1', String(first)];
  servers.set(second, processes.start(replica, processes.folder()));
  const isLinked = async () => /master_link_status:up/.test(String(await ask(second, 'INFO', 'replication')));
  await until('the replica follows', async () => (await isUp(second)) && (await isLinked()), 60_000);
  const sentinels: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    const port = await freePort();
    const folder = processes.folder();
    const file = join(folder, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor meridian 127.0.0.1 ${first} 2`,
      'sentinel down-after-milliseconds meridian 500',
      'sentinel failover-timeout meridian 3000',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    processes.start([file, '--sentinel'], folder);
    sentinels.push(port);
    await until('a sentinel is up', () => isUp(port), 60_000);
  }
  const [anySentinel = 0] = sentinels;
  const primary = async () =>
    Number(((await ask(anySentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'meridian')) as string[])[1]);
  const sees = async (what: string) => ((await ask(anySentinel, 'SENTINEL', what, 'meridian')) as unknown[]).length;
  await until(
    'the sentinels know one another',
    async () => (await sees('SENTINELS')) === 2 && (await sees('REPLICAS')) === 1,
    60_000,
  );
  return {
    sentinels,
    group: 'meridian',
    primary,
    async failOver() {
      const before = await primary();
      const replica = before === first ? second : first;
      const offset = async (port: number, key: string) =>
        new RegExp(`${key}:(\\d+)`).exec(String(await ask(port, 'INFO', 'replication')))?.[1];
      const target = Number(await offset(before, 'master_repl_offset'));
      const hasAll = async () => Number(await offset(replica, 'slave_repl_offset')) >= target;
      await until('the replica has everything', hasAll, 60_000);
      servers.get(before)?.kill('SIGKILL');
      await until('the sentinels name another primary', async () => (await primary()) !== before, 60_000);
    },
    stop: () => processes.stop(),
  };
}
