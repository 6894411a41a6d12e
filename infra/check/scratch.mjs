import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import process from 'node:process';

/** Free memory that the folder needs: tests of a lane leave some hundred MiB. */
const FREE_BYTES_MIN = 6 * 1024 ** 3;
/** The content vanishes with the last process of the namespace. */
const MOUNT = 'mount -t tmpfs -o mode=1777,size=4g meridian "$0" && exec "$@"';

/**
 * Wraps a command so that its folder for temporary files is in memory, in its own mount namespace: tests sync small
 * files thousands of times, and the disk's speed is not under test. Returns the command unchanged where that is not
 * allowed or memory is short.
 * @param {readonly string[]} command
 * @param {string} folder an existing one
 * @returns {readonly string[]}
 */
export function withFolderInMemory(command, folder) {
  if (process.platform !== 'linux' || freemem() < FREE_BYTES_MIN) return command;
  const wrapped = (/** @type {readonly string[]} */ what) => ['unshare', '--mount', 'sh', '-c', MOUNT, folder, ...what];
  const [file = '', ...args] = wrapped(['true']);
  const isAllowed = spawnSync(file, args, { stdio: 'ignore' }).status === 0;
  return isAllowed ? wrapped(command) : command;
}
