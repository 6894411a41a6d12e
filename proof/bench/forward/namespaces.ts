// Network namespaces of servers and clients with a wire between them, and a wire for control to this process. Needs
// root.
//
// Sent packets wait in a ring, as for a network card, and a thread on the clients' processor takes them from there by a
// timer. So neither the receiving half of the kernel's work nor the waking of another processor is in the time of the
// server that sends. (Receive packet steering moves the work too, but then an interrupt of the other processor for each
// packet was a third of our node's time.)
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { registerResource } from '../../test/support/resources.ts';
import type { ServerPlace } from './server.ts';

const address = { servers: '198.18.0.1', clients: '198.18.0.2' } as const;
/** Packets that wait while the ring, which holds 256, is full; a network card has such a queue too. */
const queuedMax = 20_000;
/** Pause of the thread that takes packets from the ring: they arrive later by as much at most. */
const takeEveryNs = 50_000;
/** Pauses without a packet after which the sender wakes the thread again; more than a run has. */
const pausesMax = 2_000_000_000;
const takerPriority = '50';
/** Subnets of eight addresses in 198.19.0.0/16, so that two runs at once do not share one. */
const controlNets = 8192;

export interface NetOptions {
  readonly serverCpu: number;
  readonly clientCpu: number;
  /**
   * Whether a packet of UDP_SEGMENT crosses the wire whole. Otherwise the server splits it in its own time, as for a
   * network card without that ability.
   */
  readonly gsoThrough: boolean;
  /** Whether the thread that takes packets runs before all others on the clients' processor. */
  readonly hasPriority: boolean;
}

export class ForwardNet {
  readonly place: ServerPlace;
  readonly clients = { namespace: `merf-${process.pid}-clients`, address: address.clients } as const;
  readonly #devices = [`merf-${process.pid}`, `merc-${process.pid}`] as const;
  /** Name of both ends of the wire for media. */
  readonly #wire = `m${process.pid}`;
  readonly #unregister = registerResource('the network between servers and clients', () => this.close());
  readonly #controllers: readonly [string, string];
  #isClosed = false;

  /** Throws where namespaces are not permitted, or without their tools. */
  static create(o: NetOptions): ForwardNet {
    refuseWithoutMeans();
    removeLeftOvers();
    const net = new ForwardNet(o);
    try {
      net.#open(o);
      return net;
    } catch (error) {
      net.close();
      throw error;
    }
  }

  private constructor(o: NetOptions) {
    const at = 8 * (process.pid % controlNets);
    const control = (host: number): string => `198.19.${at >> 8}.${(at & 255) + host}`;
    const servers = { namespace: `merf-${process.pid}-servers`, address: address.servers, cpu: o.serverCpu };
    const ofServers = { controller: control(1), control: control(2) };
    const far = { ...this.clients, cpu: o.clientCpu, controller: control(1), control: control(6) };
    this.#controllers = [control(1), control(5)];
    this.place = { ...servers, ...ofServers, far };
  }

