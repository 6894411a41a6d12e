// One child process under the supervisor: started, watched, restarted with growing pauses, for ever. What kept it from
// living (a full disk, above all) may pass, and no other process would start it again.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Heart, type HeartLimits } from './heart.ts';

/** A single death has no cause that a pause would mend. */
export const restartPausesMs = [0, 250, 1000, 2000, 4000] as const;
/** With one more the child has failed: it is taken for one that cannot live for now. */
export const deathsPerMinuteMax = 5;
/** Before one that has failed is tried again, as Kubernetes does. systemd (StartLimitBurst) would wait for a person. */
const failedPauseMs = 60_000;
/** A start that cannot be prepared is tried every few seconds; more lines would say nothing new. */
const sayAgainMs = 60_000;
/** SIGTERM to SIGKILL: services promise to close within 5 s. */
const killAfterMs = 8000;

/**
 * How long to wait before the next start after these deaths (ms timestamps, newest last), or undefined: it has failed.
 * Pure.
 */
export function nextPauseMs(deathsMs: readonly number[], nowMs: number): number | undefined {
  const recent = deathsMs.filter((at) => nowMs - at < 60_000).length;
  return recent > deathsPerMinuteMax ? undefined : pauseAfterMs(recent);
}

/** The pause after so many failures in a row, from 1. */
function pauseAfterMs(failures: number): number {
  return restartPausesMs[Math.min(Math.max(failures, 1), restartPausesMs.length) - 1] ?? failedPauseMs;
}

/** Ends a child and what it started (a media worker) at once, if they still run. */
export function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // gone already, or no leader of a group
    }
  }
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ChildPorts {
  /** A process that is frozen is left so; absent: it is killed, and another one started. */
  readonly keepsFrozen?: boolean;
  /** From SIGTERM to SIGKILL; absent: 8 s. Longer for one that drains. */
  readonly stopLimitMs?: number;
  /** Command line of the next start; may ask for a fresh enrolment token. */
  command(): Promise<Command>;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  onEvent(text: string, level: 'info' | 'warn' | 'error'): void;
  onPid(pid: number | undefined): void;
  /** The service has started (`runService`); a program of others never says so. */
  onStarted?(): void;
  /** It ended by itself, by this signal or exit code, or was frozen and killed; it is started again. */
  onDeath(how: string): void;
}

