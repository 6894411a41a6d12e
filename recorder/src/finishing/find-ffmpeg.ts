import { execFile } from 'node:child_process';
import { findSandbox } from '@meridian/opener';
import type { Logger } from '@meridian/runtime';
import type { Ffmpeg } from './finishing.ts';

/** It takes a moment; a machine that stands still has no word for it. */
const TIMEOUT_MS = 10_000;

/** The ffmpeg of this machine. Never rejects: without one its version is '', and jobs fail when they need it. */
export async function findFfmpeg(log: Pick<Logger, 'warn'>): Promise<Ffmpeg> {
  const sandbox = await findSandbox(log);
  const version = await new Promise<string>((resolve) => {
    execFile('ffmpeg', ['-version'], { timeout: TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
  return { sandbox, version };
}
