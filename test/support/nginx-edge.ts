// nginx as an edge, with the configuration that we write for operators: on loopback, in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../gateway/test/support/nginx-rtmp.ts';
import { edgeConfig } from '../../ops/src/edge/nginx.ts';
import type { EdgeFile } from '../../ops/src/edge/parts.ts';

const READY_MS = 20_000;

export type EdgeFrom = Pick<EdgeFile, 'secret' | 'regionals'> & Partial<Pick<EdgeFile, 'gateways' | 'libraries'>>;

export interface NginxOptions {
  readonly connectionsMax?: number;
  /** Where it listens; default: a free one. */
  readonly port?: number;
  /** Of an edge: how the folders of small files begin; default: within its own. */
  readonly memory?: string;
  /** Of an edge; default: the option is not given. */
  readonly viewersPerAddress?: number;
}

export class Nginx {
  readonly port: number;
  readonly folder: string;
  #child: ChildProcess | undefined;
  #errors = '';

  /** An edge that listens. */
  static edge(from: EdgeFrom, o: NginxOptions = {}): Promise<Nginx> {
    return Nginx.start(
      ({ port, folder }) =>
        edgeConfig({
          gateways: [],
          libraries: [],
          ...from,
          domain: 'edge.example.org',
          listen: [`127.0.0.1:${port}`],
          folder: join(folder, 'cache'),
          memory: o.memory ?? join(folder, 'memory'),
          cacheGigabytes: 1,
          libraryGigabytes: 1,
          viewersPerAddress: o.viewersPerAddress ?? 400,
          allowedOrigins: ['*'],
        }),
      o,
    );
  }

  /** One that listens, with these words in its `http` block. */
  static async start(
    http: (place: { readonly port: number; readonly folder: string }) => string,
    { connectionsMax = 1024, port }: NginxOptions = {},
  ): Promise<Nginx> {
    const nginx = new Nginx(port ?? (await freePort()), mkdtempSync(join(tmpdir(), 'meridian-edge-')));
    const { folder } = nginx;
    mkdirSync(join(folder, 'logs'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; pcre_jit on;
worker_rlimit_nofile ${4 * connectionsMax};
events { worker_connections ${connectionsMax}; }
http { ${temporary.join(' ')}
${http(nginx)}
}`,
    );
    await nginx.run();
    return nginx;
  }

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Of its only process. Throws when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('nginx does not run');
    return pid;
  }

  /** Starts it, again after `kill`; resolves when it listens. */
  async run(): Promise<void> {
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
    ended.catch(() => undefined); // it is killed
  }

  /** Kills it; its connections break. Idempotent. */
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
      const socket = connect(this.port, '127.0.0.1');
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
      socket.destroy();
      if (isOpen) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`nginx does not listen: ${this.#errors}`);
  }
}
