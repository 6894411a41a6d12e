// Network namespaces of servers and clients with a wire between them, and a wire for control to this process. Needs
// root. Received packets are handled by the processor of the clients, as by a network card's other end, and not in the
// time of the server that sends them.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { registerResource } from '../../test/support/resources.ts';
import type { Place } from './server.ts';

const address = { servers: '198.18.0.1', clients: '198.18.0.2' } as const;
const wire = 'media';
/** Subnets of four addresses in 198.19.0.0/16, so that two runs at once do not share one. */
const controlNets = 16_384;

export interface NetOptions {
  readonly serverCpu: number;
  readonly clientCpu: number;
  /**
   * Whether a packet of UDP_SEGMENT crosses the wire whole. Otherwise the server splits it in its own time, as for a
   * network card without that ability.
   */
  readonly gsoThrough: boolean;
}

export class ForwardNet {
  readonly place: Place;
  readonly clients = { namespace: `merf-${process.pid}-clients`, address: address.clients } as const;
  readonly #device = `merf-${process.pid}`;
  readonly #unregister = registerResource('the network between servers and clients', () => this.close());
  #isClosed = false;

  /** Throws where namespaces are not permitted, or without their tools. */
  static create(o: NetOptions): ForwardNet {
    refuseWithoutMeans();
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
    const at = 4 * (process.pid % controlNets);
    const net = `198.19.${at >> 8}`;
    this.place = {
      namespace: `merf-${process.pid}-servers`,
      address: address.servers,
      controller: `${net}.${(at & 255) + 1}`,
      control: `${net}.${(at & 255) + 2}`,
      clients: address.clients,
      cpu: o.serverCpu,
    };
  }

  #open(o: NetOptions): void {
    const { namespace: servers, control, controller } = this.place;
    const { namespace: clients } = this.clients;
    for (const namespace of [servers, clients]) {
      run('ip', 'netns', 'add', namespace);
      run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    }
    const queues = ['numrxqueues', '1', 'numtxqueues', '1'];
    const ends = [wire, 'netns', servers, ...queues, 'type', 'veth', 'peer', 'name', wire, 'netns', clients, ...queues];
    run('ip', 'link', 'add', ...ends);
    for (const [namespace, ip] of [[servers, address.servers] as const, [clients, address.clients] as const]) {
      run('ip', '-n', namespace, 'addr', 'add', `${ip}/24`, 'dev', wire);
      run('ip', '-n', namespace, 'link', 'set', wire, 'up');
    }
    const ofClients = ['ip', 'netns', 'exec', clients];
    const mask = (1 << o.clientCpu).toString(16);
    run(...ofClients, 'sh', '-c', `echo ${mask} > /sys/class/net/${wire}/queues/rx-0/rps_cpus`);
    const ofServers = ['ip', 'netns', 'exec', servers];
    if (!o.gsoThrough) run(...ofServers, 'ethtool', '-K', wire, 'tx-udp-segmentation', 'off');
    run('ip', 'link', 'add', this.#device, 'type', 'veth', 'peer', 'name', 'control', 'netns', servers);
    run('ip', 'addr', 'add', `${controller}/30`, 'dev', this.#device);
    run('ip', 'link', 'set', this.#device, 'up');
    run('ip', '-n', servers, 'addr', 'add', `${control}/30`, 'dev', 'control');
    run('ip', '-n', servers, 'link', 'set', 'control', 'up');
  }

  /** Idempotent. Processes inside must have ended before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unregister();
    for (const { namespace } of [this.place, this.clients])
      if (existsSync(`/run/netns/${namespace}`)) run('ip', 'netns', 'del', namespace);
    // The wire goes with its other end, after a moment.
    if (existsSync(`/sys/class/net/${this.#device}`)) run('ip', 'link', 'del', this.#device);
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
