/** Sources of files on a disk, for Node programs. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { UploadError } from './error.ts';
import type { UploadSource } from './types.ts';

/** Disks are not faster with larger reads. */
const CHUNK_BYTES = 256 * 1024;

interface Version {
  readonly bytes: number;
  readonly changedMs: number;
}

/** Opens a file. Rejects with FILE_UNREADABLE. Reads reject with FILE_CHANGED when the file has changed. */
export async function fileSource(path: string): Promise<UploadSource> {
  const version = await withReadError(path, async (): Promise<Version> => {
    const found = await stat(path);
    if (!found.isFile()) throw new UploadError('FILE_UNREADABLE', `${path} is not a file.`);
    return { bytes: found.size, changedMs: found.mtimeMs };
  });
  return {
    name: basename(path),
    bytes: version.bytes,
    read: (from, bytes) =>
      withReadError(path, async () => {
        const file = await open(path);
        try {
          const read = await readFully(file, from, new Uint8Array(bytes));
          await checkUnchanged(version, file, path);
          return read;
        } finally {
          await file.close();
        }
      }),
    slice: (from, bytes) => Readable.from(chunks(path, version, from, bytes), { objectMode: false }),
  };
}

async function* chunks(path: string, seen: Version, from: number, bytes: number): AsyncGenerator<Uint8Array> {
  const file = await withReadError(path, () => open(path));
  try {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - at));
      yield await withReadError(path, async () => {
        await readFully(file, from + at, chunk);
        await checkUnchanged(seen, file, path);
        return chunk;
      });
    }
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, from: number, into: Uint8Array<ArrayBuffer>) {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, into.length - at, from + at);
    if (bytesRead === 0) throw new UploadError('FILE_CHANGED', 'The file has become shorter.');
    at += bytesRead;
  }
  return into;
}

/** Called after a read, which proves that the bytes are of this version. */
async function checkUnchanged(seen: Version, file: FileHandle, path: string): Promise<void> {
  const { size, mtimeMs } = await file.stat();
  if (size !== seen.bytes || mtimeMs !== seen.changedMs)
    throw new UploadError('FILE_CHANGED', `${path} has changed while it was sent.`);
}

async function withReadError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UploadError) throw cause;
    throw new UploadError('FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
