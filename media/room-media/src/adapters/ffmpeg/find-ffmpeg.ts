import { execFile } from 'node:child_process';
import type { Logger } from '@meridian/runtime';
import { findSandbox, type SandboxOptions } from './sandbox.ts';

export interface Ffmpeg {
  /** Command line before `ffmpeg`, of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** Output of `ffmpeg -version`; `''` without an ffmpeg. */
  readonly version: string;
}

/** The version takes a moment; only a hanging machine reaches this limit. */
const TIMEOUT_MS = 10_000;

/** Finds the ffmpeg of this machine. Never rejects: without an ffmpeg the version is `''` and later jobs fail. */
export async function findFfmpeg(log: Pick<Logger, 'warn'>, o: SandboxOptions = {}): Promise<Ffmpeg> {
  const sandbox = await findSandbox(log, o);
  const version = await new Promise<string>((resolve) => {
    execFile('ffmpeg', ['-version'], { timeout: TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
  return { sandbox, version };
}
