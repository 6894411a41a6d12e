// Sources of the bench, made by ffmpeg.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type NutFrame, NutReader } from '@meridian/opener/core';

const quiet = ['-nostdin', '-loglevel', 'error', '-y'];
const PIPE_BYTES_MAX = 64 * 1024 * 1024;

/** Runs ffmpeg with these arguments to its end; rejects with its words. */
export async function made(args: readonly string[]): Promise<void> {
  await promisify(execFile)('ffmpeg', [...quiet, ...args]);
}

/** The frames of the one stream that ffmpeg makes with these arguments. */
export async function framesOf(args: readonly string[]): Promise<NutFrame[]> {
  const all = [...quiet, ...args, '-f', 'nut', 'pipe:1'];
  const { stdout } = await promisify(execFile)('ffmpeg', all, { encoding: 'buffer', maxBuffer: PIPE_BYTES_MAX });
  return new NutReader().push(stdout);
}

/** Starts ffmpeg, which goes on until it is killed. */
export const started = (args: readonly string[]): ChildProcess =>
  spawn('ffmpeg', [...quiet, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

/** Runs ffmpeg as a child of ours whose processor time is looked at. */
export async function run(args: readonly string[]): Promise<void> {
  const child = started(args);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}
