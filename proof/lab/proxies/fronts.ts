// The proxies under test, each with its published example configuration.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { domain, type Stage } from './stage.ts';

/** Time limit that ends a hanging start. */
const START_LIMIT_MS = 60_000;
const run = promisify(execFile);
const examples = join(import.meta.dirname, '../../../examples/proxy');

export const frontNames = ['nginx', 'caddy'] as const;
export type FrontName = (typeof frontNames)[number];

interface Kind {
  write(folder: string, stage: Stage): void;
  readonly start: (folder: string) => readonly string[];
  readonly reload: (folder: string) => readonly string[];
}

/** Returns the example, in which only the certificate is the lab's. */
function exampleOf(name: string, { certFile, keyFile }: Stage): string {
  const text = readFileSync(join(examples, name), 'utf8');
  const filled = text.replace('/etc/meridian/tls/cert.pem', certFile).replace('/etc/meridian/tls/key.pem', keyFile);
  if (!filled.includes(certFile) || !filled.includes(keyFile)) throw new Error(`${name} names no certificate`);
  return filled;
}

/** Returns the main configuration of nginx, which includes the example. */
const nginxFrame = (folder: string): string => `
user root;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/meridian.conf;
}
`;

const kinds: Readonly<Record<FrontName, Kind>> = {
  nginx: {
    write: (folder, stage) => {
      writeFileSync(join(folder, 'nginx.conf'), nginxFrame(folder));
      const text = exampleOf('nginx.conf', stage).replaceAll('proxy_read_timeout 1h', 'proxy_read_timeout 6s');
      writeFileSync(join(folder, 'meridian.conf'), text);
    },
    start: (folder) => ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder, '-g', 'daemon off;'],
    reload: (folder) => ['nginx', '-c', join(folder, 'nginx.conf'), '-p', folder, '-s', 'reload'],
  },
  caddy: {
    write: (folder, stage) => writeFileSync(join(folder, 'Caddyfile'), exampleOf('Caddyfile', stage)),
    start: (folder) => ['caddy', 'run', '--config', join(folder, 'Caddyfile')],
    reload: (folder) => ['caddy', 'reload', '--force', '--config', join(folder, 'Caddyfile')],
  },
};

export class Front {
  readonly #stage: Stage;
  readonly #kind: Kind;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #unregister: () => void;

  static async open(name: FrontName, stage: Stage): Promise<Front> {
    const front = new Front(name, stage);
    const url = `https://${domain}/healthz`;
    await until(
      `${name} passes the page on`,
      async () => {
        if (front.#child.exitCode !== null) throw new Error(`${name} ended with ${front.#child.exitCode}`);
        const answer = await stage.act('client', 'ask', { url }).catch(() => undefined);
        return answer?.statuses['200'] === 1;
      },
      START_LIMIT_MS,
    );
    return front;
  }

  private constructor(name: FrontName, stage: Stage) {
    this.#stage = stage;
    this.#kind = kinds[name];
    this.#folder = join(stage.folder, name);
    mkdirSync(this.#folder);
    this.#kind.write(this.#folder, stage);
    const [file = '', ...words] = [...stage.net.prefix('server'), ...this.#kind.start(this.#folder)];
    this.#child = spawn(file, words, { stdio: ['ignore', 'ignore', 'ignore'], env: this.#environment });
    this.#unregister = registerResource(name, () => this.close());
  }

  /** Reloads the proxy as operators do after a renewal. Resolves when new connections get the new certificate. */
  async reload(): Promise<void> {
    const shown = await this.certificate();
    const [file = '', ...words] = [...this.#stage.net.prefix('server'), ...this.#kind.reload(this.#folder)];
    await run(file, words, { env: this.#environment });
    await until('a new connection is shown the new certificate', async () => (await this.certificate()) !== shown);
  }

  certificate(): Promise<string> {
    return this.#stage.act('client', 'certificate', { host: domain });
  }

  async close(): Promise<void> {
    this.#unregister();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await exit;
  }

  get #environment(): NodeJS.ProcessEnv {
    const home = { HOME: this.#folder, XDG_DATA_HOME: this.#folder, XDG_CONFIG_HOME: this.#folder };
    return Object.assign({}, process.env, home);
  }
}