  #open(o: NetOptions): void {
    const { namespace: servers, control, controller, far } = this.place;
    const { namespace: clients } = this.clients;
    for (const namespace of [servers, clients]) {
      run('ip', 'netns', 'add', namespace);
      run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    }
    const wire = this.#wire;
    const queues = ['numrxqueues', '1', 'numtxqueues', '1'];
    const ends = [wire, 'netns', servers, ...queues, 'type', 'veth', 'peer', 'name', wire, 'netns', clients, ...queues];
    run('ip', 'link', 'add', ...ends);
    for (const [namespace, ip] of [[servers, address.servers] as const, [clients, address.clients] as const]) {
      run('ip', '-n', namespace, 'addr', 'add', `${ip}/24`, 'dev', wire);
      run('ip', '-n', namespace, 'link', 'set', wire, 'up');
    }
    // Only a sender without TSO, which is for TCP, and a receiver with GRO use the ring.
    const offloads = ['tso', 'off', 'tx-udp-segmentation', o.gsoThrough ? 'on' : 'off'];
    run('ip', 'netns', 'exec', servers, 'ethtool', '-K', wire, ...offloads);
    run('ip', 'netns', 'exec', clients, 'ethtool', '-K', wire, 'gro', 'on');
    run('tc', '-n', servers, 'qdisc', 'replace', 'dev', wire, 'root', 'pfifo', 'limit', String(queuedMax));
    this.#takeByTimer(o);
    for (const [index, [namespace, ip]] of [[servers, control] as const, [clients, far.control] as const].entries()) {
      const device = this.#devices[index] ?? '';
      run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'control', 'netns', namespace);
      run('ip', 'addr', 'add', `${this.#controllers[index]}/30`, 'dev', device);
      run('ip', 'link', 'set', device, 'up');
      run('ip', '-n', namespace, 'addr', 'add', `${ip}/30`, 'dev', 'control');
      run('ip', '-n', namespace, 'link', 'set', 'control', 'up');
    }
    // The nodes of a centre reach the centre and each other.
    run('ip', '-n', clients, 'route', 'add', controller, 'via', this.#controllers[1]);
    run('ip', '-n', clients, 'route', 'add', control, 'via', address.servers);
    run('ip', '-n', servers, 'route', 'add', far.control, 'via', address.clients);
  }

  #takeByTimer(o: NetOptions): void {
    const folder = `/sys/class/net/${this.#wire}`;
    const settings = { threaded: 1, gro_flush_timeout: takeEveryNs, napi_defer_hard_irqs: pausesMax };
    const script = Object.entries(settings).map(([file, value]) => `echo ${value} > ${folder}/${file}`);
    run('ip', 'netns', 'exec', this.clients.namespace, 'sh', '-ec', script.join('\n'));
    const takers = threadsOfKernel(`napi/${this.#wire}-`);
    if (takers.length !== 1) throw new Error(`The wire has ${takers.length} threads that take its packets, not one.`);
    for (const pid of takers) {
      run('taskset', '-c', '-p', String(o.clientCpu), String(pid));
      if (o.hasPriority) run('chrt', '-f', '-p', takerPriority, String(pid));
    }
  }

  /** Idempotent. Processes inside must have ended before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unregister();
    // Wires go before the namespaces of their other ends, which take them along after a moment.
    for (const device of this.#devices) if (existsSync(`/sys/class/net/${device}`)) run('ip', 'link', 'del', device);
    for (const { namespace } of [this.place, this.clients])
      if (existsSync(`/run/netns/${namespace}`)) run('ip', 'netns', 'del', namespace);
  }
}

const isAlive = (pid: string): boolean => existsSync(`/proc/${pid}`);

/** Removes wires and namespaces of runs that were killed: the thread that takes packets from a wire would work on. */
export function removeLeftOvers(): void {
  for (const device of readdirSync('/sys/class/net')) {
    const [, pid] = /^mer[fc]-(\d+)$/.exec(device) ?? [];
    if (pid !== undefined && !isAlive(pid)) run('ip', 'link', 'del', device);
  }
  for (const namespace of existsSync('/run/netns') ? readdirSync('/run/netns') : []) {
    const [, pid] = /^merf-(\d+)-/.exec(namespace) ?? [];
    if (pid !== undefined && !isAlive(pid)) run('ip', 'netns', 'del', namespace);
  }
}

function threadsOfKernel(namePrefix: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && nameOf(name).startsWith(namePrefix))
    .map(Number);
}

/** Returns the name of a process; '' if it has ended. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function refuseWithoutMeans(): void {
  for (const [program, packageName] of [
    ['ip', 'iproute2'],
    ['ethtool', 'ethtool'],
    ['taskset', 'util-linux'],
  ] as const)
    if (!isThere(program)) throw new Error(`The benchmark needs ${program} (apt-get install ${packageName}).`);
  const probe = `merf-${process.pid}-probe`;
  try {
    run('ip', 'netns', 'add', probe);
  } catch (error) {
    throw new Error('The benchmark needs network namespaces, so run it as root where these are permitted.', {
      cause: error,
    });
  }
  run('ip', 'netns', 'del', probe);
}

function isThere(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

function run(...command: string[]): string {
  const [file = '', ...args] = command;
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
