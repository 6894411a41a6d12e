// The network of the lab: two places, each with a server and a client behind a router, and a long wire between the
// routers. Addresses are those that documents use (RFC 5737); nothing leads out.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { slowWire } from '../../../test/support/net.ts';
import { owned } from '../../../test/support/owned.ts';

export const places = ['near', 'far'] as const;
export type Place = (typeof places)[number];
export const hostNames = ['server-1', 'server-2', 'client-1', 'client-2'] as const;
export type HostName = (typeof hostNames)[number];

interface Wired {
  readonly place: Place;
  readonly ip: string;
  readonly bits: number;
  readonly router: string;
}

export const hosts: Readonly<Record<HostName, Wired>> = {
  'server-1': { place: 'near', ip: '203.0.113.11', bits: 24, router: '203.0.113.1' },
  'client-1': { place: 'near', ip: '192.0.2.33', bits: 25, router: '192.0.2.1' },
  'server-2': { place: 'far', ip: '198.51.100.22', bits: 24, router: '198.51.100.1' },
  'client-2': { place: 'far', ip: '192.0.2.133', bits: 25, router: '192.0.2.129' },
};

/** Stands for DNS, on every machine. */
export const publicNames: Readonly<Record<'meet.example.org' | 'sgp.example.org', string>> = {
  'meet.example.org': hosts['server-1'].ip,
  'sgp.example.org': hosts['server-2'].ip,
};

/** Ends of the long wire. */
const trunk: Readonly<Record<Place, string>> = { near: '10.255.0.1', far: '10.255.0.2' };

/** Text of /etc/hosts of a machine of this name. */
export const hostsFile = (name: string, names: Readonly<Record<string, string>> = publicNames): string =>
  ['127.0.0.1 localhost', `127.0.1.1 ${name}`, ...Object.entries(names).map(([host, ip]) => `${ip} ${host}`), ''].join(
    '\n',
  );

export class TwoPlaces {
  readonly #prefix = `mer2-${process.pid}`;
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-places-'));
  readonly #disown = owned('the network of two places', () => this.close());
  #wire: ChildProcess[] = [];
  #isClosed = false;

  readonly #names: Readonly<Record<string, string>>;

  private constructor(names: Readonly<Record<string, string>>) {
    this.#names = names;
  }

  /** `rttMs`: between the two places. `names`: what DNS would say. Needs root. */
  static async create(o: { rttMs: number; names?: Readonly<Record<string, string>> }): Promise<TwoPlaces> {
    const { rttMs, names = publicNames } = o;
    const net = new TwoPlaces(names);
    try {
      for (const name of [...places, ...hostNames]) net.#addNamespace(name);
      await net.#addTrunk(rttMs);
      for (const name of hostNames) net.#connect(name);
      return net;
    } catch (error) {
      await net.close();
      throw error;
    }
  }

  namespace(name: HostName | Place): string {
    return `${this.#prefix}-${name}`;
  }

  /** Words in front of a command that runs on this host; it sees the names of the lab. */
  prefix(name: HostName): string[] {
    return ['ip', 'netns', 'exec', this.namespace(name)];
  }

  /** Gives a host one more address, of its own network. */
  addAddress(name: HostName, ip: string): void {
    const { place, bits } = hosts[name];
    this.#ip(name, 'addr', 'add', `${ip}/${bits}`, 'dev', 'eth0');
    this.#ip(place === 'near' ? 'far' : 'near', 'route', 'add', `${ip}/32`, 'via', trunk[place]);
  }

  /** Replaces the firewall of a host: chains of nftables in a table of their own; '' lifts it. */
  setFirewall(name: HostName, chains: string): void {
    const [command = '', ...words] = this.prefix(name);
    const table = chains === '' ? '' : `table inet lab {\n${chains}\n}`;
    const input = `add table inet lab\ndelete table inet lab\n${table}\n`;
    execFileSync(command, [...words, 'nft', '-f', '-'], { input, stdio: ['pipe', 'ignore', 'pipe'] });
  }

  /** Idempotent. Processes inside must have ended before. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#disown();
    await Promise.all(this.#wire.map((child) => ended(child)));
    for (const name of [...hostNames, ...places]) {
      rmSync(this.#etc(name), { recursive: true, force: true });
      try {
        run('ip', 'netns', 'del', this.namespace(name));
      } catch (error) {
        console.error(`clean-up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** What `ip netns exec` shows in the place of /etc. */
  #etc(name: HostName | Place): string {
    return join('/etc/netns', this.namespace(name));
  }

  #addNamespace(name: HostName | Place): void {
    run('ip', 'netns', 'add', this.namespace(name));
    this.#ip(name, 'link', 'set', 'lo', 'up');
    mkdirSync(this.#etc(name), { recursive: true });
    writeFileSync(join(this.#etc(name), 'hosts'), hostsFile(name, this.#names));
    writeFileSync(join(this.#etc(name), 'resolv.conf'), '');
    if (name === 'near' || name === 'far')
      run('ip', 'netns', 'exec', this.namespace(name), 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  }

  async #addTrunk(rttMs: number): Promise<void> {
    const id = process.pid % 100_000;
    const ends = { near: `mern${id}`, far: `merf${id}` };
    if (rttMs > 0) this.#wire = await slowWire(this.#dir, [ends.near, ends.far], rttMs / 2);
    else run('ip', 'link', 'add', ends.near, 'type', 'veth', 'peer', 'name', ends.far);
    for (const place of places) {
      run('ip', 'link', 'set', ends[place], 'netns', this.namespace(place));
      this.#ip(place, 'addr', 'add', `${trunk[place]}/30`, 'dev', ends[place]);
      this.#ip(place, 'link', 'set', ends[place], 'up');
    }
  }

  /** A wire to the router of its place, and the way to it from the other place. */
  #connect(name: HostName): void {
    const { place, ip, bits, router } = hosts[name];
    const [from, to] = [this.namespace(name), this.namespace(place)];
    run('ip', 'link', 'add', 'eth0', 'netns', from, 'type', 'veth', 'peer', 'name', name, 'netns', to);
    this.#ip(place, 'addr', 'add', `${router}/${bits}`, 'dev', name);
    this.#ip(place, 'link', 'set', name, 'up');
    this.#ip(name, 'addr', 'add', `${ip}/${bits}`, 'dev', 'eth0');
    this.#ip(name, 'link', 'set', 'eth0', 'up');
    this.#ip(name, 'route', 'add', 'default', 'via', router);
    const other = place === 'near' ? 'far' : 'near';
    this.#ip(other, 'route', 'add', `${ip}/32`, 'via', trunk[place]);
  }

  #ip(name: HostName | Place, ...args: string[]): void {
    run('ip', '-n', this.namespace(name), ...args);
  }
}

/** Resolves when the process has ended by SIGKILL or before. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
