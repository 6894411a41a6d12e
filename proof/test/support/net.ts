// Network namespaces for tests and the lab: a server side and a client side joined by one wire, which can be slow,
// narrow or cut. Everything is made and removed here; nothing outside the namespaces is touched. Needs root (Linux).
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync as exists, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './poll.ts';
import { registerResource } from './resources.ts';

export const serverIp = '10.77.0.1';
export const clientIp = '10.77.0.2';
export const serverIp6 = 'fd77::1';
export const clientIp6 = 'fd77::2';
let made = 0;

export interface NetOptions {
  /** Round-trip time of the wire; 0: a plain veth pair without a delay. */
  readonly rttMs?: number;
  readonly ipv6Only?: boolean;
}

/** Two namespaces and the wire between them. `close()` ends what it started and removes both. */
export class LabNet {
  readonly server: string;
  readonly client: string;
  readonly #dir: string;
  readonly #children: ChildProcess[] = [];
  #serverDev = '';
  #clientDev = '';
  #ipv6Only = false;
  readonly #disown: () => void;
  #closed = false;

  private constructor() {
    made += 1;
    this.server = `mer-s-${process.pid}-${made}`;
    this.client = `mer-c-${process.pid}-${made}`;
    this.#dir = mkdtempSync(join(tmpdir(), 'meridian-net-'));
    this.#disown = registerResource('two network namespaces', () => this.close());
  }

