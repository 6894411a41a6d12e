// Runs a whole cloud for a test, by the same supervisor as `npm start`, with ports and a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Death, RunFile } from '../../../infra/local/state.ts';
import { registerResource } from './resources.ts';

const repository = join(import.meta.dirname, '../../..');
const readyDeadlineMs = 180_000;
const outputLinesMax = 400;
const lastOutputLines = 12;
/** Limit of attempts when other test runs on this machine use the ports. */
const portAttempts = 5;

export interface CloudOptions {
  readonly nodesPerRegion?: number;
  readonly extraArgs?: readonly string[];
  /** Replaces frozen children, as `npm start` does; absent: they stay frozen, as on a host without a watchdog. */
  readonly replacesFrozen?: boolean;
  /** Words before the supervisor's command, for example `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
}

export interface FleetNode {
  nodeId: string;
  kind: string;
  region: string;
  hostId: string;
  state: string;
  incarnation: string;
  load: { sessions: number };
  addresses: { purpose: string; ip: string; port: number }[];
}

/** File beside run.json with the names of children that tests of this cloud have killed, one a line. */
const ANNOUNCED_DEATHS_FILE = 'announced-deaths';

/**
 * A running cloud. The death of a child that no test has killed by `kill` is a failure of the running test
 * (`watch-deaths.ts`), and of `stop()`.
 */
export class TestCloud {
  static readonly running = new Set<TestCloud>();
  readonly portOffset: number;
  readonly stateDir: string;
  readonly output: string[] = [];
  /** Undefined for a cloud that another process started and ends. */
  readonly #process: ChildProcess | undefined;
  readonly #disown: () => void;
  #stopping: Promise<void> | undefined;

  private constructor(child: ChildProcess | undefined, stateDir: string, portOffset: number) {
    this.#process = child;
    this.stateDir = stateDir;
    this.portOffset = portOffset;
    this.#disown = child === undefined ? () => undefined : registerResource('a cloud', () => this.stop());
    TestCloud.running.add(this);
  }

  /** Attaches to a running cloud of another process. `stop` leaves it running; its output is unknown here. */
  static attached({ stateDir, portOffset }: { stateDir: string; portOffset: number }): TestCloud {
    return new TestCloud(undefined, stateDir, portOffset);
  }

