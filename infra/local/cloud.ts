// All children of the local cloud: start order, enrolment tokens, readiness, and shutdown.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boundToStdin, Child, type Command } from '@meridian/runtime/child';
import { bundleOf } from '../services/entries.mjs';
import { CentreClient } from './centre-client.ts';
import { Control } from './control.ts';
import { judgeCredentials } from './credentials.ts';
import { endEarlierRun } from './earlier-run.ts';
import { encoderLines } from './encoder-line.ts';
import { takenPorts } from './endpoints.ts';
import { ExtraNodes } from './extra-nodes.ts';
import { firstAdminUrl } from './first-admin.ts';
import { formatLine, revokedKeyIn } from './format.ts';
import type { LanCertificates } from './lan-certificates.ts';
import { lanWelcome } from './lan-welcome.ts';
import { Outages } from './outages.ts';
import type { Output } from './output.ts';
import { receiverCredential } from './receivers.ts';
import { shellEnv } from './shell-env.ts';
import type { Guests, Secrets } from './spec.ts';
import {
  type Death,
  LogFile,
  loadSecrets,
  logFileOf,
  newGuests,
  removeRun,
  replaceDevKey,
  writeConfig,
  writeRun,
  writeShellEnv,
} from './state.ts';
import { isShown, type Phase } from './terminal.ts';
import { type ChildSpec, controlAddress, extraSfuSpec, type TopologyOptions, topology } from './topology.ts';
import { welcome } from './welcome.ts';

/** Limit of each process's start. A process that cannot start reports it itself; a busy machine is slow. */
const readyDeadlineMs = 90_000;

/**
 * Bounds of a process, of which there are many with little work: otherwise each takes up to 32 MB for short-lived
 * objects, and its threads some MB each for native memory.
 */
const nodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1'];
const memoryBounds = { MALLOC_ARENA_MAX: '1' };

const readyPollMs = 500;

/** Most recorded deaths; beyond it the oldest is dropped. */
const deathsRecordedMax = 1000;

export class Cloud {
  readonly #repository: string;
  readonly #options: TopologyOptions;
  readonly #output: Output;
  readonly #specs: ChildSpec[];
  readonly #shellEnv: string;
  readonly #centre: CentreClient;
  readonly #outages: Outages;
  readonly #extra: ExtraNodes;
  #control: Control | undefined;
  readonly #joinKey: string;
  readonly #devKey: Secrets['devKey'];
  readonly #operatorKey: Secrets['operatorKey'];
  #certificates: LanCertificates | undefined;
  readonly #commandedAtMs: number;
  readonly #installing: string;
  readonly #children = new Map<string, Child>();
  readonly #logs = new Map<string, LogFile>();
  readonly #pids = new Map<string, number>();
  readonly #startedById = new Map<string, PromiseWithResolvers<void>>();
  readonly #deaths: Death[] = [];
  #recording: NodeJS.Immediate | undefined;
  readonly #colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  readonly #idWidth: number;
  #stopping: Promise<{ ended: number; tookMs: number }> | undefined;
  #phase: Phase = 'starting';
  /** Key of this start, if revoked: the next start makes another. */
  #revokedKey: string | undefined;
  /** True once run.json is ours; before, it may be another supervisor's and must not be removed. */
  #ownsRunFile = false;

