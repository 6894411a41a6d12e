// The processes of a run: started in their regions, watched, and ended with their folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { boundToStdin, Child, type Command } from '@meridian/runtime/child';
import { CentreClient } from '../../../infra/local/centre-client.ts';
import type { ChildSpec } from '../../../infra/local/spec.ts';
import { LogFile, loadSecrets, writeConfig } from '../../../infra/local/state.ts';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import type { Say } from '../../support/case.ts';
import { Client, type Item, type SeenReceiver } from './client.ts';
import { RegionNet } from './net.ts';
import type { PlannedItem } from './plan.ts';
import {
  apiUrl,
  type ClusterOptions,
  centreSpecs,
  centreUrl,
  librarySpec,
  ORIGIN,
  type Receiver,
  receiverSpecs,
  receiversOf,
  regions,
} from './specs.ts';
import { childrenNamed, type Pids } from './usage.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Of all processes of one kind, on a machine with other work. */
const SERVES_MS = 240_000;
const METRICS_MS = 30_000;

export interface KnownReceiver extends Receiver {
  readonly id: string;
  readonly credential: string;
}

export class Cluster {
  readonly o: ClusterOptions;
  readonly client: Client;
  receivers: readonly KnownReceiver[] = [];
  /** Processes that could not be started, or ended by themselves, with their last words. */
  readonly troubles: string[] = [];
  readonly #centre: CentreClient;
  readonly #children = new Map<string, { readonly child: Child; readonly spec: ChildSpec }>();
  readonly #logs: LogFile[] = [];
  readonly #enrolled = new Set<string>();
  readonly #keep: boolean;
  readonly #disown: () => void;
  #closing: Promise<void> | undefined;

