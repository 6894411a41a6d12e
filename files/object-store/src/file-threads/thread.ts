// A file thread: does file operations one after another, and waits for the disk in place of the caller.
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
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { JobTurns } from './job-turns.ts';
import type { FileJob, FileStep } from './steps.ts';

type Works = {
  readonly [K in Exclude<FileStep['do'], 'sync' | 'makeFolder'>]: (step: FileStep & { readonly do: K }) => void;
};

const MODE = 0o600;
const port = parentPort as MessagePort;

const works: Works = {
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
  unlink: ({ path }) => rmSync(path, { force: true }),
  removeFolder: ({ path }) => rmdirSync(path),
};

const turns = new JobTurns({
  run(step) {
    if (step.do === 'makeFolder') return makeFolder(step);
    (works[step.do] as (one: FileStep) => void)(step);
    return [];
  },
  syncFile: (path) => withFile(path, 'r', fdatasyncSync),
  syncFolder: (path) => withFile(path, 'r', fsyncSync),
  onEnd: (end) => port.postMessage(end),
});

port.on('message', (first: FileJob) => {
  turns.add(first);
  while (!turns.isIdle) {
    for (let more = receiveMessageOnPort(port); more !== undefined; more = receiveMessageOnPort(port))
      turns.add(more.message as FileJob);
    turns.turn();
  }
});

/** Returns the folders that have new names. */
function makeFolder({ path, within }: FileStep & { do: 'makeFolder' }): string[] {
  const first = mkdirSync(path, { recursive: true });
  if (!`${realpathSync.native(path)}/`.startsWith(`${within}/`)) throw failure('ELOOP', path);
  if (first === undefined) return [];
  const changed: string[] = [];
  for (let made = path; made.length >= first.length; made = dirname(made)) changed.push(dirname(made));
  return changed;
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
