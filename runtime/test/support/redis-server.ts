import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from './until.ts';

export interface RedisServer {
  port: number;
  /** Freezes and thaws the process: it keeps its port and answers no request. */
  pause(): void;
  resume(): void;
  /** Ends the process and waits for its exit. */
  stop(): Promise<void>;
}

/** A redis-server of our own on a free loopback port, in a folder of its own, keeping nothing. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const ownPort = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'meridian-redis-'));
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(ownPort),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      '--loglevel',
      'warning',
    ],
    { stdio: 'ignore' },
  );
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  await Promise.race([failed, until('redis-server accepts', () => accepts(ownPort), 60_000)]);
  return {
    port: ownPort,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Connects with its first command. The caller closes it. */
export const redisClient = (url: string): Redis => new Redis(url, { lazyConnect: true });
