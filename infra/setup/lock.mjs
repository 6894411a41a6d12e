import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './error.mjs';

/** Interval at which a waiting process checks the lock. */
const POLL_MS = 250;

/** A worker build takes minutes on a slow machine; a process that holds a lock for this long hangs. */
const WAIT_LIMIT_MS = 20 * 60_000;

/**
 * @typedef {{ pid: number, started: string }} Holder
 * @typedef {{
 *   self?: Holder,
 *   startedOf?: (pid: number) => string | undefined,
 *   waitLimitMs?: number,
 *   signal?: AbortSignal | undefined,
 *   onWait?: (holder: Holder) => void,
 *   onStale?: (holder: Holder | undefined) => void,
 * }} LockOptions
 */

/**
 * Runs `work` while holding the lock file. A lock of a dead process (interrupted run, restarted machine, reused pid) is
 * taken over. Two processes that take over at the same instant could both win; as work under these locks ends with an
 * atomic rename, the worst is duplicate work.
 * @template T
 * @param {string} file
 * @param {LockOptions} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {SetupError} LOCK_HELD after `waitLimitMs`
 */
export async function withLock(file, options, work) {
  const startedOf = options.startedOf ?? processStarted;
  const self = options.self ?? { pid: process.pid, started: startedOf(process.pid) ?? 'unknown' };
  await acquire(file, self, startedOf, options);
  try {
    return await work();
  } finally {
    if (sameHolder(readHolder(file), self)) rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {Holder} self
 * @param {(pid: number) => string | undefined} startedOf
 * @param {LockOptions} options
 */
async function acquire(file, self, startedOf, { waitLimitMs = WAIT_LIMIT_MS, signal, onWait, onStale }) {
  mkdirSync(dirname(file), { recursive: true });
  let isNoted = false;
  const tries = Math.ceil(waitLimitMs / POLL_MS);
  for (let attempt = 0; attempt <= tries; attempt++) {
    if (tryCreate(file, self)) return;
    const holder = readHolder(file);
    if (holder && startedOf(holder.pid) === holder.started) {
      if (!isNoted) onWait?.(holder);
      isNoted = true;
      await sleep(POLL_MS, undefined, signal ? { signal } : {});
    } else {
      onStale?.(holder);
      takeAway(file, holder, self);
    }
  }
  throw new SetupError('LOCK_HELD', `Another set-up (process ${readHolder(file)?.pid}) has held ${file} for too long`, {
    remedy: `see what process ${readHolder(file)?.pid} does; end it if it hangs, and run the same command again`,
  });
}

/**
 * Creates the file with its content atomically, by a link.
 * @param {string} file
 * @param {Holder} self
 */
function tryCreate(file, self) {
  const draftFile = `${file}.${self.pid}`;
  writeFileSync(draftFile, JSON.stringify(self));
  try {
    linkSync(draftFile, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draftFile, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {Holder | undefined} undefined when the file is missing or not a lock
 */
function readHolder(file) {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value?.pid === 'number' && typeof value?.started === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined;
    throw error;
  }
}

/**
 * Removes a stale lock; a fresh lock of another process that appeared meanwhile is put back.
 * @param {string} file
 * @param {Holder | undefined} stale
 * @param {Holder} self
 */
function takeAway(file, stale, self) {
  const staleFile = `${file}.stale.${self.pid}`;
  try {
    renameSync(file, staleFile);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const taken = readHolder(staleFile);
  if (taken && !sameHolder(taken, stale)) tryCreate(file, taken);
  rmSync(staleFile, { force: true });
}

/** @param {Holder | undefined} a @param {Holder | undefined} b */
function sameHolder(a, b) {
  return a !== undefined && b !== undefined && a.pid === b.pid && a.started === b.started;
}

/**
 * Returns a process's start in clock ticks since boot, with the id of the boot, as pids are reused.
 * @param {number} pid
 * @returns {string | undefined} undefined when there is no such process
 */
export function processStarted(pid) {
  try {
    if (process.platform !== 'linux') {
      process.kill(pid, 0);
      return 'running';
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // The state is the first field after the command name, so the start time (field 22 of proc(5)) is the twentieth.
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    if (code === 'EPERM') return 'running';
    throw error;
  }
}
