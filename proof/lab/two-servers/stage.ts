import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import type { Say } from '../../support/case.ts';
import { Authority } from './authority.ts';
import type { Call } from './call.ts';
import { Clients } from './clients.ts';
import { preparedRoots } from './debian-roots.ts';
import { aptPackages, blocksOf } from './guide.ts';
import { GuideRun } from './guide-run.ts';
import { Machine, type ServerName } from './machine.ts';
import { TwoPlaces } from './network.ts';

/** Package by which the phase `off` moves clocks; the guide does not install it. */
const clockPackages = ['faketime'];
const trustedFile = '/usr/local/share/ca-certificates/lab.crt';
const trust = { NODE_EXTRA_CA_CERTS: trustedFile };
const nameOf = {
  'server-1': 'meet.example.org',
  'server-2': 'sgp.example.org',
  'server-3': 'tyo.example.org',
} as const;
/** Servers of the guide's table; a third server joins later. */
export const serverNames = ['server-1', 'server-2'] as const;

export interface StageOptions {
  readonly bundle: string;
  readonly guideFile: string;
  readonly rttMs: number;
  readonly say: Say;
}

export class Stage {
  readonly say: Say;
  readonly net: TwoPlaces;
  readonly servers: Readonly<Record<ServerName, Machine>>;
  readonly clients: Clients;
  readonly guide: GuideRun;
  call: Call | undefined;
  guideStartedMs = Number.NaN;
  readonly #bundle: string;
  readonly #authority: Authority;

  private constructor(o: Pick<Stage, 'say' | 'net' | 'servers' | 'clients' | 'guide'> & PrivateParts) {
    this.say = o.say;
    this.net = o.net;
    this.servers = o.servers;
    this.clients = o.clients;
    this.guide = o.guide;
    this.#bundle = o.bundle;
    this.#authority = o.authority;
  }

  /** Makes all resources; no server boots yet. After a failure `closeOwned` closes the created part. */
  static async create({ bundle, guideFile, rttMs, say }: StageOptions): Promise<Stage> {
    if (process.getuid?.() !== 0) throw new Error('cannot run: this case needs root (debootstrap, namespaces, nspawn)');
    const blocks = blocksOf(readFileSync(guideFile, 'utf8'));
    const roots = await preparedRoots([...aptPackages(blocks), clockPackages], say);
    const net = await TwoPlaces.create({ rttMs, hasThird: true });
    const machine = (name: ServerName): Machine => new Machine({ name, net, roots });
    const servers = {
      'server-1': machine('server-1'),
      'server-2': machine('server-2'),
      'server-3': machine('server-3'),
    };
    const authority = new Authority();
    const clients = new Clients({ net, caFile: authority.file });
    clients.unpack(bundle);
    const guide = new GuideRun({ blocks, servers, clients, serverEnv: trust, say });
    return new Stage({ say, net, servers, clients, guide, bundle, authority });
  }

  /** Installs a new disk with what the guide's reader provides: the bundle in /root, and a certificate. */
  async install(name: ServerName): Promise<void> {
    const server = this.servers[name];
    await server.install();
    const { certPem, keyPem } = this.#authority.issue(nameOf[name]);
    server.write('/etc/meridian/tls/cert.pem', certPem);
    server.write('/etc/meridian/tls/key.pem', keyPem, 0o600);
    server.write(`/root/${basename(this.#bundle)}`, readFileSync(this.#bundle));
    // The system and Node must trust the lab's authority, as they trust public ones by default.
    server.write(trustedFile, this.#authority.pem);
    const environment = Object.entries(trust).map(([key, value]) => `${key}=${value}`);
    server.write('/etc/systemd/system.conf.d/lab.conf', `[Manager]\nDefaultEnvironment=${environment.join(' ')}\n`);
  }

  get runningServers(): ServerName[] {
    return Object.values(this.servers).flatMap(({ isUp, name }) => (isUp ? [name] : []));
  }

  async boot(name: ServerName): Promise<void> {
    await this.servers[name].boot();
    await this.runOrThrow(name, 'update-ca-certificates');
  }

  async runOrThrow(name: ServerName, script: string): Promise<string> {
    const { isOk, output, printed } = await this.servers[name].run(script, { limitMs: 120_000, env: trust });
    if (!isOk) throw new Error(`${script} failed on ${name}\n${output}`);
    return printed;
  }

  links(): string[] {
    const links = this.guide.printed('https://meet.example.org/j/');
    if (links.length === 0) throw new Error('the guide printed no link https://meet.example.org/j/…');
    return links;
  }
}

interface PrivateParts {
  readonly bundle: string;
  readonly authority: Authority;
}
