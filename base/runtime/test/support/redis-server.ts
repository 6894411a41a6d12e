import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export class RedisServer {
  readonly port: number;
  readonly #keeps: boolean;
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-redis-'));
  #child: ChildProcess | undefined;

  /** `keeps`: the server writes to disk before it answers, and has the data again after `kill` and `start`. */
  constructor(port: number, keeps: boolean) {
    this.port = port;
    this.#keeps = keeps;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the server, again on the same port. */
  async start(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const own = ['--port', String(this.port), '--bind', '127.0.0.1', '--loglevel', 'warning', '--dir', this.#folder];
    const kept = ['--save', '', ...(this.#keeps ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [])];
    const child = spawn('redis-server', [...own, ...kept], { stdio: 'ignore' });
    this.#child = child;
    const failed = once(child, 'exit').then(() => Promise.reject(new Error('redis-server has ended')));
    failed.catch(() => undefined);
    const isUp = () =>
      this.command('PING')
        .then(() => true)
        .catch(() => false);
    await Promise.race([failed, until('redis-server answers', isUp, 60_000)]);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills the process and waits for its exit; the folder stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Sends an inline command; resolves when it is done. */
  command(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${text}\r\n`));
      socket.once('data', (answer) => {
        socket.destroy();
        if (answer.toString().startsWith('+')) resolve();
        else reject(new Error(answer.toString()));
      });
      socket.once('error', reject);
    });
  }
}

export async function startRedis(o: { port?: number; keeps?: boolean } = {}): Promise<RedisServer> {
  const server = new RedisServer(o.port ?? (await freePort()), o.keeps ?? false);
  await server.start();
  return server;
}

/** Returns a client that connects with its first command. The caller closes it. */
export const redisClient = (url: string): Redis => new Redis(url, { lazyConnect: true });
