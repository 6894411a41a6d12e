// All children of the local cloud together: start order, enrolment tokens, readiness, and the end.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.ts';
import { portTable, takenPorts } from './endpoints.ts';
import { formatLine } from './format.ts';
import { LogFile, loadSecrets, processStart, readRun, removeRun, writePrivate, writeRun } from './state.ts';
import { type ChildSpec, regions, type Secrets, type TopologyOptions, topology } from './topology.ts';

const readyDeadlineMs = 30_000;
const credentialsMaxAgeMs = 20 * 3600_000; // certificates live 24 h; an older file is not worth trying

export class Cloud {
  readonly #repository: string;
  readonly #options: TopologyOptions;
  readonly #secrets: Secrets;
  readonly #specs: ChildSpec[];
  readonly #children = new Map<string, Child>();
  readonly #logs = new Map<string, LogFile>();
  readonly #pids = new Map<string, number>();
  readonly #colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  readonly #idWidth: number;
  #stopping: Promise<void> | undefined;

  constructor(repository: string, options: TopologyOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#secrets = loadSecrets(options.stateDir);
    this.#specs = topology(options, this.#secrets);
    this.#idWidth = Math.max(...this.#specs.map((spec) => spec.id.length));
  }

  /** Starts everything and prints `ready <url>`; rejects with what is wrong with the surroundings. Children that die later are restarted. */
  async start(): Promise<void> {
    const beganMs = performance.now();
    await this.#clearPast();
    const taken = takenPorts(this.#specs);
    if (taken.length > 0) {
      const lines = taken.map(
        (hit) => `  ${hit.protocol} ${hit.ip}:${hit.port}, needed by ${hit.neededBy}, is held by ${hit.holder}`,
      );
      throw new Error(`ports in use:\n${lines.join('\n')}\nend that process, or start with -- --port-offset 1000`);
    }
    for (const spec of this.#specs) this.#prepare(spec);
    const centre = this.#specs[0];
    if (centre === undefined) throw new Error('nothing to start');
    await this.#child(centre.id).start();
    await this.#healthy(centre);
    await Promise.all(this.#specs.slice(1).map((spec) => this.#child(spec.id).start()));
    await Promise.all(this.#specs.slice(1).map((spec) => this.#healthy(spec)));
    if (this.#stopping === undefined) this.#welcome(performance.now() - beganMs);
  }

  /** Ends every child, the centre last. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const [centre, ...others] = [...this.#children.values()];
    await Promise.all(others.map((child) => child.stop()));
    await centre?.stop();
    for (const log of this.#logs.values()) log.close();
    removeRun(this.#options.stateDir);
  }

  /** A running cloud in this folder is an error; children that a killed supervisor left behind are ended. */
  async #clearPast(): Promise<void> {
    const past = readRun(this.#options.stateDir);
    if (past === undefined) return;
    if (past.alive)
      throw new Error(
        `Meridian runs already from ${this.#options.stateDir}; end it first (Ctrl-C there), or use -- --state-dir DIR --port-offset N`,
      );
    for (const left of past.leftovers) {
      console.log(`ending ${left.id} (pid ${left.pid}), left behind by an interrupted run`);
      process.kill(left.pid, 'SIGKILL');
    }
    const deadline = performance.now() + 5000;
    while (past.leftovers.some((left) => processStart(left.pid) !== undefined) && performance.now() < deadline)
      await pause(50);
  }

  #prepare(spec: ChildSpec): void {
    const dir = String(spec.config['stateDir']);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#logs.set(spec.id, new LogFile(this.#options.stateDir, spec.id));
    this.#children.set(
      spec.id,
      new Child(spec.id, {
        command: () => this.#command(spec, dir),
        onLine: (line) => this.#print(spec.id, line),
        onEvent: (text, level) =>
          this.#print(
            spec.id,
            JSON.stringify({
              level: { info: 30, warn: 40, error: 50 }[level],
              time: Date.now(),
              msg: `[supervisor] ${text}`,
            }),
          ),
        onPid: (pid) => {
          if (pid === undefined) this.#pids.delete(spec.id);
          else this.#pids.set(spec.id, pid);
          if (this.#stopping === undefined) writeRun(this.#options.stateDir, this.#pids);
        },
      }),
    );
  }

  async #command(spec: ChildSpec, dir: string): Promise<{ file: string; args: string[]; env: Record<string, string> }> {
    const file = join(dir, 'config.json');
    const token = spec.enrols && !hasCredentials(dir) ? { enrolmentToken: await this.#enrolmentToken(spec) } : {};
    writePrivate(file, JSON.stringify({ ...spec.config, ...token }, null, 2));
    const { PATH = '', HOME = '', LANG = 'C.UTF-8', TZ = '' } = process.env;
    return {
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(this.#repository, spec.entry), '--config', file],
      env: { PATH, HOME, LANG, ...(TZ === '' ? {} : { TZ }) },
    };
  }

  async #enrolmentToken(spec: ChildSpec): Promise<string> {
    const url = `http://${String(this.#specs[0]?.config['httpHost'])}:${String(this.#specs[0]?.config['httpPort'])}/v1/enrolment-tokens`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#secrets.clusterToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: spec.id, kind: spec.kind, region: spec.region }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok)
      throw new Error(`the centre refused an enrolment token: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }

  async #healthy(spec: ChildSpec): Promise<void> {
    const deadline = performance.now() + readyDeadlineMs;
    while (this.#stopping === undefined) {
      if (await this.#serves(spec)) return;
      if (this.#child(spec.id).gaveUp || performance.now() > deadline) {
        await this.stop();
        throw new Error(
          `${spec.id} does not become ready; its log: ${join(this.#options.stateDir, 'logs', `${spec.id}.log`)}`,
        );
      }
      await pause(50);
    }
  }

  async #serves(spec: ChildSpec): Promise<boolean> {
    try {
      if (spec.healthUrl !== undefined) {
        const healthy = (await fetch(spec.healthUrl, { signal: AbortSignal.timeout(1000) })).ok;
        if (!healthy || !spec.enrols) return healthy;
      }
      return spec.enrols ? await this.#alive(spec.id) : true;
    } catch (error) {
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false; // not listening yet
      throw error;
    }
  }

  async #alive(id: string): Promise<boolean> {
    const url = `http://${String(this.#specs[0]?.config['httpHost'])}:${String(this.#specs[0]?.config['httpPort'])}/v1/fleet`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${this.#secrets.clusterToken}` },
      signal: AbortSignal.timeout(1000),
    });
    if (!response.ok) return false;
    const fleet = (await response.json()) as { nodes: { nodeId: string; state: string }[] };
    return fleet.nodes.some((node) => node.nodeId === id && node.state === 'alive');
  }

  #print(id: string, line: string): void {
    this.#logs.get(id)?.write(line);
    console.log(formatLine(id, line, { colour: this.#colour, idWidth: this.#idWidth }, new Date()));
  }

  #child(id: string): Child {
    const child = this.#children.get(id);
    if (child === undefined) throw new Error(`no child ${id}`);
    return child;
  }

  #welcome(tookMs: number): void {
    const page = `http://127.0.0.1:${7800 + this.#options.portOffset}`;
    const links = regions.map((region) => `  ${region.id.padEnd(10)} ${page}/?room=demo&from=${region.id}`);
    console.log(
      `\n${portTable(this.#specs)}\n\nready ${page}   (${(tookMs / 1000).toFixed(1)} s)\njoin from two regions:\n${links.join('\n')}\nCtrl-C ends everything.\n`,
    );
  }
}

function hasCredentials(dir: string): boolean {
  const file = join(dir, 'credentials.json');
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < credentialsMaxAgeMs;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