  /** Starts Redis, the centre, the api, and the library node of the origin. `keep`: the folder stays, for its logs. */
  static async start(
    o: Omit<ClusterOptions, 'stateDir' | 'secrets' | 'net'> & { readonly keep: boolean },
  ): Promise<Cluster> {
    const net = RegionNet.create(regions);
    const stateDir = mkdtempSync(join(tmpdir(), 'meridian-distribution-'));
    const cluster = new Cluster(Object.assign({ net, stateDir, secrets: loadSecrets(stateDir) }, o), o.keep);
    try {
      for (const spec of centreSpecs(cluster.o)) await cluster.#start([spec]);
      await cluster.#start([librarySpec(cluster.o, ORIGIN)]);
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  private constructor(o: ClusterOptions, keep: boolean) {
    this.o = o;
    this.#keep = keep;
    this.client = new Client(apiUrl, o.secrets.devKey);
    this.#centre = new CentreClient({ baseUrls: [centreUrl], clusterToken: o.secrets.clusterToken });
    this.#disown = owned('a cloud of distribution', () => this.close());
  }

  /** One after another. The origin must be the only library node so far: so it has all of them. */
  async upload(items: readonly PlannedItem[]): Promise<ReadonlyMap<string, Item>> {
    const folder = join(this.o.stateDir, 'uploads');
    mkdirSync(folder, { recursive: true });
    const made = new Map<string, Item>();
    for (const item of items) made.set(item.name, await this.client.upload(item, folder));
    return made;
  }

  /** The library nodes of other regions, and all receivers; resolves when each of them polls. */
  async startRegions(say: Say): Promise<void> {
    await this.#start(regions.filter((region) => region !== ORIGIN).map((region) => librarySpec(this.o, region)));
    const known: KnownReceiver[] = [];
    for (const receiver of receiversOf(this.o)) {
      const { name, region, site, filesDir } = receiver;
      mkdirSync(filesDir, { recursive: true });
      const body = { kind: 'agent', name, region, site };
      const made = await this.client.ask<{ receiver: { id: string }; credential: string }>(
        'POST',
        '/distribution/receivers',
        body,
      );
      known.push(Object.assign({ id: made.receiver.id, credential: made.credential }, receiver));
    }
    this.receivers = known;
    const specs = receiverSpecs(this.o, known);
    say(`${known.length} receivers in ${specs.length} processes`);
    await this.#start(specs);
    await until('all receivers are online', () => this.#areOnline(), SERVES_MS);
  }

  async #areOnline(): Promise<boolean> {
    const seen = await this.client.all<SeenReceiver>('/distribution/receivers');
    return seen.length === this.receivers.length && seen.every(({ online }) => online);
  }

  /** The text of the metrics port of a receiver. Rejects when it does not answer. */
  async metricsOf(name: string): Promise<string> {
    const url = this.receivers.find((one) => one.name === name)?.metricsUrl ?? '';
    return await (await fetch(url, { signal: AbortSignal.timeout(METRICS_MS) })).text();
  }

  /** Of all processes, by kind; of the database its first one. */
  pids(): Pids {
    const of = (kind: ChildSpec['kind']): number[] =>
      [...this.#children.values()].filter(({ spec }) => spec.kind === kind).map(({ child }) => child.pid ?? 0);
    return {
      api: of('api'),
      database: childrenNamed(process.pid, 'postgres'),
      library: of('library'),
      receivers: of('receiver'),
      redis: of('redis'),
      centre: of('scheduler'),
    };
  }

  /** Kills api, centre, Redis and all library nodes: they stay dead. */
  async killCentre(): Promise<void> {
    const own = [...this.#children.values()].filter(({ spec }) => spec.kind !== 'receiver');
    await Promise.all(
      own.map(async ({ child }) => {
        // Before the kill: so it is not started again.
        const ended = child.stop();
        child.kill();
        await ended;
      }),
    );
  }

  /** Starts again what `killCentre` has killed; resolves when it serves. */
  async startCentre(): Promise<void> {
    for (const spec of centreSpecs(this.o)) await this.#start([spec]);
    await this.#start(regions.map((region) => librarySpec(this.o, region)));
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const children = [...this.#children.values()].map(({ child }) => child);
    // Those of the regions, then what they ask.
    await Promise.all(children.map((child) => child.stop()));
    for (const log of this.#logs) log.close();
    this.o.net.close();
    if (!this.#keep) rmSync(this.o.stateDir, { recursive: true, force: true });
    this.#disown();
  }

  async #start(specs: readonly ChildSpec[]): Promise<void> {
    for (const spec of specs) {
      if (this.#closing !== undefined) throw new Error('the cloud is ending');
      const child = this.#childOf(spec);
      this.#children.set(spec.id, { child, spec });
      await child.start();
    }
    await until(
      `${specs.map(({ id }) => id).join(', ')} serve`,
      async () => {
        if (this.troubles.length > 0) return true;
        const answers = await Promise.all(specs.map((spec) => this.#centre.serves(spec)));
        return answers.every(Boolean);
      },
      SERVES_MS,
    );
    if (this.troubles.length > 0) throw new Error(this.troubles.join('\n'));
  }

  #childOf(spec: ChildSpec): Child {
    mkdirSync(String(spec.config['stateDir']), { recursive: true });
    const trouble = (what: string): void =>
      void this.troubles.push([`${spec.id}: ${what}`, ...log.lastLines].join('\n'));
    const log = new LogFile(this.o.stateDir, spec.id, (error) => trouble(String(error)));
    this.#logs.push(log);
    return new Child(spec.id, {
      // On a machine with other work, a slow process is none that hangs.
      keepsFrozen: true,
      command: () => this.#command(spec),
      onLine: (line) => log.write(line),
      onEvent: (text, level) => {
        if (level !== 'info') trouble(text);
      },
      onPid: () => undefined,
      onDeath: () => undefined,
    });
  }

  async #command(spec: ChildSpec): Promise<Command> {
    const { PATH = '', HOME = '', NODE_COMPILE_CACHE = join(this.o.stateDir, 'compiled') } = process.env;
    const env = { PATH, HOME, NODE_COMPILE_CACHE };
    const [file = '', ...args] = [...this.o.net.prefix(spec.region), ...(await this.#words(spec))];
    return { file, args, env };
  }

  async #words(spec: ChildSpec): Promise<readonly string[]> {
    if (spec.program !== undefined) {
      const { file, args } = boundToStdin(spec.program);
      return [file, ...args];
    }
    const file = join(String(spec.config['stateDir']), 'config.json');
    const isFirst = spec.enrols && !this.#enrolled.has(spec.id);
    writeConfig(file, spec.config, isFirst ? await this.#centre.enrolmentToken(spec) : undefined);
    if (spec.enrols) this.#enrolled.add(spec.id);
    const isGroup = spec.kind === 'receiver' && 'receivers' in spec.config;
    const program = isGroup ? join(root, 'tools/bench/distribution/receivers-main.ts') : bundleOf(root, spec.kind);
    return [process.execPath, '--disable-warning=ExperimentalWarning', program, '--config', file];
  }
}
