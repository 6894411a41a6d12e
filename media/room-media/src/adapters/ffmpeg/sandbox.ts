// Finds the jail (media/room-media/jail) in which each ffmpeg runs: no network, no files but its own, no rights, no
// other processes, bounded memory, low priority for the processor.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Logger } from '@meridian/runtime';

/** Bound above the most that a 1080p picture stream needs, with its mapped libraries. */
const addressSpaceOfStreams = 2 * 1024 ** 3;
/** The check of the jail takes milliseconds; only a hanging machine reaches this limit. */
const checkTimeoutMs = 10_000;

/** Exit code of a sandbox that does not work here; the program in it has not run. */
export const NO_SANDBOX_EXIT = 125;

export interface SandboxOptions {
  /** `required`: without a sandbox ffmpeg does not run. `none`: the operator accepts ffmpeg without one. */
  readonly mode?: 'required' | 'none' | undefined;
  readonly addressSpaceBytes?: number;
}

/**
 * Returns the command line before `ffmpeg`; ffmpeg keeps the process id of the command. Where the sandbox does not work
 * the command ends with `NO_SANDBOX_EXIT` and the reason, and the log has the reason once.
 */
export async function findSandbox(
  log: Pick<Logger, 'warn'>,
  { mode = 'required', addressSpaceBytes = addressSpaceOfStreams }: SandboxOptions = {},
): Promise<readonly string[]> {
  if (mode === 'none') {
    log.warn(
      {},
      'ffmpeg runs without a sandbox (ffmpegSandbox: none): media that takes it over can read all keys here',
    );
    return ['prlimit', `--as=${addressSpaceBytes}`, '--nofile=64', '--core=0', '--', 'nice', '-n', '5', '--'];
  }
  // Set by the set-up of a clone (`none` without a compiler) and by the launcher of a release.
  const jail = process.env['MERIDIAN_JAIL_BIN'] ?? '';
  const reason = existsSync(jail) ? await whyUnusable(jail) : `no sandbox: there is no jail at '${jail}'`;
  if (reason === undefined) return [jail, '--memory', String(addressSpaceBytes)];
  log.warn({ reason }, 'ffmpeg does not run here: it has no sandbox (docs/design/jail.md)');
  return ['sh', '-c', `echo "$0" >&2; exit ${NO_SANDBOX_EXIT}`, reason];
}

function whyUnusable(jail: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(jail, ['--check'], { timeout: checkTimeoutMs }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : stderr.trim() || error.message),
    );
  });
}
