// Runs an agent in a process of its own, with one JSON object per line in and out; other output is ignored.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { registerResource } from '../resources.ts';
import type { Agent } from './agent.ts';

/** Limit that ends a hang, as the next one does; a busy machine must not fail a test. */
const START_MS_MAX = 60_000;
export const CALL_MS_MAX = 120_000;
/** libwebrtc takes up to two seconds to stop its threads. */
const END_MS_MAX = 10_000;
const OUTPUT_LINES_MAX = 30;

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}
interface Line {
  readonly ready?: boolean;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

export const agentOver = <T extends object = Agent>(ask: (call: string, args: unknown[]) => Promise<unknown>): T =>
  new Proxy({} as T, {
    // `then` would make the agent a promise to `await`.
    get: (_target, call) => (call === 'then' ? undefined : (...args: unknown[]) => ask(String(call), args)),
  });

/**
 * Starts the process and resolves when it is ready. When it ends by itself, all pending calls reject with its last
 * output.
 */
export async function startProcess<T extends object = Agent>(
  name: string,
  [file = '', ...args]: readonly string[],
): Promise<{ agent: T; close(): Promise<void> }> {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const disown = registerResource(name, () => void child.kill('SIGKILL'));
  const process = new AgentProcess(name, child);
  try {
    await process.ready();
  } catch (error) {
    child.kill('SIGKILL');
    disown();
    throw error;
  }
  const close = async (): Promise<void> => {
    await process.close();
    disown();
  };
  return { agent: agentOver<T>((call, values) => process.ask(call, values)), close };
}

class AgentProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #pendingCalls = new Map<number, PendingCall>();
  readonly #words: string[] = [];
  #callCount = 0;
  #endError: Error | undefined;

  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    this.#closed = once(child, 'close').catch(() => undefined);
    child.on('error', (error) => this.#end(error.message));
    child.on('close', (code, signal) => this.#end(`it ended by ${signal ?? code}`));
    child.stdin?.on('error', () => undefined); // the `close` event reports it
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line));
  }

  /** Resolves at the first answer, which has the number 0. */
  ready(): Promise<unknown> {
    return this.#wait(0, START_MS_MAX, 'did not start');
  }

  ask(call: string, args: unknown[]): Promise<unknown> {
    this.#callCount += 1;
    const answer = this.#wait(this.#callCount, CALL_MS_MAX, `did not answer ${call}`);
    this.#child.stdin?.write(`${JSON.stringify({ id: this.#callCount, call, args })}\n`);
    return answer;
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS_MAX);
    this.#child.stdin?.end();
    await this.#closed;
    clearTimeout(timer);
  }

  #wait(id: number, limitMs: number, failure: string): Promise<unknown> {
    if (this.#endError !== undefined) return Promise.reject(this.#endError);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#error(`${failure} within ${limitMs} ms`)), limitMs);
      const over = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#pendingCalls.delete(id);
          settle(value);
        };
      };
      this.#pendingCalls.set(id, { resolve: over(resolve), reject: over(reject) });
    });
  }

  #take(text: string): void {
    const line = lineOf(text);
    const waiting = this.#pendingCalls.get(line?.ready === true ? 0 : (line?.id ?? -1));
    if (line === undefined || waiting === undefined) {
      this.#words.push(text);
      if (this.#words.length > OUTPUT_LINES_MAX) this.#words.shift();
    } else if (line.error !== undefined) {
      waiting.reject(new Error(`${this.#name}: ${line.error}`));
    } else {
      waiting.resolve(line.result ?? undefined);
    }
  }

  #end(why: string): void {
    this.#endError ??= this.#error(why);
    for (const { reject } of [...this.#pendingCalls.values()]) reject(this.#endError);
  }

  #error(why: string): Error {
    return new Error(`${this.#name}: ${why}\n${this.#words.join('\n')}`);
  }
}

/** Returns undefined for other output of the SDK. */
function lineOf(text: string): Line | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
