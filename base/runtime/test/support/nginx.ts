import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS = 20_000;

/** An nginx on loopback in its own folder, which contains `nginx.conf`. */
export class NginxProcess {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), 'meridian-nginx-'));
  #child: ChildProcess | undefined;
  #errors = '';

  constructor(port: number) {
    this.port = port;
  }

  /** Returns the pid of the single process. Throws when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('nginx does not run');
    return pid;
  }

  /** Starts nginx, also after `kill`; resolves when it listens. Rejects when another program listens on the port. */
  async run(): Promise<void> {
    // nginx retries for a while, so the other program would answer in its place.
    if (await this.#isOpen()) throw new Error(`port ${this.port} is in use`);
    const args = ['-p', this.folder, '-c', 'nginx.conf', '-e', 'stderr'];
    const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`nginx ended: ${this.#errors}`);
    });
    await Promise.race([ended, this.#listens()]);
    ended.catch(() => undefined); // rejected by `kill`
  }

  /** Kills nginx and so breaks its connections. Idempotent. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }

  async #listens(): Promise<void> {
    const byMs = Date.now() + READY_MS;
    while (Date.now() < byMs) {
      if (await this.#isOpen()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`nginx does not listen: ${this.#errors}`);
  }

  async #isOpen(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    return isOpen;
  }
}
