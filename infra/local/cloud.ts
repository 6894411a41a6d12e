// All children of the local cloud together: start order, enrolment tokens, readiness, and the end.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.ts';
import { judgeCredentials } from './credentials.ts';
import { portTable, takenPorts } from './endpoints.ts';
import { formatLine } from './format.ts';
import type { Output } from './output.ts';
import { endPast } from './past.ts';
import { LogFile, loadSecrets, removeRun, writePrivate, writeRun } from './state.ts';
import { type ChildSpec, regions, type Secrets, type TopologyOptions, topology } from './topology.ts';

const readyDeadlineMs = 30_000;

export class Cloud {
  readonly #repository: string;
  readonly #options: TopologyOptions;
  readonly #output: Output;
  readonly #secrets: Secrets;
  readonly #specs: ChildSpec[];
  readonly #children = new Map<string, Child>();
  readonly #logs = new Map<string, LogFile>();
  readonly #pids = new Map<string, number>();
  readonly #colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  readonly #idWidth: number;
  #stopping: Promise<void> | undefined;
  /** True once run.json is ours: before that it may be another supervisor's, and is not ours to remove. */
  #runs = false;
  /** Of the running centre's CA, as it said last; undefined until it has. */
  #authorityFingerprint: string | undefined;

  constructor(repository: string, options: TopologyOptions, output: Output) {
    this.#repository = repository;
    this.#options = options;
    this.#output = output;
    this.#secrets = loadSecrets(options.stateDir);
    this.#specs = topology(options, this.#secrets);
    this.#idWidth = Math.max(...this.#specs.map((spec) => spec.id.length));
  }

  /** Starts everything and prints `ready <url>`; rejects with what is wrong with the surroundings. Children that die later are restarted. */
  async start(): Promise<void> {
    const beganMs = performance.now();
    await endPast(this.#options.stateDir, (text) => this.#output.say(text));
    const taken = takenPorts(this.#specs);
    if (taken.length > 0) {
      const lines = taken.map(
        (hit) => `  ${hit.protocol} ${hit.ip}:${hit.port}, needed by ${hit.neededBy}, is held by ${hit.holder}`,
      );
      throw new Error(`ports in use:\n${lines.join('\n')}\nend that process, or start with -- --port-offset 1000`);
    }
    if (this.#stopping !== undefined) return;
    this.#runs = true;
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
    if (this.#runs) removeRun(this.#options.stateDir);
  }

  /** Ends every child at once, without order; for the last moment of the process. Idempotent. */
  kill(): void {
    for (const child of this.#children.values()) child.kill();
  }

  #prepare(spec: ChildSpec): void {
    const dir = String(spec.config['stateDir']);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const onTrouble = (error: unknown): void => this.#output.complainOnce('a log cannot be written', error);
    this.#logs.set(spec.id, new LogFile(this.#options.stateDir, spec.id, onTrouble));
    this.#children.set(
      spec.id,
      new Child(spec.id, {
        command: () => this.#command(spec, dir),
        onLine: (line) => this.#print(spec.id, line),
        onEvent: (text, level) => this.#tell(spec.id, text, level),
        onPid: (pid) => this.#recordPid(spec.id, pid),
      }),
    );
  }

  #recordPid(id: string, pid: number | undefined): void {
    if (pid === undefined) this.#pids.delete(id);
    else this.#pids.set(id, pid);
    if (this.#stopping !== undefined) return;
    try {
      writeRun(this.#options.stateDir, this.#pids);
    } catch (error) {
      this.#output.complainOnce('run.json cannot be written', error);
    }
  }

  async #command(spec: ChildSpec, dir: string): Promise<{ file: string; args: string[]; env: Record<string, string> }> {
    const file = join(dir, 'config.json');
    const token = spec.enrols && (await this.#mustEnrol(spec, dir)) ? await this.#enrolmentToken(spec) : undefined;
    writePrivate(file, JSON.stringify({ ...spec.config, enrolmentToken: token }, null, 2));
    const { PATH = '', HOME = '', LANG = 'C.UTF-8', TZ = '' } = process.env;
    return {
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(this.#repository, spec.entry), '--config', file],
      env: { PATH, HOME, LANG, ...(TZ === '' ? {} : { TZ }) },
    };
  }

  /** Whether the child needs a token; credentials that are of no use are removed, and why is told in one line. */
  async #mustEnrol(spec: ChildSpec, dir: string): Promise<boolean> {
    const file = join(dir, 'credentials.json');
    const authorityFingerprint = await this.#askFingerprint();
    const verdict = judgeCredentials(file, { id: spec.id, authorityFingerprint, nowMs: Date.now() });
    if (verdict.usable) return false;
    if (verdict.why !== undefined) this.#tell(spec.id, `${file} ${verdict.why}; it enrols anew`, 'warn');
    rmSync(file, { force: true });
    return true;
  }

  /** A child must be able to start again while the centre is away: what it said last holds until it answers. */
  async #askFingerprint(): Promise<string | undefined> {
    try {
      const response = await fetch(String(this.#specs[0]?.healthUrl), { signal: AbortSignal.timeout(1000) });
      const { authorityFingerprint } = (await response.json()) as { authorityFingerprint?: unknown };
      if (typeof authorityFingerprint === 'string') this.#authorityFingerprint = authorityFingerprint;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#output.complainOnce('the centre does not tell its certificate authority', error);
    }
    return this.#authorityFingerprint;
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

  #tell(id: string, text: string, level: 'info' | 'warn' | 'error'): void {
    const number = { info: 30, warn: 40, error: 50 }[level];
    this.#print(id, JSON.stringify({ level: number, time: Date.now(), msg: `[supervisor] ${text}` }));
  }

  #print(id: string, line: string): void {
    this.#logs.get(id)?.write(line);
    this.#output.say(formatLine(id, line, { colour: this.#colour, idWidth: this.#idWidth }, new Date()));
  }

  #child(id: string): Child {
    const child = this.#children.get(id);
    if (child === undefined) throw new Error(`no child ${id}`);
    return child;
  }

  #welcome(tookMs: number): void {
    const page = `http://127.0.0.1:${7800 + this.#options.portOffset}`;
    const links = regions.map((region) => `  ${region.id.padEnd(10)} ${page}/?room=demo&from=${region.id}`);
    this.#output.say(
      `\n${portTable(this.#specs)}\n\nready ${page}   (${(tookMs / 1000).toFixed(1)} s)\njoin from two regions:\n${links.join('\n')}\nCtrl-C ends everything.\n`,
    );
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
