// One child process under the supervisor: started, watched, restarted with growing pauses, given up on after too many deaths a minute.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export const restartPausesMs = [250, 500, 1000, 2000, 4000] as const;
/** With one more the child is given up: it is taken for one that cannot live. */
export const deathsPerMinuteMax = 5;
const killAfterMs = 8000; // SIGTERM to SIGKILL: services promise to close within 5 s

/** How long to wait before the next start after these deaths (ms timestamps, newest last), or undefined: give up. Pure. */
export function nextPauseMs(deathsMs: readonly number[], nowMs: number): number | undefined {
  const recent = deathsMs.filter((at) => nowMs - at < 60_000).length;
  if (recent > deathsPerMinuteMax) return undefined;
  return restartPausesMs[Math.min(Math.max(recent - 1, 0), restartPausesMs.length - 1)];
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

export interface ChildPorts {
  /** Command line of the next start; may ask for a fresh enrolment token. */
  command(): Promise<{ file: string; args: string[]; env: Record<string, string> }>;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
  onEvent(text: string, level: 'info' | 'warn' | 'error'): void;
  onPid(pid: number | undefined): void;
  /** It ended by itself; it is started again unless it is given up. */
  onDeath(): void;
}

export class Child {
  readonly id: string;
  readonly #ports: ChildPorts;
  readonly #deathsMs: number[] = [];
  #process: ChildProcessByStdio<null, Readable, Readable> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #gaveUp = false;

  constructor(id: string, ports: ChildPorts) {
    this.id = id;
    this.#ports = ports;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** Starts the process; resolves when it has been spawned, not when it serves. */
  async start(): Promise<void> {
    if (this.#stopping !== undefined) return;
    let child: ChildProcessByStdio<null, Readable, Readable>;
    try {
      const command = await this.#ports.command();
      if (this.#stopping !== undefined) return;
      // A process group of its own: a terminal's Ctrl-C goes to the supervisor alone, which ends everything in order.
      const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
      child = spawn(command.file, command.args, { stdio, env: command.env, detached: true });
    } catch (error) {
      this.#ports.onEvent(
        `could not prepare its start: ${error instanceof Error ? error.message : String(error)}`,
        'warn',
      );
      this.#died();
      return;
    }
    this.#process = child;
    this.#ports.onPid(child.pid);
    createInterface({ input: child.stdout }).on('line', (line) => this.#ports.onLine(line, 'stdout'));
    createInterface({ input: child.stderr }).on('line', (line) => this.#ports.onLine(line, 'stderr'));
    child.on('error', (error) => this.#ports.onEvent(`could not start: ${error.message}`, 'error'));
    child.on('close', (code, signal) => {
      this.#process = undefined;
      this.#ports.onPid(undefined);
      if (this.#stopping !== undefined) return;
      // In order, though not by our word: somebody else ended it.
      this.#ports.onEvent(`${code === 0 ? 'ended' : 'died'} (${signal ?? `exit code ${code}`})`, 'warn');
      this.#died(code === 2 ? 'its configuration was refused' : undefined);
      this.#ports.onDeath();
    });
  }

  #died(hopeless?: string): void {
    const nowMs = performance.now();
    this.#deathsMs.push(nowMs);
    if (this.#deathsMs.length > 32) this.#deathsMs.shift();
    const pauseMs = hopeless === undefined ? nextPauseMs(this.#deathsMs, nowMs) : undefined;
    if (pauseMs === undefined) {
      this.#gaveUp = true;
      this.#ports.onEvent(
        `given up: ${hopeless ?? `more than ${deathsPerMinuteMax} deaths in a minute`}; its log has the reason`,
        'error',
      );
      return;
    }
    this.#ports.onEvent(`starts again in ${pauseMs} ms`, 'info');
    this.#timer = setTimeout(() => void this.start(), pauseMs);
  }

  /** Ends the process: SIGTERM, after 8 s SIGKILL. Idempotent; resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping ??= new Promise((resolve) => {
      clearTimeout(this.#timer);
      const child = this.#process;
      if (child === undefined) {
        resolve();
        return;
      }
      const hard = setTimeout(() => {
        this.#ports.onEvent('did not end in time and was killed', 'warn');
        this.kill();
      }, killAfterMs);
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
