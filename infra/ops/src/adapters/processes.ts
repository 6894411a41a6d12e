// Starts services: by systemd where it runs, otherwise as children of `meridian node run`.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, type Service, unitOf } from '../core/services.ts';

const run = promisify(execFile);

/** Limit of a start: longer than any service takes on a small machine, shorter than its operator's patience. */
const START_LIMIT_MS = 90_000;
const LOOK_MS = 200;

export interface Command {
  readonly file: string;
  readonly args: string[];
}

export function commandOf(service: Service, { root, folders }: Context): Command {
  const configs = configFilesOf(service, folders).flatMap((file) => ['--config', file]);
  return { file: process.execPath, args: [join(root, `dist/services/${service.kind}.js`), ...configs] };
}

/** Returns the environment that the units give a service. */
export function environmentOf({ root }: Context): Record<string, string> {
  const worker = join(root, 'bin/mediasoup-worker');
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = existsSync(worker) ? [['MEDIASOUP_WORKER_BIN', worker] as [string, string]] : [];
  return Object.fromEntries([...inherited, ...own]);
}

/** Returns whether systemd runs this machine and has our units. */
export const hasSystemd = (): boolean =>
  existsSync('/run/systemd/system') && existsSync('/etc/systemd/system/meridian.target');

/** Runs `systemctl WORDS`; HostError SERVICE_FAILED with its output. */
export async function systemctl(...words: string[]): Promise<string> {
  try {
    return (await run('systemctl', words)).stdout;
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new HostError(
      'SERVICE_FAILED',
      `systemctl ${words.join(' ')}: ${stderr.trim() || message}`,
      'journalctl -u UNIT says why',
      { cause: error },
    );
  }
}

/** Enables and starts these services, one after the other. Resolves when all are ready. */
export async function enableAll(services: readonly Service[], say: (text: string) => void): Promise<void> {
  await systemctl('daemon-reload');
  await systemctl('enable', 'meridian.target', ...services.map(unitOf));
  for (const service of services) {
    say(`starting ${service.name}`);
    await systemctl('start', unitOf(service));
  }
}

/** Starts a service as a temporary child; `close` ends it in order. */
export function startForNow(service: Service, context: Context): { close(): Promise<void>; failed: Promise<never> } {
  const { file, args } = commandOf(service, context);
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environmentOf(context) });
  const stderrParts: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderrParts.push(`${chunk}`));
  const ended = endOf(child);
  const failed = ended.then((how): never => {
    const text = stderrParts.join('').trim();
    throw new HostError('SERVICE_FAILED', `${service.name} ended (${how}): ${text}`, 'mend what it says and try again');
  });
  failed.catch(() => undefined); // callers that wait handle the rejection
  return {
    failed,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });

/** Waits until `url` answers 200; HostError SERVICE_SILENT. */
export async function waitForHealth(name: string, url: string): Promise<void> {
  const untilMs = performance.now() + START_LIMIT_MS;
  while (performance.now() < untilMs) {
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new HostError(
    'SERVICE_SILENT',
    `${name} does not answer at ${url}`,
    `its log says why: journalctl -u meridian-${name}`,
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false; // not listening yet
  }
}
