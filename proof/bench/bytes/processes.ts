// Processes of this benchmark, each on the servers' processor: children that take and answer lines of JSON, and their
// CPU time.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

export const serverCpu = 0;
/** Secret of the edges of the benchmark. */
export const edgeSecret = 'a secret of edges that is long enough';
const endLimitMs = 15_000;

/** Returns the CPU time so far, in ms, of all threads of the processes, as the scheduler has counted it. */
export function cpuMsOf(pids: readonly number[]): number {
  let ns = 0;
  for (const pid of pids)
    for (const thread of readdirSync(`/proc/${pid}/task`))
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return ns / 1e6;
}

/** A program that answers each line of its input with one line, in order. It ends with this process. */
export class Asked {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];

  constructor(file: string, args: readonly string[] = []) {
    const endsWithUs = ['setpriv', '--pdeathsig', 'TERM'];
    this.#child = spawn(
      'taskset',
      ['-c', String(serverCpu), ...endsWithUs, process.execPath, ...nodeArgs, file, ...args],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const { stdout } = this.#child;
    if (stdout !== null)
      createInterface({ input: stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line)));
    this.#child.once('exit', (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${file} ended with ${code}`));
    });
  }

  get pid(): number {
    const { pid, exitCode } = this.#child;
    if (pid === undefined || exitCode !== null) throw new Error('the process has ended');
    return pid;
  }

  ask<T>(question: unknown): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ resolve, reject });
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return promise as Promise<T>;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end(); // its profile, if any, is written
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), endLimitMs);
    await ended;
    clearTimeout(killer);
  }
}

const nodeArgs: string[] = [];

/** Sets options of the Node of later processes, such as those of a profiler. */
export function setNodeArgs(args: readonly string[]): void {
  nodeArgs.splice(0, nodeArgs.length, ...args);
}
