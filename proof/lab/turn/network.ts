// Three hosts in a row: a client, a TURN server that routes no packets, and the cloud. The client has a wire to the
// TURN server only; it reaches page and signaling on its loopback, by way of socket files. Needs root.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';

const hosts = ['client', 'turn', 'cloud'] as const;
export type Host = (typeof hosts)[number];

export const addresses = {
  client: '10.79.0.2',
  turn: '10.79.0.1',
  /** Address from which the TURN server relays. */
  relay: '10.78.0.2',
  media: '10.78.0.1',
  /** Address of the cloud's host at which no media node listens. */
  private: '10.78.0.9',
} as const;
export const turnName = 'turn.example.org';

/** Transport that the client's firewall lets out. */
export type Transport = 'udp' | 'tcp' | 'tls';
const ports: Readonly<Record<Transport, string>> = {
  udp: 'udp dport 3478',
  tcp: 'tcp dport 3478',
  tls: 'tcp dport 443',
};

export class TurnNet {
  readonly #prefix = `mert-${process.pid}`;
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-turn-'));
  readonly #unregister = registerResource('the network with a TURN server', () => this.close());
  readonly #helpers: ChildProcess[] = [];
  #isClosed = false;

  private constructor() {}

  static async create(): Promise<TurnNet> {
    const net = new TurnNet();
    try {
      for (const host of hosts) net.#add(host);
      net.#connect(['client', addresses.client], ['turn', addresses.turn]);
      net.#connect(['turn', addresses.relay], ['cloud', addresses.media]);
      net.#ip('cloud', 'addr', 'add', `${addresses.private}/24`, 'dev', 'turn');
      net.#ip('client', 'route', 'add', 'default', 'via', addresses.turn);
      await net.#answerNames();
      return net;
    } catch (error) {
      await net.close();
      throw error;
    }
  }

  prefix(host: Host): string[] {
    return ['ip', 'netns', 'exec', this.#namespace(host)];
  }

  /** Lets the client send only by this transport over its wire; `undefined` lets it send everything. */
  allowOnly(transport: Transport | undefined): void {
    const rule = transport === undefined ? 'accept' : `${ports[transport]} accept`;
    const rules = [
      'table inet way {}',
      'delete table inet way',
      'table inet way { chain out {',
      'type filter hook output priority 0; policy drop;',
      'oif lo accept',
      rule,
      '}',
      '}',
    ];
    const [file = '', ...args] = [...this.prefix('client'), 'nft', '-f', '-'];
    execFileSync(file, args, { input: rules.join('\n'), stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /**
   * Makes a TCP port of the cloud's loopback reachable at the same address and port of the client, past the TURN
   * server.
   */
  async forwardPort(ip: string, port: number): Promise<void> {
    const socket = join(this.#dir, `${ip}-${port}`);
    this.#spawn('cloud', 'socat', `UNIX-LISTEN:${socket},fork`, `TCP4:${ip}:${port}`);
    await until('the socket file is there', () => existsSync(socket));
    this.#spawn('client', 'socat', `TCP4-LISTEN:${port},bind=${ip},fork,reuseaddr`, `UNIX-CONNECT:${socket}`);
  }

  /** Idempotent. Processes inside must have ended before. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unregister();
    await Promise.all(this.#helpers.map(endChild));
    for (const host of hosts) {
      rmSync(this.#etc(host), { recursive: true, force: true });
      try {
        run('ip', 'netns', 'del', this.#namespace(host));
      } catch (error) {
        console.error(`clean-up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #namespace(host: Host): string {
    return `${this.#prefix}-${host}`;
  }

  /** Folder that `ip netns exec` mounts over /etc. */
  #etc(host: Host): string {
    return join('/etc/netns', this.#namespace(host));
  }

  #add(host: Host): void {
    run('ip', 'netns', 'add', this.#namespace(host));
    this.#ip(host, 'link', 'set', 'lo', 'up');
    mkdirSync(this.#etc(host), { recursive: true });
    writeFileSync(join(this.#etc(host), 'hosts'), '127.0.0.1 localhost\n');
    writeFileSync(join(this.#etc(host), 'resolv.conf'), 'nameserver 127.0.0.1\n');
    run(...this.prefix(host), 'sysctl', '-qw', 'net.ipv4.ip_forward=0');
  }

  #connect([one, oneIp]: readonly [Host, string], [other, otherIp]: readonly [Host, string]): void {
    const ends = { one: this.#namespace(one), other: this.#namespace(other) };
    run('ip', 'link', 'add', other, 'netns', ends.one, 'type', 'veth', 'peer', 'name', one, 'netns', ends.other);
    for (const [host, ip, device] of [[one, oneIp, other] as const, [other, otherIp, one] as const]) {
      this.#ip(host, 'addr', 'add', `${ip}/24`, 'dev', device);
      this.#ip(host, 'link', 'set', device, 'up');
    }
  }

  async #answerNames(): Promise<void> {
    this.#spawn('client', process.execPath, join(import.meta.dirname, 'names.ts'), turnName, addresses.turn);
    await until('the name of the TURN server is known', () =>
      run(...this.prefix('client'), 'getent', 'hosts', turnName).startsWith(addresses.turn),
    );
  }

  #spawn(host: Host, ...command: string[]): void {
    const [file = '', ...args] = [...this.prefix(host), ...command];
    this.#helpers.push(spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  }

  #ip(host: Host, ...args: string[]): void {
    run('ip', '-n', this.#namespace(host), ...args);
  }
}

export function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}

function run(...command: string[]): string {
  const [file = '', ...args] = command;
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