export class Child {
  readonly id: string;
  readonly #ports: ChildPorts;
  readonly #deathsMs: number[] = [];
  #process: ChildProcessByStdio<Writable, Readable, Readable> | undefined;
  #heart: Heart | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #hasFailed = false;
  /** Starts in a row that could not be prepared, and when that was said last. */
  #unprepared = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, ports: ChildPorts) {
    this.id = id;
    this.#ports = ports;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** It died too often, or its configuration was refused, and has not been started again since. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Starts the process; resolves when it has been spawned, not when it serves. */
  async start(): Promise<void> {
    if (this.#stopping !== undefined) return;
    let child: ChildProcessByStdio<Writable, Readable, Readable>;
    try {
      const command = await this.#ports.command();
      if (this.#stopping !== undefined) return;
      child = spawnChild(command);
    } catch (error) {
      this.#notPrepared(error);
      return;
    }
    this.#unprepared = 0;
    this.#hasFailed = false;
    this.#process = child;
    this.#ports.onPid(child.pid);
    createInterface({ input: child.stdout }).on('line', (line) => this.#ports.onLine(line, 'stdout'));
    createInterface({ input: child.stderr }).on('line', (line) => this.#ports.onLine(line, 'stderr'));
    child.on('message', (message) => {
      if (message === 'started') this.#ports.onStarted?.();
    });
    child.on('error', (error) => this.#ports.onEvent(`could not start: ${error.message}`, 'error'));
    let frozen: string | undefined;
    if (this.#ports.keepsFrozen !== true)
      this.#heart = heartOf(child, (why) => {
        frozen = why;
        this.kill();
      });
    // What it started holds ports that the next one needs, and maybe the pipes whose end is its close.
    child.on('exit', () => child.pid !== undefined && killGroup(child.pid));
    child.on('close', (code, signal) => {
      this.#heart?.close();
      this.#process = undefined;
      this.#ports.onPid(undefined);
      if (this.#stopping !== undefined) return;
      const how = frozen ?? signal ?? `exit code ${code}`;
      // Code 0: in order, though another program asked for it.
      this.#ports.onEvent(`${code === 0 ? 'ended' : 'died'} (${how})`, 'warn');
      this.#died(code === 2);
      this.#ports.onDeath(how);
    });
  }

  /** No death, and tried again for as long as it takes: a disk has room again, a centre answers again. */
  #notPrepared(error: unknown): void {
    const nowMs = performance.now();
    this.#unprepared += 1;
    if (this.#unprepared === 1 || nowMs - this.#saidAtMs >= sayAgainMs) {
      this.#saidAtMs = nowMs;
      const cause = error instanceof Error ? error.message : String(error);
      const tries = this.#unprepared === 1 ? '' : ` (${this.#unprepared} times so far)`;
      this.#ports.onEvent(`could not prepare its start${tries}: ${cause}; goes on trying`, 'warn');
    }
    this.#startIn(pauseAfterMs(this.#unprepared));
  }

  #died(isRefused: boolean): void {
    const nowMs = performance.now();
    this.#deathsMs.push(nowMs);
    if (this.#deathsMs.length > 32) this.#deathsMs.shift();
    const pauseMs = isRefused ? undefined : nextPauseMs(this.#deathsMs, nowMs);
    this.#hasFailed = pauseMs === undefined;
    if (pauseMs !== undefined) this.#ports.onEvent(`starts again in ${pauseMs} ms`, 'info');
    else {
      const why = isRefused ? 'its configuration was refused' : `more than ${deathsPerMinuteMax} deaths in a minute`;
      const again = `starts again in ${failedPauseMs / 1000} s`;
      this.#ports.onEvent(`failed: ${why}; its log has the reason; ${again}`, 'error');
    }
    this.#startIn(pauseMs ?? failedPauseMs);
  }

  #startIn(pauseMs: number): void {
    if (this.#stopping === undefined) this.#timer = setTimeout(() => void this.start(), pauseMs);
  }

  /** Says something to the process over its channel; one that does not run, or has closed its end, misses it. */
  send(message: object): void {
    if (this.#process?.connected === true) (this.#process as ChildProcess).send(message, () => undefined);
  }

  /** Ends the process: SIGTERM, after `stopLimitMs` SIGKILL. Idempotent; resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      clearTimeout(this.#timer);
      this.#heart?.close();
      const child = this.#process;
      if (child === undefined) {
        resolve();
        return;
      }
      const hard = setTimeout(() => {
        this.#ports.onEvent('did not end in time and was killed', 'warn');
        this.kill();
      }, this.#ports.stopLimitMs ?? killAfterMs);
      child.once('close', () => {
        clearTimeout(hard);
        resolve();
      });
      child.kill('SIGTERM');
    });
    return this.#stopping;
  }

  /** Ends the process and what it started at once, without waiting. Idempotent. */
  kill(): void {
    if (this.#process?.pid !== undefined) killGroup(this.#process.pid);
  }
}

/**
 * In a process group of its own: a terminal's Ctrl-C goes to the supervisor alone, which ends everything in order.
 * Two things close with the supervisor, however it ends: a channel (descriptor 3), by which our services know when to
 * end and answer its beats (`runService`), and stdin, which `boundToStdin` watches and over which nothing ever comes.
 */
function spawnChild({ file, args, env }: Command): ChildProcessByStdio<Writable, Readable, Readable> {
  const stdio = ['pipe', 'pipe', 'pipe', 'ipc'] as unknown as ['pipe', 'pipe', 'pipe'];
  return spawn(file, args, { stdio, env, detached: true });
}

/** Services answer each `beat` that comes over the channel; a program of others has closed its end. */
export function heartOf(child: ChildProcess, onFrozen: (why: string) => void, limits?: HeartLimits): Heart | undefined {
  const { pid } = child;
  if (pid === undefined) return undefined; // it could not be started
  let answered: (() => void) | undefined;
  child.on('message', (message) => {
    if (message === 'beat') answered?.();
  });
  const beat = (onAnswer: () => void): void => {
    answered = onAnswer;
    // Failed: the channel has closed, and its end is heard as its exit.
    if (child.connected) child.send('beat', () => undefined);
  };
  return new Heart({ pid, beat, onFrozen, ...(limits === undefined ? {} : { limits }) });
}

/** Of a program that is not ours: a shell leaves one behind that ends the program when stdin closes, and becomes it. */
export function boundToStdin({ file, args }: Omit<Command, 'env'>): Omit<Command, 'env'> {
  const script = 'exec 3<&0; (cat <&3; kill $$) >/dev/null 2>&1 & exec "$0" "$@" </dev/null 3<&-';
  return { file: 'sh', args: ['-c', script, file, ...args] };
}