  /** Starts a cloud and resolves at `ready`; rejects with its output otherwise. Avoids the ports of another cloud. */
  static async start(o: CloudOptions = {}): Promise<TestCloud> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await TestCloud.#startAt(8000 + ((process.pid + 37 * attempt) % 150) * 100, o);
      } catch (error) {
        // The ports were in use before, or another cloud took them during the start.
        const isTaken = error instanceof Error && /ports in use|EADDRINUSE/.test(error.message);
        if (!isTaken || attempt >= portAttempts) throw error;
      }
    }
  }

  static async #startAt(portOffset: number, o: CloudOptions): Promise<TestCloud> {
    const stateDir = mkdtempSync(join(tmpdir(), 'meridian-e2e-'));
    const command = [
      ...(o.prefix ?? []),
      process.execPath,
      join(repository, 'infra/local/main.ts'),
      '--state-dir',
      stateDir,
      '--port-offset',
      String(portOffset),
      '--nodes-per-region',
      String(o.nodesPerRegion ?? 1),
      ...(o.replacesFrozen === true ? [] : ['--keep-frozen']),
      ...(o.extraArgs ?? []),
    ];
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const cloud = new TestCloud(child, stateDir, portOffset);
    await cloud.#ready(child);
    return cloud;
  }

  async #ready(child: ChildProcess): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => fail(`not ready after ${readyDeadlineMs} ms`), readyDeadlineMs);
      const fail = (why: string): void => {
        clearTimeout(timer);
        child.kill('SIGKILL');
        reject(new Error(`the cloud did not start: ${why}\n${this.output.join('\n')}`));
      };
      child.once('close', (code) => fail(`exit code ${code}`));
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.output.push(line);
          if (this.output.length > outputLinesMax) this.output.shift();
          if (line.startsWith('ready ')) {
            clearTimeout(timer);
            child.removeAllListeners('close');
            resolve();
          }
        });
      }
    });
  }

  get pageUrl(): string {
    return `http://127.0.0.1:${7800 + this.portOffset}`;
  }

  /** Returns the recordings that recorders report, as `ROOM KEY ID`. */
  async recordingsRunning(): Promise<string[]> {
    const { running } = await this.#centre<{ running: { roomKey: string; recordingId: string }[] }>('/v1/recordings');
    return running.map(({ roomKey, recordingId }) => `${roomKey} ${recordingId}`);
  }

  entryUrl(region: 'frankfurt' | 'singapore'): string {
    return `http://${region === 'frankfurt' ? '127.0.1.1' : '127.0.2.1'}:${7880 + this.portOffset}`;
  }

  get centreUrl(): string {
    return `http://127.0.0.1:${7001 + this.portOffset}`;
  }

  secrets(): Record<'devKey' | 'operatorKey', { key: string; secret: string }> & { clusterToken: string } {
    return JSON.parse(readFileSync(join(this.stateDir, 'secrets.json'), 'utf8'));
  }

  /** Returns the pid of a child; throws when it is not running. */
  pid(id: string): number {
    const pid = this.pidIfAny(id);
    if (pid === undefined) throw new Error(`${id} is not running`);
    return pid;
  }

  pidIfAny(id: string): number | undefined {
    return this.#run().children[id]?.pid;
  }

  #run(): RunFile {
    return JSON.parse(readFileSync(join(this.stateDir, 'run.json'), 'utf8')) as RunFile;
  }

  deaths(): readonly Death[] {
    return this.#run().deaths ?? [];
  }

  /** Sends a child SIGKILL, or SIGSTOP with `replacesFrozen`; the supervisor restarts it. */
  kill(id: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    const pid = this.pid(id);
    this.#announceDeath(id);
    process.kill(pid, signal);
  }

  /** Stops a child with SIGSTOP; the returned function continues it. Not for clouds with `replacesFrozen`. */
  freeze(id: string): () => void {
    const pid = this.pid(id);
    process.kill(pid, 'SIGSTOP');
    return () => void process.kill(pid, 'SIGCONT');
  }

  #announceDeath(id: string): void {
    appendFileSync(join(this.stateDir, ANNOUNCED_DEATHS_FILE), `${id}\n`);
  }

  /** Returns the children that died without a test's kill, with their last log lines; each is returned once. */
  takeUnexpectedDeaths(): string[] {
    const run = join(this.stateDir, 'run.json');
    if (!existsSync(run)) return [];
    const { deaths = [] } = JSON.parse(readFileSync(run, 'utf8')) as RunFile;
    const file = join(this.stateDir, ANNOUNCED_DEATHS_FILE);
    const announced = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const strange = deaths.filter(({ id }, at) => {
      const before = deaths.slice(0, at + 1).filter((death) => death.id === id).length;
      return before > announced.filter((each) => each === id).length;
    });
    for (const { id } of strange) this.#announceDeath(id);
    return strange.map(({ id, how, atMs }) => {
      const last = this.log(id).slice(-lastOutputLines).join('\n');
      return `${id} died by itself at ${new Date(atMs).toISOString()}: ${how}\n${last}`;
    });
  }

  log(id: string): string[] {
    return readFileSync(join(this.stateDir, 'logs', `${id}.log`), 'utf8').split('\n');
  }

  async #centre<T>(path: string, init: RequestInit = {}): Promise<T> {
    const ask = (centreUrl: string): Promise<Response> =>
      fetch(`${centreUrl}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${this.secrets().clusterToken}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(5000),
      });
    const first = await ask(this.centreUrl);
    // The first centre stands by, so the other one leads.
    const response = first.status === 503 ? await ask(`http://127.0.0.1:${7004 + this.portOffset}`) : first;
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path}: HTTP ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  fleet(): Promise<{ nodes: FleetNode[] }> {
    return this.#centre('/v1/fleet');
  }

  /** Returns every directed pair of hosts; figures without a measurement are null. */
  links(): Promise<{ links: { from: string; to: string; source: string; onewayMs: number | null }[] }> {
    return this.#centre('/v1/links');
  }

  /** Returns the /metrics of a child; the cloud must run with `--metrics`. */
  async metrics(id: string): Promise<string> {
    const config = JSON.parse(readFileSync(join(this.stateDir, id, 'config.json'), 'utf8')) as Record<string, unknown>;
    const url = `http://${config['metricsHost']}:${config['metricsPort']}/metrics`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`GET ${url}: HTTP ${response.status}`);
    return response.text();
  }

  decision(id: string): Promise<Record<string, unknown>> {
    return this.#centre(`/v1/decisions/${id}`);
  }

  roomPlan(roomKey: string): Promise<{ regions: string[]; words: string[] }> {
    return this.#centre(`/v1/rooms/${encodeURIComponent(roomKey)}/plan`);
  }

  /** Cordons or uncordons a node: the centre sends it no new sessions; existing ones stay. */
  async cordon(nodeId: string, on: boolean): Promise<void> {
    const body = JSON.stringify(on ? { reason: 'test' } : {});
    await this.#centre(`/v1/nodes/${nodeId}/${on ? 'cordon' : 'uncordon'}`, { method: 'POST', body });
  }

  async drain(nodeId: string, on: boolean): Promise<void> {
    const body = JSON.stringify({ on, reason: 'test' });
    await this.#centre(`/v1/nodes/${nodeId}/drain`, { method: 'POST', body });
  }

  /** Returns the moves that run, wait, and are over. */
  moves(): Promise<Record<string, unknown>> {
    return this.#centre('/v1/moves');
  }

  /** Orders, as an administrator, a session to another media node; it moves in its turn. */
  async move(sessionId: string, toNodeId: string): Promise<{ startsInMs: number }> {
    return this.#centre(`/v1/sessions/${sessionId}/move`, {
      method: 'POST',
      body: JSON.stringify({ toNodeId, reason: 'test' }),
    });
  }

  async enrolment(
    id: string,
    kind: string,
    region: string,
  ): Promise<{ centreUrl: string; enrolUrl: string; enrolmentToken: string }> {
    const body = JSON.stringify({ id, kind, region });
    const { token } = await this.#centre<{ token: string }>('/v1/enrolment-tokens', { method: 'POST', body });
    const address = `127.0.0.1:${7000 + this.portOffset}`;
    return { centreUrl: `wss://${address}`, enrolUrl: `https://${address}`, enrolmentToken: token };
  }

  async token(room: string, identity: string): Promise<string> {
    const response = await fetch(`${this.pageUrl}/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room, identity, name: identity }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`token: HTTP ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }

  /**
   * Ends every process and removes the folder, unless another process owns them. Idempotent. Rejects at the end if a
   * child had died by itself.
   */
  stop(): Promise<void> {
    TestCloud.running.delete(this);
    const child = this.#process;
    if (child === undefined) return Promise.resolve();
    this.#stopping ??= this.#end(child);
    return this.#stopping;
  }

  async #end(child: ChildProcess): Promise<void> {
    const strange = this.takeUnexpectedDeaths();
    if (child.exitCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    rmSync(this.stateDir, { recursive: true, force: true });
    this.#disown();
    if (strange.length > 0) throw new Error(strange.join('\n'));
  }
}
