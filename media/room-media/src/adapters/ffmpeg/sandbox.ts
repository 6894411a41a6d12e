// Wraps each ffmpeg: no network, no rights, bounded memory, low priority for the processor. Each wrapper is a program
// of util-linux or coreutils that execs the next, so the process keeps its id up to ffmpeg.
import { execFile } from 'node:child_process';
import type { Logger } from '@meridian/runtime';

/** User and group without rights on Debian, Fedora and Arch. */
const unprivilegedId = 65_534;
/** Bound above the most that a 1080p picture stream needs, with its mapped libraries. */
const addressSpaceOfStreams = 2 * 1024 ** 3;
/** The check of a wrapper takes milliseconds; a slow machine is no reason to drop the wrapper. */
const checkTimeoutMs = 10_000;

const rootWrappers = [
  ['unshare', '--net', '--'],
  [
    'setpriv',
    `--reuid=${unprivilegedId}`,
    `--regid=${unprivilegedId}`,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
    '--',
  ],
];
const userWrappers = (addressSpaceBytes: number): string[][] => [
  ['prlimit', `--as=${addressSpaceBytes}`, '--nofile=64', '--core=0', '--'],
  ['nice', '-n', '5', '--'],
];

/** Returns the wrappers that work here; warns once of missing ones. Call once per process. */
export async function findSandbox(
  log: Pick<Logger, 'warn'>,
  uid = process.getuid?.(),
  addressSpaceBytes = addressSpaceOfStreams,
): Promise<readonly string[]> {
  const wrappers = [...(uid === 0 ? rootWrappers : []), ...userWrappers(addressSpaceBytes)];
  const works = await Promise.all(wrappers.map(isUsable));
  const missing = wrappers.filter((_, index) => works[index] !== true).map(([name]) => name);
  if (missing.length > 0) log.warn({ missing }, 'ffmpeg runs without these wrappers');
  return wrappers.filter((_, index) => works[index] === true).flat();
}

function isUsable([file = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file, [...args, 'true'], { timeout: checkTimeoutMs }, (error) => resolve(error === null));
  });
}