  static async create(o: NetOptions = {}): Promise<LabNet> {
    const net = new LabNet();
    try {
      for (const name of [net.server, net.client]) {
        run('ip', 'netns', 'add', name);
        run('ip', '-n', name, 'link', 'set', 'lo', 'up');
      }
      const id = `${process.pid % 10_000}x${made}`;
      net.#serverDev = `mrs${id}`;
      net.#clientDev = `mrc${id}`;
      if ((o.rttMs ?? 0) > 0)
        net.#children.push(...(await slowWire(net.#dir, [net.#serverDev, net.#clientDev], (o.rttMs ?? 0) / 2)));
      else run('ip', 'link', 'add', net.#serverDev, 'type', 'veth', 'peer', 'name', net.#clientDev);
      net.#ipv6Only = o.ipv6Only ?? false;
      net.#configure(net.server, net.#serverDev, net.#ipv6Only ? serverIp6 : serverIp);
      net.#configure(net.client, net.#clientDev, net.#ipv6Only ? clientIp6 : clientIp);
      // Firefox gathers candidates on the default route only; nothing forwards at its end.
      run('ip', '-n', net.client, 'route', 'add', 'default', 'via', net.#ipv6Only ? serverIp6 : serverIp);
      return net;
    } catch (error) {
      await net.close();
      throw error;
    }
  }

  #configure(namespace: string, device: string, ip: string): void {
    run('ip', 'link', 'set', device, 'netns', namespace);
    // A wire of two ends needs no duplicate address detection; without it an IPv6 address is usable at once.
    const address = ip.includes(':') ? [`${ip}/64`, 'dev', device, 'nodad'] : [`${ip}/24`, 'dev', device];
    run('ip', '-n', namespace, 'addr', 'add', ...address);
    run('ip', '-n', namespace, 'link', 'set', device, 'up');
  }

  run(side: 'server' | 'client', ...command: string[]): string {
    return run('ip', 'netns', 'exec', this[side], ...command);
  }

  /** Returns the words before a command that runs inside. */
  prefix(side: 'server' | 'client'): string[] {
    return ['ip', 'netns', 'exec', this[side]];
  }

  spawn(side: 'server' | 'client', file: string, args: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this[side], file, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#children.push(child);
    return child;
  }

  /**
   * Limits the rate to the client by a token bucket on the server's end; undefined removes the limit. `queuePackets`: a
   * queue that counts packets, as in most routers; without it the queue counts bytes, and small packets find room where
   * large ones do not.
   */
  limitDownlink(kbitPerS: number | undefined, queuePackets?: number): void {
    const qdisc = ['-n', this.server, 'qdisc'];
    const dev = ['dev', this.#serverDev];
    if (kbitPerS === undefined) {
      run('tc', ...qdisc, 'del', ...dev, 'root');
      return;
    }
    const bucket = ['tbf', 'rate', `${kbitPerS}kbit`, 'burst', '16kb', 'latency', '200ms'];
    run('tc', ...qdisc, 'replace', ...dev, 'root', 'handle', '1:', ...bucket);
    if (queuePackets !== undefined)
      run('tc', ...qdisc, 'add', ...dev, 'parent', '1:1', 'pfifo', 'limit', String(queuePackets));
  }

  /** Drops all UDP of the client in both directions, as many company firewalls do. `false` ends that. */
  blockUdp(blocked = true): void {
    const chain = (hook: 'input' | 'output'): string =>
      `add chain inet meridian ${hook} { type filter hook ${hook} priority 0; }; add rule inet meridian ${hook} meta l4proto udp drop`;
    const rules = blocked ? `; add table inet meridian; ${chain('input')}; ${chain('output')}` : '';
    this.run('client', 'nft', `add table inet meridian; delete table inet meridian${rules}`);
  }

  cut(down: boolean): void {
    run('ip', '-n', this.client, 'link', 'set', this.#clientDev, down ? 'down' : 'up');
  }

  /**
   * Makes a TCP port of the server's loopback reachable on the client's loopback, so that the page there is a secure
   * origin. `wirePort`: port on the wire between.
   */
  forward(port: number, ip = '127.0.0.1', wirePort = port): void {
    const family = this.#ipv6Only ? 6 : 4;
    const wire = this.#ipv6Only ? `[${serverIp6}]` : serverIp;
    const listen = `TCP${family}-LISTEN:${wirePort},bind=${wire},fork,reuseaddr`;
    this.spawn('server', 'socat', [listen, `TCP4:${ip}:${port}`]);
    this.spawn('client', 'socat', [
      `TCP4-LISTEN:${port},bind=${ip},fork,reuseaddr`,
      `TCP${family}:${wire}:${wirePort}`,
    ]);
  }

  /** Makes a TCP port of the client's loopback reachable on the loopback outside, over a shared socket file. */
  async expose(port: number): Promise<void> {
    const file = join(this.#dir, `port-${port}`);
    this.spawn('client', 'socat', [`UNIX-LISTEN:${file},fork`, `TCP:127.0.0.1:${port}`]);
    await until('the socket file is there', () => exists(file));
    this.#children.push(start('socat', `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${file}`));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#disown();
    const ended = this.#children.map((child) =>
      child.exitCode !== null || child.signalCode !== null
        ? undefined
        : new Promise((resolve) => child.once('close', resolve)),
    );
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(ended);
    for (const name of [this.server, this.client]) {
      for (const pid of tryRun('ip', 'netns', 'pids', name).split('\n').filter(Boolean)) tryRun('kill', '-9', pid);
      tryRun('ip', 'netns', 'del', name);
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/**
 * Makes a wire between two new network devices that delays every frame, without netem of the kernel: two vde switches
 * joined by a wirefilter. The wire ends with its processes, which use `dir`.
 */
export async function slowWire(
  dir: string,
  [first, second]: readonly [string, string],
  onewayMs: number,
): Promise<ChildProcess[]> {
  const a = join(dir, 'a');
  const b = join(dir, 'b');
  const children: ChildProcess[] = [];
  try {
    for (const end of [a, b]) children.push(start('vde_switch', '-s', end, '-M', `${end}.mgmt`));
    await until('the switches listen', () => exists(`${a}/ctl`) && exists(`${b}/ctl`));
    children.push(start('vde_plug2tap', '-s', a, first), start('vde_plug2tap', '-s', b, second));
    const isThere = (device: string): boolean => exists(`/sys/class/net/${device}`);
    await until('the taps are there', () => isThere(first) && isThere(second));
    const wire = join(dir, 'wire.mgmt');
    children.push(start('wirefilter', '-v', `${a}:${b}`, '-d', String(onewayMs), '-c', '1000000', '-M', wire));
    await until('the wire is there', () => exists(wire));
    return children;
  } catch (error) {
    for (const child of children) child.kill('SIGKILL');
    throw error;
  }
}

/** Starts a program with an open stdin: its console ends at end of input. */
function start(file: string, ...args: string[]): ChildProcess {
  return spawn(file, args, { stdio: ['pipe', 'ignore', 'ignore'] });
}

function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a command for clean-up, whose error goes to stderr only: the object may be gone already. */
function tryRun(file: string, ...args: string[]): string {
  try {
    return run(file, ...args);
  } catch (error) {
    console.error(
      `clean-up: ${file} ${args.join(' ')}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
    return '';
  }
}
