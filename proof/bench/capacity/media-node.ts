// A real media node as a process of its own, alone on its core: the bundle of `sfu` with its worker, enrolled by the
// centre of the benchmark. A stub of a signaling node sends requests.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { wire } from '@meridian/protocol';
import { createLogger, type Link, LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { until } from '../../test/support/poll.ts';
import { BenchCentre } from './centre.ts';
import { childrenOf } from './processor.ts';

export const nodeId = 'sfu-bench';
const startLimitMs = 30_000;
const endLimitMs = 15_000;
const outputLinesMax = 200;
const endsWithUs = ['setpriv', '--pdeathsig', 'TERM'];
/** Bandwidth beyond what a core can send. There is no network card, so the processor shall be the limit. */
const loopbackBps = 1e10;
const mainFile = bundleOf(join(import.meta.dirname, '../../..'), 'sfu');

/** Capacity that the node claims; `atMs` is by the clock of `performance`. */
export interface Claim {
  readonly atMs: number;
  readonly consumers: number;
  readonly sessions: number;
}

export interface NodeOptions {
  readonly cpu: number;
  readonly cpuCores: number;
  /** Default: `nodeId`. */
  readonly id?: string;
  /** Network namespace and addresses; default: the loopback interface of this process. */
  readonly place?: {
    readonly namespace: string;
    readonly address: string;
    readonly control: string;
    readonly controller: string;
  };
  /** Centre of several nodes, which its owner closes; default: one of the node's own. */
  readonly centre?: BenchCentre;
  /** Forwarder under the pipes; default: none. */
  readonly pathdBin?: string;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export class BenchNode {
  readonly id: string;
  readonly #options: NodeOptions;
  readonly claims: Claim[] = [];
  report: wire.Load.$Properties | undefined;
  readonly #dir = mkdtempSync(join(tmpdir(), 'meridian-capacity-'));
  readonly #clock = systemClock();
  readonly #log = createLogger({ name: 'bench', level: 'fatal' });
  readonly #output: string[] = [];
  #controlPort = 0;
  #ownCentre: BenchCentre | undefined;
  #signaling: LinkDialer | undefined;
  #child: ChildProcess | undefined;
  #closing: Promise<void> | undefined;

  private constructor(o: NodeOptions) {
    this.#options = o;
    this.id = o.id ?? nodeId;
  }

  /**
   * Starts the node on one processor of this machine. Rejects with the node's output if it does not register or does
   * not accept the signaling node.
   */
  static async start(o: NodeOptions): Promise<BenchNode> {
    const node = new BenchNode(o);
    try {
      await node.#open();
      return node;
    } catch (error) {
      await node.close();
      throw new Error(`the media node did not start:\n${node.#output.join('\n')}`, { cause: error });
    }
  }

  get signaling(): Link {
    const link = this.#signaling?.link;
    if (link === undefined) throw new Error(`the link to the media node is gone:\n${this.#output.join('\n')}`);
    return link;
  }

  /** Capacity that the node registered last, by which a scheduler places. */
  get claim(): Claim {
    const claim = this.claims.at(-1);
    if (claim === undefined) throw new Error('the node has not registered');
    return claim;
  }

  pids(): number[] {
    const agent = this.#child?.pid;
    if (agent === undefined || this.#hasEnded) throw new Error(`the media node has ended:\n${this.#output.join('\n')}`);
    return [agent, ...childrenOf(agent)];
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #open(): Promise<void> {
    const { place } = this.#options;
    this.#ownCentre = this.#options.centre === undefined ? await BenchCentre.open(controllerOf(place)) : undefined;
    const centre = this.#options.centre ?? this.#ownCentre;
    if (centre === undefined) throw new Error('the media node has no centre');
    const file = join(this.#dir, 'node.json');
    const enrolmentToken = await centre.admit(this.id, {
      registered: ({ node }) => this.#registered(node ?? undefined),
      reported: (load) => (this.report = load),
    });
    writeFileSync(file, JSON.stringify(this.#config(centre.port, enrolmentToken)), { mode: 0o600 });
    this.#spawn(file);
    await until('the media node registers', () => this.claims.length > 0 || this.#hasEnded, startLimitMs);
    this.#signaling = new LinkDialer({
      url: `wss://${place?.control ?? '127.0.0.1'}:${this.#controlPort}`,
      credentials: () => centre.signaling,
      log: this.#log,
      clock: this.#clock,
      rng: secureRng(),
      expect: ({ id }) => id === this.id,
      onLink: () => undefined, // the node's reports to signaling nodes (speakers, layers) are not measured
    });
    await until(
      'the signaling node has its link',
      () => this.#signaling?.link !== undefined || this.#hasEnded,
      startLimitMs,
    );
    if (this.#hasEnded) throw new Error('its process ended');
  }

  #config(centrePort: number, enrolmentToken: string): object {
    const { place, cpuCores } = this.#options;
    const centre = `${controllerOf(place)}:${centrePort}`;
    const media = place?.address ?? '127.0.0.1';
    return {
      id: this.id,
      region: 'bench',
      city: 'bench',
      latitude: 0,
      longitude: 0,
      hostId: 'bench',
      stateDir: join(this.#dir, 'state'),
      logLevel: 'warn',
      centreUrl: `wss://${centre}`,
      enrolUrl: `https://${centre}`,
      enrolmentToken,
      mediaListen: [{ ip: media, port: 0 }],
      pipeListen: { ip: media, portMin: 20_000, portMax: 59_000 },
      controlListen: { ip: place?.control ?? '127.0.0.1', port: 0 },
      cpuCores,
      bandwidthBps: loopbackBps,
    };
  }

  #registered(node: NonNullable<wire.Register['node']> | undefined): void {
    const { capacity, addresses } = node ?? {};
    this.#controlPort = addresses?.find(({ purpose }) => purpose === 'control')?.port ?? 0;
    const claimed = { consumers: capacity?.consumers ?? 0, sessions: capacity?.sessions ?? 0 };
    this.claims.push({ atMs: performance.now(), ...claimed });
  }

  #spawn(file: string): void {
    const { cpu, place, env, pathdBin = 'none' } = this.#options;
    const prefix = place === undefined ? [] : ['ip', 'netns', 'exec', place.namespace];
    const program = ['taskset', '-c', String(cpu), ...endsWithUs, process.execPath, mainFile, '--config', file];
    const [command = '', ...args] = [...prefix, ...program];
    // The set-up names a pathd for every process, which counts before the file of the configuration.
    const all = { ...process.env, MERIDIAN_PATHD_BIN: pathdBin, ...env };
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: all });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output.push(...chunk.toString().trimEnd().split('\n'));
        this.#output.splice(0, Math.max(0, this.#output.length - outputLinesMax));
      });
    child.on('error', (error) => this.#output.push(error.message));
  }

  get #hasEnded(): boolean {
    return this.#child?.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(): Promise<void> {
    this.#signaling?.close('bench over');
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), endLimitMs); // the worker ends when its agent is gone
      await ended;
      clearTimeout(killer);
    }
    await this.#ownCentre?.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const controllerOf = (place: NodeOptions['place']): string => place?.controller ?? '127.0.0.1';
