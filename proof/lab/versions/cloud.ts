// A cloud whose processes are of two versions. Each process runs from the tree of its version, with the configuration
// that this version wrote, and can be replaced by the same process of the other version.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boundToStdin, Child, type Command } from '@meridian/runtime/child';
import { CentreClient } from '../../../infra/local/centre-client.ts';
import { judgeCredentials } from '../../../infra/local/credentials.ts';
import { takenPorts } from '../../../infra/local/endpoints.ts';
import { LogFile, loadSecrets, writeConfig, writeRun } from '../../../infra/local/state.ts';
import type { ChildSpec } from '../../../infra/local/topology.ts';
import { bundleOf, entries } from '../../../infra/services/entries.mjs';
import { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { registerResource } from '../../test/support/resources.ts';
import type { Tree, Version } from './trees.ts';

const servesMsMax = 90_000;
/** Time limits of drains, shorter than on a real host. An encoder's session cannot move and lasts until the limit. */
const drainMs = { sfu: 30_000, gateway: 5000 };
const stopMsMax = 45_000;

export interface VersionsOptions {
  readonly trees: Readonly<Record<Version, Tree>>;
  readonly stateDir: string;
  readonly portOffset: number;
  readonly databaseUrl: string;
  /** URL of the balancer over both apis. */
  readonly apiUrl: string;
}

interface RunningProcess {
  readonly version: Version;
  readonly child: Child;
}

export class VersionsCloud {
  readonly #o: VersionsOptions;
  readonly #specs: Readonly<Record<Version, ReadonlyMap<string, ChildSpec>>>;
  readonly #centre: CentreClient;
  readonly #running = new Map<string, RunningProcess>();
  readonly #logs = new Map<string, LogFile>();
  readonly #pids = new Map<string, number>();
  readonly deaths: { id: string; atMs: number; how: string }[] = [];
  readonly testCloud: TestCloud;
  #isOver = false;

  constructor(o: VersionsOptions) {
    this.#o = o;
    const secrets = loadSecrets(o.stateDir);
    const specsOf = (version: Version): ReadonlyMap<string, ChildSpec> => {
      const specs = o.trees[version].specs(
        {
          portOffset: o.portOffset,
          stateDir: o.stateDir,
          workerBin: process.env['MEDIASOUP_WORKER_BIN'] ?? '',
          logLevel: 'info',
          nodesPerRegion: 2,
          standby: true,
          apiConfig: { databaseUrl: o.databaseUrl, egressAllow: ['127.0.0.0/8'] },
        },
        secrets,
      );
      return new Map(specs.flatMap((spec) => this.#adapted(spec)).map((spec) => [spec.id, spec]));
    };
    this.#specs = { before: specsOf('before'), after: specsOf('after') };
    const base = [7001, 7004].map((port) => `http://127.0.0.1:${port + o.portOffset}`);
    this.#centre = new CentreClient({ baseUrls: base, clusterToken: secrets.clusterToken });
    this.testCloud = TestCloud.attached(o);
  }

  static apiPorts = (portOffset: number): number[] => [7810 + portOffset, 7812 + portOffset];
  get secondPageUrl(): string {
    return `http://127.0.0.1:${7802 + this.#o.portOffset}`;
  }

  /** Returns the spec with a shorter drain and the balancer's address; for an api or page, also a second one. */
  #adapted(spec: ChildSpec): ChildSpec[] {
    const { kind, id } = spec;
    if (kind === 'sfu' || kind === 'gateway') return [withConfig(spec, id, { drainLimitMs: drainMs[kind] })];
    const stateDir = `${this.#o.stateDir}/${id}-2`;
    if (kind === 'api') {
      const httpListen = { ip: '127.0.0.1', port: VersionsCloud.apiPorts(this.#o.portOffset)[1] };
      return [spec, withConfig(spec, 'api-2', { id: 'api-2', stateDir, httpListen }, httpListen.port)];
    }
    if (kind !== 'web') return [spec];
    const first = withConfig(spec, id, { apiUrl: this.#o.apiUrl });
    const httpPort = 7802 + this.#o.portOffset;
    return [first, withConfig(first, 'web-2', { stateDir, httpPort }, httpPort)];
  }

  get ids(): readonly string[] {
    return [...this.#specs.after.keys()];
  }

  versionOf(id: string): Version | undefined {
    return this.#running.get(id)?.version;
  }

  async start(): Promise<void> {
    const taken = takenPorts([...this.#specs.before.values()]);
    if (taken.length > 0) throw new Error(`ports in use: ${JSON.stringify(taken)}`);
    registerResource('a cloud of two versions', () => this.stop());
    const all = [...this.#specs.before.values()];
    const isFirst = ({ kind }: ChildSpec): boolean => kind === 'redis' || kind === 'scheduler';
    for (const spec of all.filter(isFirst)) await this.#begin(spec, 'before');
    await Promise.all(all.filter((spec) => !isFirst(spec)).map((spec) => this.#begin(spec, 'before')));
  }

  /** Ends a process as its host does, and starts it in this version. Resolves when it serves. */
  async replace(id: string, version: Version): Promise<{ stopMs: number; startMs: number }> {
    const spec = this.#specs[version].get(id);
    if (spec === undefined) throw new Error(`there is no ${id} in that version`);
    const beganMs = performance.now();
    await this.#running.get(id)?.child.stop();
    const stoppedMs = performance.now();
    await this.#begin(spec, version);
    return { stopMs: Math.round(stoppedMs - beganMs), startMs: Math.round(performance.now() - stoppedMs) };
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const isFirst = (id: string): boolean => id === 'redis' || id.startsWith('centre');
    const children = [...this.#running].reverse();
    // Processes are killed, since without another node to move to a drain lasts until its limit.
    for (const [id, { child }] of children) if (!isFirst(id)) child.kill();
    await Promise.all(children.map(([id, { child }]) => (isFirst(id) ? undefined : child.stop())));
    for (const [id, { child }] of children) if (isFirst(id)) await child.stop();
    for (const log of this.#logs.values()) log.close();
    TestCloud.running.delete(this.testCloud);
    rmSync(this.#o.stateDir, { recursive: true, force: true });
  }

  async #begin(spec: ChildSpec, version: Version): Promise<void> {
    const { id } = spec;
    const deathsBefore = this.deaths.length;
    mkdirSync(String(spec.config['stateDir']), { recursive: true, mode: 0o700 });
    const log = this.#logs.get(id) ?? new LogFile(this.#o.stateDir, id, () => undefined);
    this.#logs.set(id, log);
    const child = new Child(id, {
      keepsFrozen: true,
      stopLimitMs: stopMsMax,
      command: () => this.#command(spec, version),
      onLine: (line) => log.write(line),
      onEvent: (text) => log.write(JSON.stringify({ level: 30, version, msg: `[supervisor] ${text}` })),
      onPid: (pid) => this.#record(id, pid),
      onDeath: (how) => void this.deaths.push({ id, atMs: Date.now(), how }),
    });
    this.#running.set(id, { version, child });
    await child.start();
    const hasDied = (): boolean => this.deaths.slice(deathsBefore).some((death) => death.id === id);
    const what = `${id} of the version ${version} serves`;
    await until(what, () => this.#isOver || hasDied() || this.#centre.serves(spec), servesMsMax);
    if (this.#isOver) throw new Error('the cloud has ended');
    if (!hasDied()) return;
    // The error reports the death, so the list of deaths shall not contain it as well.
    this.deaths.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...this.deaths.filter((death, at) => at < deathsBefore || death.id !== id),
    );
    throw new Error(`${id} of the version ${version} does not start:\n${log.lastLines.join('\n')}`);
  }

  async #command(spec: ChildSpec, version: Version): Promise<Command> {
    const { PATH = '', HOME = '', LANG = 'C.UTF-8', MERIDIAN_JAIL_BIN = '' } = process.env;
    const env = { PATH, HOME, LANG, MERIDIAN_JAIL_BIN };
    if (spec.program !== undefined) return Object.assign(boundToStdin(spec.program), { env });
    const { dir } = this.#o.trees[version];
    const file = join(String(spec.config['stateDir']), 'config.json');
    const token = spec.enrols && !(await this.#isEnrolled(spec)) ? await this.#centre.enrolmentToken(spec) : undefined;
    writeConfig(file, spec.config, token);
    return {
      file: join(dir, 'node_modules/.bin/node'),
      args: ['--disable-warning=ExperimentalWarning', programOf(dir, spec.kind), '--config', file],
      env,
    };
  }

  async #isEnrolled({ id, config }: ChildSpec): Promise<boolean> {
    const authorityFingerprint = await this.#centre.authorityFingerprint(() => undefined);
    const file = join(String(config['stateDir']), 'credentials.json');
    return judgeCredentials(file, { id, authorityFingerprint, nowMs: Date.now() }).usable;
  }

  #record(id: string, pid: number | undefined): void {
    if (pid === undefined) this.#pids.delete(id);
    else this.#pids.set(id, pid);
    if (!this.#isOver) writeRun(this.#o.stateDir, { pids: this.#pids, deaths: this.deaths, isEnding: false });
  }
}

function withConfig(spec: ChildSpec, id: string, keys: Record<string, unknown>, port?: number): ChildSpec {
  const changed = { id, config: Object.assign({}, spec.config, keys) };
  if (port === undefined) return Object.assign({}, spec, changed);
  return Object.assign({}, spec, changed, {
    healthUrl: `http://127.0.0.1:${port}/healthz`,
    endpoints: spec.endpoints.map((endpoint) => Object.assign({}, endpoint, { port })),
  });
}

/** Finds the program of a tree: its bundle, or its source. Before ADR 0041 the folders of sources had other names. */
function programOf(dir: string, kind: ChildSpec['kind']): string {
  const before = join(dir, kind === 'web' ? 'web/server/main.ts' : `${kind}/src/main.ts`);
  const present = kind in entries ? join(dir, entries[kind as keyof typeof entries]) : before;
  return [bundleOf(dir, kind), present].find(existsSync) ?? before;
}
