// A server as `meridian node init` makes it and its clients, each in a network of their own, still without a proxy.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { parse, parseDocument } from 'yaml';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { LabNet, serverIp } from '../../test/support/net.ts';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import { Authority } from '../two-servers/authority.ts';
import { Clients } from '../two-servers/clients.ts';
import type { Acts } from './inside.ts';

export const domain = 'meet.example.org';
/** Domain below which pages may connect to any host, a host in it, and a host outside. */
export const policyHosts = {
  domain: 'media.example.org',
  host: 'sig-9.media.example.org',
  outside: 'sig-9.example.net',
};
/** Additional addresses of the client's machine. Services take each for a client without earlier requests. */
export const otherClients = ['10.77.0.3', '10.77.0.4', '10.77.0.5'] as const;

export const trustedUrls = { api: 'http://127.0.0.1:7810', signaling: 'http://127.0.0.1:7880' };

const tree = join(import.meta.dirname, '../../..');
const START_LIMIT_MS = 120_000;
const ACT_LIMIT_MS = 120_000;
const run = promisify(execFile);

export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'meridian-proxies-'));
  readonly authority = new Authority();
  readonly net: LabNet;
  readonly clients: Clients;
  #services: ChildProcess | undefined;
  readonly #unregister = registerResource('the server', () => this.close());

  /** Resolves when all services run. Needs root. After a failure `closeOwned` closes the created part. */
  static async create(): Promise<Stage> {
    if (process.getuid?.() !== 0) throw new Error('cannot run: this case needs root (namespaces)');
    const stage = new Stage(await LabNet.create());
    for (const ip of otherClients)
      await run('ip', ['-n', stage.net.client, 'addr', 'add', `${ip}/24`, 'dev', await stage.#wire()]);
    await stage.#init();
    await stage.#start();
    await stage.#ready();
    return stage;
  }

  private constructor(net: LabNet) {
    this.net = net;
    const names = [domain, policyHosts.host, policyHosts.outside].map((name) => `${serverIp} ${name}\n`).join('');
    for (const name of [net.server, net.client]) {
      mkdirSync(this.#etcOf(name), { recursive: true });
      writeFileSync(join(this.#etcOf(name), 'hosts'), `127.0.0.1 localhost\n${names}`);
    }
    this.clients = new Clients({ net: { prefix: () => net.prefix('client') }, caFile: this.authority.file });
    this.renewCertificate();
  }

  get certFile(): string {
    return join(this.folder, 'cert.pem');
  }
  get keyFile(): string {
    return join(this.folder, 'key.pem');
  }

  /** Replaces the certificate files; a running proxy must reload to notice. */
  renewCertificate(): void {
    const { certPem, keyPem } = this.authority.issue(domain);
    writeFileSync(this.keyFile, keyPem, { mode: 0o600 });
    writeFileSync(this.certFile, certPem);
  }

  secrets(): { readonly apiKey: string; readonly apiSecret: string; readonly clusterToken: string } {
    const { tenants } = this.#config('api') as { tenants: readonly { key: string; secret: string }[] };
    const { clusterToken } = this.#config('scheduler') as { clusterToken: string };
    const { key: apiKey = '', secret: apiSecret = '' } = tenants[0] ?? {};
    return { apiKey, apiSecret, clusterToken };
  }

  authorization(): string {
    const { apiKey, apiSecret } = this.secrets();
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const iat = Math.floor(Date.now() / 1000);
    const claims = { iss: apiKey, iat, exp: iat + 300, scope: 'rooms:create live:admin links:write audit:read' };
    const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    return `Bearer ${text}.${createHmac('sha256', apiSecret).update(text).digest('base64url')}`;
  }

  /** Runs an act of inside.ts in one of the two networks. Rejects with its output. */
  async act<What extends keyof Acts>(
    side: 'server' | 'client',
    actName: What,
    input: Parameters<Acts[What]>[0],
  ): Promise<Awaited<ReturnType<Acts[What]>>> {
    const script = join(import.meta.dirname, 'inside.ts');
    const [file = '', ...words] = [...this.net.prefix(side), process.execPath, script, actName, JSON.stringify(input)];
    const env = Object.assign({}, process.env, { NODE_EXTRA_CA_CERTS: this.authority.file });
    const { stdout } = await run(file, words, { env, timeout: ACT_LIMIT_MS });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Awaited<ReturnType<Acts[What]>>;
  }

  async close(): Promise<void> {
    this.#unregister();
    await this.clients.close();
    await endServices(this.#services);
    await this.net.close();
    for (const name of [this.net.server, this.net.client]) rmSync(this.#etcOf(name), { recursive: true, force: true });
    this.authority.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Folder that `ip netns exec` mounts over /etc. */
  #etcOf(namespace: string): string {
    return join('/etc/netns', namespace);
  }

  async #wire(): Promise<string> {
    const { stdout } = await run('ip', ['-n', this.net.client, '-json', 'route', 'show', 'default']);
    return (JSON.parse(stdout) as { dev: string }[])[0]?.dev ?? '';
  }

  async #init(): Promise<void> {
    const initOptions = ['--region', 'frankfurt', '--domain', domain, '--address', serverIp, '--media-nodes', '1'];
    const [file = '', ...words] = this.#meridian('init', ...initOptions, '--admin', 'ann@example.org', '--no-start');
    await run(file, words, { timeout: START_LIMIT_MS });
    // Services also listen for clients that bypass the proxy, whose headers they must not believe.
    this.#set('signaling', ['httpHost'], '0.0.0.0');
    for (const service of ['gateway', 'api']) this.#set(service, ['httpListen', 'ip'], '0.0.0.0');
    this.#set('web', ['connectDomains'], [policyHosts.domain]);
    for (const service of ['sfu-1', 'gateway']) this.#set(service, ['drainLimitMs'], 0);
  }

  #start(): Promise<void> {
    const [file = '', ...words] = this.#meridian('run');
    const services = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#services = services;
    const outputLines: string[] = [];
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`the server did not start: ${why}\n${outputLines.join('\n')}`));
      const limit = setTimeout(() => fail('it takes too long'), START_LIMIT_MS);
      services.once('error', reject).once('exit', (code) => fail(`exit code ${code}`));
      createInterface({ input: services.stdout }).on('line', (line) => {
        outputLines.push(line);
        if (outputLines.length > 100) outputLines.shift();
        if (!/^\d+ services run/.test(line)) return;
        clearTimeout(limit);
        resolve();
      });
    });
  }

  /** Resolves when the api is linked to the other services, so that rooms and stream keys can be made. */
  async #ready(): Promise<void> {
    const isMade = async (path: string, body: object): Promise<boolean> => {
      const headers = { authorization: this.authorization(), 'content-type': 'application/json' };
      const asking = { url: `${trustedUrls.api}/api/v1${path}`, method: 'POST', headers, body: JSON.stringify(body) };
      const { statuses, body: said } = await this.act('server', 'ask', asking);
      if (statuses['200'] === undefined && statuses['201'] === undefined) throw new Error(said);
      return true;
    };
    await until('a room can be made', () => isMade('/rooms', { name: 'ready' }), START_LIMIT_MS);
    await until('a stream key can be made', () => isMade('/rooms/ready/stream-keys', { use: 'play' }), START_LIMIT_MS);
  }

  #meridian(...words: string[]): string[] {
    const folders = ['--etc', join(this.folder, 'etc'), '--state', join(this.folder, 'state')];
    return [...this.net.prefix('server'), process.execPath, bundleOf(tree, 'node'), ...folders, ...words];
  }

  #file(service: string): string {
    return join(this.folder, 'etc', `${service}.yaml`);
  }

  #config(service: string): unknown {
    return parse(readFileSync(this.#file(service), 'utf8'));
  }

  #set(service: string, path: readonly string[], value: unknown): void {
    const document = parseDocument(readFileSync(this.#file(service), 'utf8'));
    document.setIn(path, value);
    writeFileSync(this.#file(service), document.toString(), { mode: 0o600 });
  }
}

async function endServices(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
