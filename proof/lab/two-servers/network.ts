// The network of the lab: two places, each with a server and a client behind a router, and a long wire between the
// routers. On demand there is a third place, by another wire from the second. Addresses are those reserved for
// documentation (RFC 5737); the network is isolated.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { slowWire } from '../../test/support/net.ts';
import { registerResource } from '../../test/support/resources.ts';

export const places = ['near', 'far', 'third'] as const;
export type Place = (typeof places)[number];
export const hostNames = ['server-1', 'server-2', 'server-3', 'client-1', 'client-2', 'client-3'] as const;
export type HostName = (typeof hostNames)[number];

interface HostAddress {
  readonly place: Place;
  readonly ip: string;
  readonly bits: number;
  readonly router: string;
}

export const hosts: Readonly<Record<HostName, HostAddress>> = {
  'server-1': { place: 'near', ip: '203.0.113.11', bits: 24, router: '203.0.113.1' },
  'client-1': { place: 'near', ip: '192.0.2.33', bits: 26, router: '192.0.2.1' },
  'server-2': { place: 'far', ip: '198.51.100.22', bits: 25, router: '198.51.100.1' },
  'client-2': { place: 'far', ip: '192.0.2.133', bits: 25, router: '192.0.2.129' },
  'server-3': { place: 'third', ip: '198.51.100.233', bits: 25, router: '198.51.100.129' },
  'client-3': { place: 'third', ip: '192.0.2.97', bits: 26, router: '192.0.2.65' },
};

/** Names that every machine resolves by its hosts file in place of DNS. */
export const publicNames: Readonly<Record<string, string>> = {
  'meet.example.org': hosts['server-1'].ip,
  'sgp.example.org': hosts['server-2'].ip,
  'tyo.example.org': hosts['server-3'].ip,
};

const wires = {
  near: { near: '10.255.0.1', far: '10.255.0.2' },
  third: { far: '10.255.0.5', third: '10.255.0.6' },
} as const;

function nextRouter(from: Place, to: Place): string {
  if (from === 'near') return wires.near.far;
  if (from === 'third') return wires.third.far;
  return to === 'near' ? wires.near.near : wires.third.third;
}

export const hostsFile = (name: string, names: Readonly<Record<string, string>> = publicNames): string =>
  ['127.0.0.1 localhost', `127.0.1.1 ${name}`, ...Object.entries(names).map(([host, ip]) => `${ip} ${host}`), ''].join(
    '\n',
  );

export class TwoPlaces {
  readonly #prefix = `mer2-${process.pid}`;
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-places-'));
  readonly #unregister = registerResource('the network of two places', () => this.close());
  readonly #wires: ChildProcess[] = [];
  readonly #places: readonly Place[];
  readonly #hosts: readonly HostName[];
  readonly #newAddresses = new Map<HostName, string>();
  #isClosed = false;

  #names: Readonly<Record<string, string>>;

  private constructor(names: Readonly<Record<string, string>>, isThree: boolean) {
    this.#names = names;
    this.#places = places.filter((place) => isThree || place !== 'third');
    this.#hosts = hostNames.filter((name) => this.#places.includes(hosts[name].place));
  }

