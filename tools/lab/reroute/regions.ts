// Three network namespaces, a wire with delay between every two of them (vde switches and wirefilter), and a way to cut
// one wire: what is on it is dropped, in both directions or in one, and neither end is informed. Needs root (Linux).
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';

export const regionNames = ['a', 'b', 'r'] as const;
export type RegionName = (typeof regionNames)[number];
const wires = [
  ['a', 'b'],
  ['a', 'r'],
  ['b', 'r'],
] as const;

const run = (file: string, ...args: string[]): string =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export class Regions {
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-regions-'));
  readonly #children: ChildProcess[] = [];
  readonly #disown = owned('three network namespaces', () => this.close());
  #closed = false;
  #directMs = 0;
  #delayMs = 0;

  /** `onewayMs`: of each wire, in the order a–b, a–r, b–r. */
  static async create(onewayMs: readonly number[]): Promise<Regions> {
    const regions = new Regions();
    regions.#directMs = regions.#delayMs = onewayMs[0] ?? 0;
    try {
      for (const name of regionNames) {
        run('ip', 'netns', 'add', regions.namespace(name));
        run('ip', '-n', regions.namespace(name), 'link', 'set', 'lo', 'up');
      }
      for (const [index, [one, other]] of wires.entries()) await regions.#wire(index, one, other, onewayMs[index] ?? 0);
      return regions;
    } catch (error) {
      await regions.close();
      throw error;
    }
  }

  namespace(name: RegionName): string {
    return `mer-${name}-${process.pid}`;
  }
  /** The region's address on one of its wires. */
  ip(name: RegionName, wire: number): string {
    return `10.78.${wire}.${wires[wire]?.[0] === name ? 1 : 2}`;
  }
  /** An address of its own, reached by whatever wire leads there directly. */
  ownIp(name: RegionName): string {
    return `10.79.0.${regionNames.indexOf(name) + 1}`;
  }

  async #wire(index: number, one: RegionName, other: RegionName, onewayMs: number): Promise<void> {
    const switches = [join(this.#dir, `${index}x`), join(this.#dir, `${index}y`)];
    for (const path of switches) this.#start('vde_switch', '-s', path, '-M', `${path}.mgmt`);
    await until('the switches listen', () => switches.every((path) => existsSync(`${path}/ctl`)));
    for (const [side, name] of [one, other].entries()) {
      const device = `mw${process.pid % 10_000}${index}${name}`;
      this.#start('vde_plug2tap', '-s', switches[side] ?? '', device);
      await until('the tap is there', () => existsSync(`/sys/class/net/${device}`));
      const namespace = this.namespace(name);
      run('ip', 'link', 'set', device, 'netns', namespace);
      run('ip', '-n', namespace, 'link', 'set', device, 'name', `wire${index}`);
      run('ip', '-n', namespace, 'addr', 'add', `${this.ip(name, index)}/24`, 'dev', `wire${index}`);
      run('ip', '-n', namespace, 'link', 'set', `wire${index}`, 'up');
    }
    const socket = join(this.#dir, `${index}.mgmt`);
    this.#start('wirefilter', '-v', switches.join(':'), '-d', String(onewayMs), '-c', '1000000', '-M', socket);
    await until('the wire is there', () => existsSync(socket));
    for (const [name, far] of [
      [one, other],
      [other, one],
    ] as const) {
      const namespace = this.namespace(name);
      const own = `${this.ownIp(name)}/32`;
      if (!run('ip', '-n', namespace, 'addr').includes(own))
        run('ip', '-n', namespace, 'addr', 'add', own, 'dev', 'lo');
      const nextHop = ['via', this.ip(far, index), 'src', this.ownIp(name)];
      run('ip', '-n', namespace, 'route', 'add', `${this.ownIp(far)}/32`, ...nextHop);
    }
    const rules = 'add table ip meridian; add chain ip meridian in { type filter hook input priority 0; }';
    for (const name of [one, other]) run('ip', 'netns', 'exec', this.namespace(name), 'nft', rules);
  }

  /** Drops everything that arrives by the wire between a and b, at the ends named; neither end is informed. */
  cut(ends: readonly ('a' | 'b')[]): void {
    for (const name of ends) this.#rule(name, 'iifname wire0 drop');
  }
  /** The wire between a and b loses each packet by chance, in both directions. */
  lose(percent: number): void {
    for (const name of ['a', 'b'] as const) this.#rule(name, `iifname wire0 numgen random mod 100 < ${percent} drop`);
  }
  /** The wire between a and b takes so much longer, in each direction. */
  slow(moreMs: number): Promise<void> {
    return this.#setDelay(this.#directMs + moreMs);
  }
  async heal(): Promise<void> {
    for (const name of ['a', 'b'] as const)
      run('ip', 'netns', 'exec', this.namespace(name), 'nft', 'flush chain ip meridian in');
    await this.#setDelay(this.#directMs);
  }
  #rule(name: 'a' | 'b', rule: string): void {
    run('ip', 'netns', 'exec', this.namespace(name), 'nft', `add rule ip meridian in ${rule}`);
  }
  /** By the console of the wire between a and b. */
  async #setDelay(onewayMs: number): Promise<void> {
    if (onewayMs === this.#delayMs) return;
    this.#delayMs = onewayMs;
    const socket = connect(join(this.#dir, '0.mgmt'));
    let heard = '';
    socket.on('data', (text) => {
      heard += text.toString();
    });
    try {
      await until('the wire listens', () => heard.includes('$'));
      heard = '';
      socket.write(`delay ${onewayMs}\n`);
      await until('the wire has taken it', () => heard.includes('Success'));
    } finally {
      socket.destroy();
    }
  }

  /** Starts a program in a region; close() ends it. */
  spawn(name: RegionName, file: string, args: readonly string[]): ChildProcess {
    return this.#start('ip', 'netns', 'exec', this.namespace(name), file, ...args);
  }
  #start(file: string, ...args: string[]): ChildProcess {
    // The consoles of vde's programs end at end of input: keep it open.
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    if (file !== 'ip') child.stdout?.resume();
    this.#children.push(child);
    return child;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const child of this.#children.reverse()) child.kill('SIGKILL');
    for (const name of regionNames) {
      const namespace = this.namespace(name);
      if (!run('ip', 'netns', 'list').includes(namespace)) continue;
      // Workers and forwarders end with the process that started them: what is still there is on its way out.
      await until('what ran inside has ended', () => run('ip', 'netns', 'pids', namespace).trim() === '');
      run('ip', 'netns', 'delete', namespace);
    }
    rmSync(this.#dir, { recursive: true, force: true });
    this.#disown();
  }
}