  /**
   * `commandedAtMs` is the wall clock at the command, NaN when unknown. `coming` is what the set-up still installs, or
   * `''`.
   */
  constructor(repository: string, options: TopologyOptions, output: Output, commandedAtMs: number, coming = '') {
    this.#repository = repository;
    this.#options = options;
    this.#output = output;
    this.#commandedAtMs = commandedAtMs;
    this.#installing = coming;
    const controlToken = randomBytes(32).toString('base64url');
    const guests: { guests?: Guests } = options.lan === undefined ? {} : { guests: newGuests(Date.now()) };
    const secrets = { ...loadSecrets(options.stateDir), controlToken, ...guests };
    this.#specs = topology(options, secrets);
    this.#shellEnv = shellEnv(this.#specs, secrets);
    // Only the leading centre knows the fleet, which an instance of a region never is.
    const centres = this.#specs
      .filter((spec) => spec.kind === 'scheduler' && spec.config['placesRegion'] === undefined)
      .map((spec) => spec.config);
    this.#centre = new CentreClient({
      baseUrls: centres.map(({ httpHost, httpPort }) => `http://${String(httpHost)}:${String(httpPort)}`),
      clusterToken: secrets.clusterToken,
    });
    this.#outages = this.#watchedOutages();
    this.#extra = new ExtraNodes({
      spec: (id, region, number) => extraSfuSpec(options, id, region, number),
      launch: (spec) => this.#launch(spec),
      end: (spec) => this.#end(spec),
      serves: (spec) => this.#centre.serves(spec),
      hasFailed: (id) => this.#child(id).hasFailed,
    });
    if (options.autoscale?.driver === 'process') this.#control = new Control(this.#extra, controlToken);
    this.#devKey = secrets.devKey;
    this.#operatorKey = secrets.operatorKey;
    this.#joinKey = guests.guests?.joinKey ?? '';
    this.#idWidth = Math.max(...this.#specs.map((spec) => spec.id.length));
  }

  /**
   * Starts everything and prints `ready <url>`; rejects with a problem of the environment. Children that die later are
   * restarted.
   */
  async start(): Promise<void> {
    const beganMs = performance.now();
    await endEarlierRun(this.#options.stateDir, (text) => this.#output.say(text));
    const takenByPort = takenPorts(this.#specs);
    if (takenByPort.length > 0) {
      const lines = takenByPort.map(
        (hit) => `  ${hit.protocol} ${hit.ip}:${hit.port}, needed by ${hit.neededBy}, is held by ${hit.holder}`,
      );
      throw new Error(`ports in use:\n${lines.join('\n')}\nend that process, or start with -- --port-offset 1000`);
    }
    if (this.#stopping !== undefined) return;
    this.#ownsRunFile = true;
    this.#output.say(`starting ${this.#specs.length} processes; their logs: ${join(this.#options.stateDir, 'logs')}`);
    writeShellEnv(this.#options.stateDir, this.#shellEnv);
    for (const spec of this.#specs) this.#prepare(spec);
    await this.#keepCertificates();
    await this.#control?.listen(controlAddress(this.#options));
    for (const spec of this.#specs.filter(isFirst)) {
      await this.#child(spec.id).start();
      await this.#healthy(spec);
    }
    const laterSpecs = this.#specs.filter((spec) => !isFirst(spec));
    await this.#startAll(laterSpecs.filter((spec) => !isLast(spec)));
    await this.#startAll(laterSpecs.filter(isLast));
    if (this.#stopping !== undefined) return;
    this.#phase = 'running';
    const commandMs = Number.isNaN(this.#commandedAtMs) ? undefined : Date.now() - this.#commandedAtMs;
    const { portOffset, stateDir } = this.#options;
    const lanLines = this.#lanLines();
    const cloudMs = performance.now() - beganMs;
    const [encoderText, setupUrl] = await Promise.all([encoderLines(portOffset, this.#installing), this.#setupUrl()]);
    if (this.#stopping !== undefined) return;
    this.#output.say(
      welcome({
        specs: this.#specs,
        portOffset,
        stateDir,
        cloudMs,
        commandMs,
        lanLines,
        encoderLines: encoderText,
        setupUrl,
        revokedKey: this.#revokedKey,
      }),
    );
  }

  async #setupUrl(): Promise<string | undefined> {
    const { config } = this.#specs.find(({ kind }) => kind === 'api') ?? {};
    if (config === undefined) return undefined;
    const { ip, port } = config['httpListen'] as { ip: string; port: number };
    const tenant = String(config['operatorTenant']);
    try {
      return await firstAdminUrl({ url: `http://${ip}:${port}`, operatorKey: this.#operatorKey, tenant });
    } catch (error) {
      this.#output.complainOnce('the api makes no link for the first administrator', error);
      return undefined;
    }
  }

  async #startAll(specs: readonly ChildSpec[]): Promise<void> {
    if (this.#stopping !== undefined) return;
    await Promise.all(specs.map((spec) => this.#child(spec.id).start()));
    await Promise.all(specs.map((spec) => this.#healthy(spec)));
  }

  /** The code that issues certificates is loaded only when needed. */
  async #keepCertificates(): Promise<void> {
    const { lan, stateDir } = this.#options;
    if (lan === undefined) return;
    const { LanCertificates } = await import('./lan-certificates.ts');
    this.#certificates = new LanCertificates({ stateDir, ip: lan.ip, nowMs: Date.now });
    await this.#certificates.keep((error) => this.#output.complainOnce('the certificate cannot be renewed', error));
  }

  #lanLines(): string[] {
    const { lan, portOffset } = this.#options;
    const fingerprint = this.#certificates?.fingerprint ?? '';
    return lan === undefined ? [] : lanWelcome({ lan, joinKey: this.#joinKey, portOffset, fingerprint });
  }

  /**
   * Ends every child, the centres and their Redis last; resolves with the number of children and the duration.
   * Idempotent.
   */
  stop(): Promise<{ ended: number; tookMs: number }> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<{ ended: number; tookMs: number }> {
    const beganMs = performance.now();
    this.#phase = 'ending';
    if (this.#ownsRunFile) this.#recordRun(true);
    this.#certificates?.close();
    await this.#control?.close();
    const childCount = this.#pids.size;
    const children = [...this.#specs].reverse().map((spec) => [spec, this.#children.get(spec.id)] as const);
    await Promise.all(children.map(([spec, child]) => (isFirst(spec) ? undefined : child?.stop())));
    for (const [spec, child] of children) if (isFirst(spec)) await child?.stop();
    for (const log of this.#logs.values()) log.close();
    if (this.#ownsRunFile) removeRun(this.#options.stateDir);
    return { ended: childCount, tookMs: performance.now() - beganMs };
  }

  /** Kills every child at once; for the last moment of the process. Idempotent. */
  kill(): void {
    for (const child of this.#children.values()) child.kill();
  }

  async #launch(spec: ChildSpec): Promise<void> {
    if (this.#stopping !== undefined) throw new Error('the cloud is ending');
    this.#prepare(spec);
    this.#specs.push(spec);
    await this.#child(spec.id).start();
  }

  /** Ends a child for good and removes its state; its log file stays. */
  async #end(spec: ChildSpec): Promise<void> {
    await this.#child(spec.id).stop();
    this.#children.delete(spec.id);
    this.#specs.splice(this.#specs.indexOf(spec), 1);
    this.#logs.get(spec.id)?.close();
    this.#logs.delete(spec.id);
    rmSync(String(spec.config['stateDir']), { recursive: true, force: true });
  }

  #prepare(spec: ChildSpec): void {
    const dir = String(spec.config['stateDir']);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const onTrouble = (error: unknown): void => this.#output.complainOnce('a log cannot be written', error);
    this.#logs.set(spec.id, new LogFile(this.#options.stateDir, spec.id, onTrouble));
    const started = Promise.withResolvers<void>();
    this.#startedById.set(spec.id, started);
    this.#children.set(
      spec.id,
      new Child(spec.id, {
        keepsFrozen: this.#options.keepFrozen === true,
        command: () => this.#command(spec, dir),
        onLine: (line) => this.#print(spec.id, line),
        onEvent: (text, level) => this.#logFor(spec.id, text, level),
        onPid: (pid) => this.#recordPid(spec.id, pid),
        onStarted: started.resolve,
        onDeath: (how) => {
          this.#recordDeath({ id: spec.id, atMs: Date.now(), how });
          const onTrouble = (error: unknown): void =>
            this.#output.complainOnce('a child that died is not watched', error);
          this.#outages.died(spec.id).catch(onTrouble);
        },
      }),
    );
  }

  #watchedOutages(): Outages {
    return new Outages({
      serves: async (id) => {
        const spec = this.#specs.find((one) => one.id === id);
        return spec !== undefined && this.#child(id).pid !== undefined && (await this.#centre.serves(spec));
      },
      isOver: (id) => this.#stopping !== undefined || !this.#children.has(id),
      tell: (id, text, level) => this.#logFor(id, text, level),
      nowMs: () => performance.now(),
      pause,
    });
  }

  #recordPid(id: string, pid: number | undefined): void {
    if (pid === undefined) this.#pids.delete(id);
    else this.#pids.set(id, pid);
    this.#recordRunSoon();
  }

  #recordDeath(death: Death): void {
    this.#deaths.push(death);
    if (this.#deaths.length > deathsRecordedMax) this.#deaths.shift();
    this.#recordRunSoon();
  }

  /** Writes one record for all children that start in the same turn. */
  #recordRunSoon(): void {
    this.#recording ??= setImmediate(() => {
      this.#recording = undefined;
      if (this.#stopping === undefined) this.#recordRun(false);
    });
  }

  #recordRun(isEnding: boolean): void {
    try {
      writeRun(this.#options.stateDir, { pids: this.#pids, deaths: this.#deaths, isEnding });
    } catch (error) {
      this.#output.complainOnce('run.json cannot be written', error);
    }
  }

  async #command(spec: ChildSpec, dir: string): Promise<Command> {
    const {
      PATH = '',
      HOME = '',
      LANG = 'C.UTF-8',
      TZ = '',
      NODE_COMPILE_CACHE = '',
      MERIDIAN_JAIL_BIN = '',
    } = process.env;
    const given = Object.entries({ TZ, NODE_COMPILE_CACHE, MERIDIAN_JAIL_BIN }).filter(([, value]) => value !== '');
    const env = { PATH, HOME, LANG, ...memoryBounds, ...Object.fromEntries(given) };
    if (spec.program !== undefined) return { ...boundToStdin(spec.program), env };
    const file = join(dir, 'config.json');
    const token =
      spec.enrols && (await this.#mustEnrol(spec, dir)) ? await this.#centre.enrolmentToken(spec) : undefined;
    const credential = isLast(spec) ? { credential: await receiverCredential(spec, this.#devKey) } : {};
    writeConfig(file, Object.assign({}, spec.config, credential), token);
    return {
      file: process.execPath,
      args: [...nodeOptions, ...(spec.nodeArgs ?? []), bundleOf(this.#repository, spec.kind), '--config', file],
      env,
    };
  }

  /** Returns whether the child needs a token. Useless credentials are removed, with a line that says why. */
  async #mustEnrol(spec: ChildSpec, dir: string): Promise<boolean> {
    const file = join(dir, 'credentials.json');
    const authorityFingerprint = await this.#centre.authorityFingerprint((error) =>
      this.#output.complainOnce('the centre does not name its certificate authority', error),
    );
    const verdict = judgeCredentials(file, { id: spec.id, authorityFingerprint, nowMs: Date.now() });
    if (verdict.usable) return false;
    if (verdict.why !== undefined) this.#logFor(spec.id, `${file} ${verdict.why}; it enrols anew`, 'warn');
    rmSync(file, { force: true });
    return true;
  }

  async #healthy(spec: ChildSpec): Promise<void> {
    const deadline = performance.now() + readyDeadlineMs;
    // A child that has not started is not asked, because a refused connection costs more than an answer.
    const started = spec.program === undefined ? this.#startedById.get(spec.id)?.promise : undefined;
    while (this.#stopping === undefined) {
      if (started !== undefined) await Promise.race([started, pause(readyPollMs)]);
      if (await this.#centre.serves(spec)) return this.#outages.markServed(spec.id);
      if (this.#child(spec.id).hasFailed || performance.now() > deadline) {
        const hiddenLines = (this.#logs.get(spec.id)?.lastLines ?? []).filter((line) => !this.#isShown(line));
        const last = hiddenLines.map((line) => this.#format(spec.id, line));
        await this.stop();
        const file = logFileOf(this.#options.stateDir, spec.id);
        throw new Error([`${spec.id} does not become ready; its log: ${file}`, ...last].join('\n'));
      }
      await pause(50);
    }
  }

  #logFor(id: string, text: string, level: 'info' | 'warn' | 'error'): void {
    const number = { info: 30, warn: 40, error: 50 }[level];
    const line = JSON.stringify({ level: number, time: Date.now(), msg: `[supervisor] ${text}` });
    this.#logs.get(id)?.write(line);
    this.#output.say(this.#format(id, line));
  }

  #print(id: string, line: string): void {
    this.#logs.get(id)?.write(line);
    if (id === 'api') this.#onApiLine(line);
    if (this.#isShown(line)) this.#output.say(this.#format(id, line));
  }

  #onApiLine(line: string): void {
    const revokedKey = revokedKeyIn(line);
    if (revokedKey === undefined) return;
    try {
      if (replaceDevKey(this.#options.stateDir, revokedKey)) this.#revokedKey = revokedKey;
    } catch (error) {
      this.#output.complainOnce('a revoked key cannot be replaced', error);
    }
  }

  #isShown(line: string): boolean {
    const [phase, coming, { logLevel }] = [this.#phase, this.#installing, this.#options];
    return isShown(line, { phase, coming, logLevel });
  }

  #format(id: string, line: string): string {
    return formatLine(id, line, { colour: this.#colour, idWidth: this.#idWidth }, new Date());
  }

  #child(id: string): Child {
    const child = this.#children.get(id);
    if (child === undefined) throw new Error(`no child ${id}`);
    return child;
  }
}

/** Children that nodes need first, started one after another in the order of the list. */
const isFirst = ({ kind }: ChildSpec): boolean => kind === 'redis' || kind === 'scheduler';

/** Children that need the api when they start. */
const isLast = ({ kind }: ChildSpec): boolean => kind === 'receiver';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