  /**
   * Creates the network. `rttMs`: round trip between the two places. `hasThird`: adds a third place, half as far from
   * the second. `names`: addresses by name, in place of DNS. Needs root.
   */
  static async create(o: {
    rttMs: number;
    hasThird?: boolean;
    names?: Readonly<Record<string, string>>;
  }): Promise<TwoPlaces> {
    const { rttMs, names = publicNames, hasThird = false } = o;
    const net = new TwoPlaces(names, hasThird);
    try {
      for (const name of [...net.#places, ...net.#hosts]) net.#addNamespace(name);
      await net.#addWire('near', rttMs);
      if (hasThird) await net.#addWire('third', rttMs / 2);
      for (const name of net.#hosts) net.#connect(name);
      return net;
    } catch (error) {
      await net.close();
      throw error;
    }
  }

  namespace(name: HostName | Place): string {
    return `${this.#prefix}-${name}`;
  }

  prefix(name: HostName): string[] {
    return ['ip', 'netns', 'exec', this.namespace(name)];
  }

  addAddress(name: HostName, ip: string): void {
    this.#ip(name, 'addr', 'add', `${ip}/${hosts[name].bits}`, 'dev', 'eth0');
    this.#routes(name, 'add', ip);
  }

  ipOf(name: HostName): string {
    return this.#newAddresses.get(name) ?? hosts[name].ip;
  }

  get names(): Readonly<Record<string, string>> {
    return this.#names;
  }

  /** Replaces a host's address by another of its network, also in `names`. */
  readdress(name: HostName, ip: string): void {
    const { bits, router } = hosts[name];
    const before = this.ipOf(name);
    this.#routes(name, 'del', before);
    this.#ip(name, 'addr', 'del', `${before}/${bits}`, 'dev', 'eth0');
    this.addAddress(name, ip);
    // The default route was removed with the address.
    this.#ip(name, 'route', 'replace', 'default', 'via', router);
    this.#newAddresses.set(name, ip);
    const names = Object.entries(this.#names).map(([host, was]) => [host, was === before ? ip : was]);
    this.#names = Object.fromEntries(names) as Record<string, string>;
    for (const each of [...this.#places, ...this.#hosts]) this.#writeHosts(each);
  }

  /** Replaces the firewall of a host by chains of nftables in a table of their own; '' removes it. */
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
    this.#unregister();
    await Promise.all(this.#wires.map((child) => endChild(child)));
    for (const name of [...this.#hosts, ...this.#places]) {
      rmSync(this.#etc(name), { recursive: true, force: true });
      try {
        run('ip', 'netns', 'del', this.namespace(name));
      } catch (error) {
        console.error(`clean-up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Folder that `ip netns exec` mounts over /etc. */
  #etc(name: HostName | Place): string {
    return join('/etc/netns', this.namespace(name));
  }

  #addNamespace(name: HostName | Place): void {
    run('ip', 'netns', 'add', this.namespace(name));
    this.#ip(name, 'link', 'set', 'lo', 'up');
    mkdirSync(this.#etc(name), { recursive: true });
    this.#writeHosts(name);
    writeFileSync(join(this.#etc(name), 'resolv.conf'), '');
    if (places.some((place) => place === name))
      run('ip', 'netns', 'exec', this.namespace(name), 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  }

  async #addWire(wire: keyof typeof wires, rttMs: number): Promise<void> {
    const ends = Object.entries(wires[wire]) as [Place, string][];
    const id = process.pid % 100_000;
    const [one, other] = ['a', 'b'].map((end) => `mer${wire.at(0)}${end}${id}`) as [string, string];
    const dir = join(this.#dir, wire);
    mkdirSync(dir);
    if (rttMs > 0) this.#wires.push(...(await slowWire(dir, [one, other], rttMs / 2)));
    else run('ip', 'link', 'add', one, 'type', 'veth', 'peer', 'name', other);
    for (const [at, device] of [one, other].entries()) {
      const [place, ip] = ends[at] ?? ['near', ''];
      run('ip', 'link', 'set', device, 'netns', this.namespace(place));
      this.#ip(place, 'addr', 'add', `${ip}/30`, 'dev', device);
      this.#ip(place, 'link', 'set', device, 'up');
    }
  }

  #writeHosts(name: HostName | Place): void {
    writeFileSync(join(this.#etc(name), 'hosts'), hostsFile(name, this.#names));
  }

  #routes(name: HostName, act: 'add' | 'del', ip: string): void {
    const { place } = hosts[name];
    for (const other of this.#places.filter((each) => each !== place))
      this.#ip(other, 'route', act, `${ip}/32`, 'via', nextRouter(other, place));
  }

  #connect(name: HostName): void {
    const { place, ip, bits, router } = hosts[name];
    const [from, to] = [this.namespace(name), this.namespace(place)];
    run('ip', 'link', 'add', 'eth0', 'netns', from, 'type', 'veth', 'peer', 'name', name, 'netns', to);
    this.#ip(place, 'addr', 'add', `${router}/${bits}`, 'dev', name);
    this.#ip(place, 'link', 'set', name, 'up');
    this.#ip(name, 'addr', 'add', `${ip}/${bits}`, 'dev', 'eth0');
    this.#ip(name, 'link', 'set', 'eth0', 'up');
    this.#ip(name, 'route', 'add', 'default', 'via', router);
    this.#routes(name, 'add', ip);
  }

  #ip(name: HostName | Place, ...args: string[]): void {
    run('ip', '-n', this.namespace(name), ...args);
  }
}

function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
