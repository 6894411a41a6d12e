import { execFile } from 'node:child_process';
import type { Logger } from '@meridian/runtime';
import { findSandbox } from './sandbox.ts';

export interface Ffmpeg {
  /** The words before `ffmpeg`. */
  readonly sandbox: readonly string[];
  /** What `ffmpeg -version` says. */
  readonly version: string;
}

/** It takes a moment; a machine that stands still has no word for it. */
const TIMEOUT_MS = 10_000;

/** The ffmpeg of this machine. Never rejects: without one its version is '', and jobs fail when they need it. */
export async function findFfmpeg(log: Pick<Logger, 'warn'>, addressSpaceBytes?: number): Promise<Ffmpeg> {
  const sandbox = await findSandbox(log, process.getuid?.(), addressSpaceBytes);
  const version = await new Promise<string>((resolve) => {
    execFile('ffmpeg', ['-version'], { timeout: TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
  return { sandbox, version };
}
