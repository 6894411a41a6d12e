import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const quietOptions = ['-nostdin', '-loglevel', 'error', '-y'];

export async function runFfmpeg(args: readonly string[]): Promise<void> {
  await promisify(execFile)('ffmpeg', [...quietOptions, ...args]);
}

export const startFfmpeg = (args: readonly string[]): ChildProcess =>
  spawn('ffmpeg', [...quietOptions, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

/** Starts ffmpeg; the caller reads the CPU time of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const child = startFfmpeg(args);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
