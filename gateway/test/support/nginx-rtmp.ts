// nginx with its RTMP module as a foreign CDN: on loopback, in a folder of its own, started and killed by a test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's, then what others use. */
const MODULES = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'];
const READY_MS = 20_000;

export class NginxRtmp {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #errors = '';

  /**
   * One that listens, with an application `live`.
   * @param directives further ones of that application: `push …;`, `on_publish …;`
   */
  static async start(directives = '', o: { connectionsMax?: number } = {}): Promise<NginxRtmp> {
    const nginx = new NginxRtmp(await freePort(), directives, o.connectionsMax ?? 64);
    await nginx.start();
    return nginx;
  }

  private constructor(port: number, directives: string, connectionsMax: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'meridian-nginx-'));
    const module = MODULES.map((folder) => join(folder, 'ngx_rtmp_module.so')).find((file) => existsSync(file));
    if (module === undefined) throw new Error('nginx has no RTMP module here: npm run setup -- test');
    const application = `application live { live on; ${directives} }`;
    writeFileSync(
      join(this.#folder, 'nginx.conf'),
      [
        `load_module ${module};`,
        'daemon off; master_process off; pid nginx.pid; error_log stderr;',
        `events { worker_connections ${connectionsMax}; }`,
        `rtmp { access_log off; server { listen 127.0.0.1:${port}; chunk_size 4096; ${application} } }`,
      ].join('\n'),
    );
  }

  /** Of its only process. Throws when it does not run. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('nginx does not run');
    return pid;
  }

  /** `rtmp://…/live/KEY`. */
  url(key: string): string {
    return `rtmp://127.0.0.1:${this.port}/live/${key}`;
  }

  /** Starts it, again after `kill`; resolves when it listens. */
  async start(): Promise<void> {
    const args = ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'stderr'];
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

  /** Kills it; its connections break. */
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
    rmSync(this.#folder, { recursive: true });
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

/** A port for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
