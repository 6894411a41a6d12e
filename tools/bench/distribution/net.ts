// Regions as network namespaces on one bridge: each can be cut from all others, and what crosses its border is counted.
// The bridge is in a namespace of its own, and one end of it here. Needs root (Linux).
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { owned } from '../../../test/support/owned.ts';

/** Where the centre, api, Redis and this process are. */
export const CENTRE_IP = '10.78.0.1';
const PREFIX_BITS = 16;

export class RegionNet {
  readonly #regions: readonly string[];
  readonly #hub = `mer-b-${process.pid}`;
  readonly #disown: () => void;
  #closed = false;

  /** Throws when this user may not, or another run has these addresses. */
  static create(regions: readonly string[]): RegionNet {
    const net = new RegionNet(regions);
    try {
      net.#make();
      return net;
    } catch (cause) {
      net.close();
      throw new Error('regions are network namespaces: run as root on Linux, one run at a time', { cause });
    }
  }

  private constructor(regions: readonly string[]) {
    this.#regions = regions;
    this.#disown = owned('network namespaces', () => this.close());
  }

  #make(): void {
    const hub = this.#hub;
    run('ip', 'netns', 'add', hub);
    run('ip', '-n', hub, 'link', 'add', 'bridge', 'type', 'bridge');
    run('ip', '-n', hub, 'link', 'set', 'bridge', 'up');
    for (const region of this.#regions) {
      const name = this.#namespace(region);
      run('ip', 'netns', 'add', name);
      run('ip', '-n', name, 'link', 'set', 'lo', 'up');
      this.#join(this.#port(region), { name: 'eth0', namespace: name });
      run('ip', '-n', name, 'addr', 'add', `${this.address(region, 1)}/${PREFIX_BITS}`, 'dev', 'eth0');
      run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
      // All addresses of the region are its own, also those that no interface has.
      run('ip', '-n', name, 'route', 'add', 'local', `${this.address(region, 0)}/24`, 'dev', 'lo');
    }
    const here = `mrd${process.pid % 1_000_000}`;
    if (run('ip', '-o', 'addr').includes(` ${CENTRE_IP}/`)) throw new Error(`${CENTRE_IP} is taken`);
    this.#join('centre', { name: here, namespace: String(process.pid) });
    run('ip', 'addr', 'add', `${CENTRE_IP}/${PREFIX_BITS}`, 'dev', here);
    run('ip', 'link', 'set', here, 'up');
  }

  #join(port: string, end: { readonly name: string; readonly namespace: string }): void {
    const peer = ['peer', 'name', end.name, 'netns', end.namespace];
    run('ip', '-n', this.#hub, 'link', 'add', port, 'type', 'veth', ...peer);
    run('ip', '-n', this.#hub, 'link', 'set', port, 'master', 'bridge', 'up');
  }

  #namespace(region: string): string {
    return `mer-r${this.#regions.indexOf(region)}-${process.pid}`;
  }

  #port(region: string): string {
    return `region${this.#regions.indexOf(region)}`;
  }

  /** `host`: up to 254; 1 is what its programs ask from. */
  address(region: string, host: number): string {
    return `10.78.${this.#regions.indexOf(region) + 1}.${host}`;
  }

  /** Command words in front of a program that is to run in the region; none for one at the centre. */
  prefix(region: string): readonly string[] {
    return this.#regions.includes(region) ? ['ip', 'netns', 'exec', this.#namespace(region)] : [];
  }

  /** Nothing crosses the border of the region from now on, or all does again. Connections hear nothing of it. */
  cut(region: string, isCut: boolean): void {
    run('ip', '-n', this.#hub, 'link', 'set', this.#port(region), isCut ? 'down' : 'up');
  }

  /** What has left the region so far, with headers. */
  bytesOut(region: string): number {
    const text = run('ip', '-n', this.#hub, '-s', '-j', 'link', 'show', 'dev', this.#port(region));
    const [link] = JSON.parse(text) as [{ readonly stats64: { readonly rx: { readonly bytes: number } } }];
    return link.stats64.rx.bytes;
  }

  /** Idempotent. Processes in the namespaces must have ended. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#disown();
    const there = new Set(
      run('ip', 'netns', 'list')
        .split('\n')
        .map((line) => line.split(' ')[0] ?? ''),
    );
    for (const name of [this.#hub, ...this.#regions.map((region) => this.#namespace(region))])
      if (there.has(name)) run('ip', 'netns', 'del', name);
  }
}

/** Of the library node, then of receivers. */
export const LIBRARY_HOST = 10;
export const FIRST_RECEIVER_HOST = 100;

function run(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
