// File thread. Jobs that wait for the disk at the same time share its turns: each runs up to its next sync, then all
// files and folders are synced, a folder of several jobs once.
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { FileJob, FileJobEnd, FileStep } from './steps.ts';

interface Running {
  readonly job: FileJob;
  /** Step that is next. */
  at: number;
  /** Folders with names of folders that the job has made: its next sync makes them durable. */
  readonly madeIn: string[];
}

const MODE = 0o600;
const port = parentPort as MessagePort;
const running = new Set<Running>();

port.on('message', (first: FileJob) => {
  add(first);
  while (running.size > 0) {
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port))
      add(more.message as FileJob);
    runTurn();
  }
});

const add = (job: FileJob): void => void running.add({ job, at: 0, madeIn: [] });

/** Runs all jobs up to their next sync, and then the syncs. */
function runTurn(): void {
  const syncing = [...running].filter((one) => attempt(one, runToSync));
  const synced = new Map<string, unknown>();
  for (const one of syncing) attempt(one, () => sync(one, synced));
  for (const one of syncing) one.at += 1;
}

/** Ends the job with the failure of this work. Returns whether it goes on. */
function attempt(one: Running, work: (one: Running) => void): boolean {
  try {
    work(one);
  } catch (error) {
    const { code = 'EIO', message } = error as { readonly code?: string; readonly message: string };
    end(one, { number: one.job.number, failure: { code, message } });
  }
  return running.has(one);
}

function runToSync(one: Running): void {
  const { steps, number } = one.job;
  for (; one.at < steps.length; one.at += 1) {
    const step = steps[one.at] as FileStep;
    if (step.do === 'sync') return;
    if (step.do === 'makeFolder') one.madeIn.push(...makeFolder(step));
    else (works[step.do] as (other: FileStep) => void)(step);
  }
  end(one, { number });
}

function end(one: Running, how: FileJobEnd): void {
  running.delete(one);
  port.postMessage(how);
}

type Work = {
  readonly [K in Exclude<FileStep['do'], 'sync' | 'makeFolder'>]: (step: FileStep & { readonly do: K }) => void;
};

const works: Work = {
  expectNone({ path }) {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) throw failure('EEXIST', path);
  },
  expectBytes({ path, bytes }) {
    const found = statSync(path);
    if (!found.isFile() || found.size !== bytes) throw failure('EFBIG', path);
  },
  makeEmpty: ({ path, bytes }) => withFile(path, 'wx', (fd) => ftruncateSync(fd, bytes)),
  write: ({ path, flags, bytes }) => withFile(path, flags, (fd) => writeAll(fd, bytes, 0)),
  writeAt({ path, bytes, at, isNew = false }) {
    withFile(path, constants.O_WRONLY | (isNew ? constants.O_CREAT : 0), (fd) => writeAll(fd, bytes, at));
  },
  link: ({ from, to }) => linkSync(from, to),
  unlink: ({ path }) => unlink(path),
  removeFolder: ({ path }) => rmdirSync(path),
};

function sync({ job, at, madeIn }: Running, synced: Map<string, unknown>): void {
  const { files = [], folders = [] } = job.steps[at] as FileStep & { do: 'sync' };
  for (const [paths, work] of [
    [files, fdatasyncSync],
    [[...madeIn.splice(0), ...folders], fsyncSync],
  ] as const)
    for (const path of paths) {
      // A failed sync fails every job that needs it: the next sync of a file would not fail again.
      if (!synced.has(path))
        synced.set(
          path,
          failureOf(() => withFile(path, 'r', work)),
        );
      const failed = synced.get(path);
      if (failed !== undefined) throw failed;
    }
}

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Returns the folders that have new names. */
function makeFolder({ path, within }: FileStep & { do: 'makeFolder' }): string[] {
  const first = mkdirSync(path, { recursive: true });
  if (!`${realpathSync.native(path)}/`.startsWith(`${within}/`)) throw failure('ELOOP', path);
  if (first === undefined) return [];
  const changed: string[] = [];
  for (let made = path; made.length >= first.length; made = dirname(made)) changed.push(dirname(made));
  return changed;
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'ENOENT') throw error;
  }
}

function withFile(path: string, flags: string | number, work: (fd: number) => void): void {
  const fd = openSync(path, flags, MODE);
  try {
    work(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array, from: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, from + at);
}

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });
