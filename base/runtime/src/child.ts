// A child process under the supervisor, restarted forever with growing pauses, because the cause of its deaths (mostly
// a full disk) may pass and no other process would start it again.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { Heart, type HeartLimits } from './heart.ts';

/** Pauses before a restart, by the number of deaths in the last minute. A first death is retried at once. */
export const restartPausesMs = [0, 250, 1000, 2000, 4000] as const;
/** Deaths in one minute that a child may have; at one more it counts as failed. */
export const deathsPerMinuteMax = 5;
/** Pause before a failed child is retried, as in Kubernetes. systemd (StartLimitBurst) would wait for a person. */
const failedPauseMs = 60_000;
/** Interval between log lines about a start that cannot be prepared. */
const prepareLogIntervalMs = 60_000;
/** Time between SIGTERM and SIGKILL: services promise to close within 5 s. */
const killAfterMs = 8000;

/** Returns the pause before the next start after these deaths (ms, newest last), undefined for a failed child. */
export function nextPauseMs(deathsMs: readonly number[], nowMs: number): number | undefined {
  const recent = deathsMs.filter((at) => nowMs - at < 60_000).length;
  return recent > deathsPerMinuteMax ? undefined : pauseAfterMs(recent);
}

function pauseAfterMs(failures: number): number {
  return restartPausesMs[Math.min(Math.max(failures, 1), restartPausesMs.length) - 1] ?? failedPauseMs;
}

/** Kills a child and the processes that it started (a media worker), if they still run. */
export function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch (error) {
      // the process is gone, or leads no group
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ChildPorts {
  /** Leaves a frozen process as it is; when absent, a frozen process is killed and restarted. */
  readonly keepsFrozen?: boolean;
  /** Time between SIGTERM and SIGKILL, longer for a service that drains; default 8 s. */
  readonly stopLimitMs?: number;
  command(): Promise<Command>;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  onEvent(text: string, level: 'info' | 'warn' | 'error'): void;
  onPid(pid: number | undefined): void;
  /** Called when the service has started (`runService`). Foreign programs never report a start. */
  onStarted?(): void;
  /** Called when the process died or was killed as frozen, with its signal or exit code. A restart follows. */
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
  #prepareFailures = 0;
  #prepareLoggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, ports: ChildPorts) {
    this.id = id;
    this.#ports = ports;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** True after too many deaths or a refused configuration, until the next start. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Starts the process. Resolves when it is spawned, not when it serves. */
  async start(): Promise<void> {
    if (this.#stopping !== undefined) return;
    let child: ChildProcessByStdio<Writable, Readable, Readable>;
    try {
      const command = await this.#ports.command();
      if (this.#stopping !== undefined) return;
      child = spawnChild(command);
    } catch (error) {
      this.#prepareFailed(error);
      return;
    }
    this.#prepareFailures = 0;
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
    // The child's own children hold ports that its successor needs, and may hold the pipes whose end triggers `close`.
    child.on('exit', () => child.pid !== undefined && killGroup(child.pid));
    child.on('close', (code, signal) => {
      this.#heart?.close();
      this.#process = undefined;
      this.#ports.onPid(undefined);
      if (this.#stopping !== undefined) return;
      const endCause = frozen ?? signal ?? `exit code ${code}`;
      // Code 0 is an ordered end that another program than this supervisor requested.
      this.#ports.onEvent(`${code === 0 ? 'ended' : 'died'} (${endCause})`, 'warn');
      this.#died(code === 2);
      this.#ports.onDeath(endCause);
    });
  }

  #prepareFailed(error: unknown): void {
    const nowMs = performance.now();
    this.#prepareFailures += 1;
    if (this.#prepareFailures === 1 || nowMs - this.#prepareLoggedAtMs >= prepareLogIntervalMs) {
      this.#prepareLoggedAtMs = nowMs;
      const cause = error instanceof Error ? error.message : String(error);
      const tries = this.#prepareFailures === 1 ? '' : ` (${this.#prepareFailures} times so far)`;
      this.#ports.onEvent(`could not prepare its start${tries}: ${cause}; goes on trying`, 'warn');
    }
    this.#startIn(pauseAfterMs(this.#prepareFailures));
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

  /** Sends a message, which is lost when the process does not run or has closed its channel. */
  send(message: object): void {
    if (this.#process?.connected === true) (this.#process as ChildProcess).send(message, () => undefined);
  }

  /** Sends SIGTERM, and SIGKILL after `stopLimitMs`. Idempotent; resolves when the process is gone. */
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

  kill(): void {
    if (this.#process?.pid !== undefined) killGroup(this.#process.pid);
  }
}

/**
 * Spawns the child in its own process group: a terminal's Ctrl-C reaches the supervisor alone, which ends everything in
 * order. Two channels close with the supervisor, however it ends: the Node channel (descriptor 3), by which our
 * services know when to end and answer beats (`runService`), and stdin, which carries no data and is watched by
 * `boundToStdin`.
 */
function spawnChild({ file, args, env }: Command): ChildProcessByStdio<Writable, Readable, Readable> {
  const stdio = ['pipe', 'pipe', 'pipe', 'ipc'] as unknown as ['pipe', 'pipe', 'pipe'];
  return spawn(file, args, { stdio, env, detached: true });
}

/** Watches a child by beats: our services answer each `beat` on the channel; a foreign program has closed its end. */
export function heartOf(child: ChildProcess, onFrozen: (why: string) => void, limits?: HeartLimits): Heart | undefined {
  const { pid } = child;
  if (pid === undefined) return undefined; // the spawn failed
  let answered: (() => void) | undefined;
  child.on('message', (message) => {
    if (message === 'beat') answered?.();
  });
  const beat = (onAnswer: () => void): void => {
    answered = onAnswer;
    // A failed send means that the channel has closed; the `exit` event reports the end.
    if (child.connected) child.send('beat', () => undefined);
  };
  return new Heart({ pid, beat, onFrozen, ...(limits === undefined ? {} : { limits }) });
}

/** Wraps a foreign program: a shell starts a watcher that kills it when stdin closes, then execs the program. */
export function boundToStdin({ file, args }: Omit<Command, 'env'>): Omit<Command, 'env'> {
  const script = 'exec 3<&0; (cat <&3; kill $$) >/dev/null 2>&1 & exec "$0" "$@" </dev/null 3<&-';
  return { file: 'sh', args: ['-c', script, file, ...args] };
}
