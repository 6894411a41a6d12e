import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import process from 'node:process';

/** Of memory that is free: tests of a lane leave some hundred MiB. */
const FREE_BYTES_MIN = 6 * 1024 ** 3;
/** What is in it goes with the last process of the namespace. */
const MOUNT = 'mount -t tmpfs -o mode=1777,size=4g meridian "$0" && exec "$@"';

/**
 * A command whose folder for temporary files is in memory, in a mount namespace of its own: tests force small files to
 * the disk thousands of times, and what a disk takes for that is no test. Unchanged where that is not allowed, or
 * memory is short.
 * @param {readonly string[]} command
 * @param {string} folder which is there
 * @returns {readonly string[]}
 */
export function withFolderInMemory(command, folder) {
  if (process.platform !== 'linux' || freemem() < FREE_BYTES_MIN) return command;
  const wrapped = (/** @type {readonly string[]} */ what) => ['unshare', '--mount', 'sh', '-c', MOUNT, folder, ...what];
  const [file = '', ...args] = wrapped(['true']);
  const isAllowed = spawnSync(file, args, { stdio: 'ignore' }).status === 0;
  return isAllowed ? wrapped(command) : command;
}
