// The api as a child of this process.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Listening {
  readonly port: number;
  /** '': it asks for none. */
  readonly token: string;
}

export interface StartedServer extends Listening {
  readonly pid: number;
  /** As kill -9 does. Resolves when it is gone. Idempotent. */
  kill(): Promise<void>;
}

/** The api's HTTP on a database. */
export const startApi = (url: string): Promise<StartedServer> =>
  startServer(join(import.meta.dirname, 'api-process.ts'), [url]);

/** A script that sends a `Listening` to its parent. Rejects if it ends before. */
async function startServer(script: string, args: readonly string[] = []): Promise<StartedServer> {
  const child = fork(script, args);
  const said = await new Promise<Listening>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Listening));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return { ...said, pid: child.pid ?? 0, kill };
}
