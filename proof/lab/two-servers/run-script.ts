import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { registerResource } from '../../test/support/resources.ts';

/** Time in which the last output may arrive after the script has ended. */
const lastLinesMs = 1000;

export interface ScriptResult {
  readonly isOk: boolean;
  /** Standard output and standard error, with the shell's trace, in the order of arrival. */
  readonly output: string;
  readonly printed: string;
}

export interface RunOptions {
  readonly prefix: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly limitMs: number;
  readonly onLine?: (line: string) => void;
}

/** Runs a script by `bash -eux`, which stops at the first error. */
export function runScript(script: string, o: RunOptions): Promise<ScriptResult> {
  const [command = 'bash', ...args] = [...o.prefix, 'bash', '-eux', '-c', script];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: o.cwd, env: o.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    const printed: string[] = [];
    const take = (stream: NodeJS.ReadableStream, into: readonly string[][]) =>
      createInterface({ input: stream }).on('line', (line) => {
        for (const lines of into) lines.push(line);
        o.onLine?.(line);
      });
    take(child.stdout, [output, printed]);
    take(child.stderr, [output]);
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    };
    const disown = registerResource('a script of the guide', end);
    const limit = setTimeout(() => {
      output.push(`took longer than ${o.limitMs / 1000} s`);
      end();
    }, o.limitMs);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(limit);
      disown();
      const done = (): void => resolve({ isOk: code === 0, output: output.join('\n'), printed: printed.join('\n') });
      child.once('close', done);
      // Background processes of the script may keep the pipes open.
      setTimeout(done, lastLinesMs).unref();
    });
  });
}
