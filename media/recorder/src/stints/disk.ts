import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { volumeOf } from '@meridian/node-shell';
import { absent, syncFolder, writeAll } from '@meridian/object-store';

/** Open file, whose calls reject with the error of the file system. */
export interface DiskFile {
  /** Writes all bytes at an offset; they are not durable yet. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Makes earlier writes durable. */
  datasync(): Promise<void>;
  /** Cuts the file, not durably by itself. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Makes a folder and its parents, durably. */
  makeFolder(path: string): Promise<void>;
  open(path: string): Promise<DiskFile>;
  read(path: string, at: number, bytes: number): Promise<Uint8Array>;
  size(path: string): Promise<number | undefined>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Returns the names in a folder, sorted; empty for a missing folder. */
  list(path: string): Promise<string[]>;
  move(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with its contents; ignores a missing path. */
  remove(path: string): Promise<void>;
  removeEmpty(path: string): Promise<void>;
  usage(path: string): Promise<number>;
}

export const machineDisk: Disk = {
  makeFolder: async (path) => {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  },
  open: async (path) => fileOf(await opened(path)),
  read: async (path, at, bytes) => {
    const file = await open(path, 'r');
    try {
      return await readAll(file, at, bytes);
    } finally {
      await file.close();
    }
  },
  size: async (path) => (await stat(path).catch(absent))?.size,
  syncFolder,
  list: async (path) => ((await readdir(path).catch(absent)) ?? []).sort(),
  move: rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  removeEmpty: async (path) => {
    await rmdir(path).catch((error: { code?: string }) => {
      if (error.code !== 'ENOTEMPTY') absent(error);
    });
  },
  usage: async (path) => {
    const { bytes, freeBytes } = await volumeOf(path);
    return bytes === 0 ? 1 : 1 - freeBytes / bytes;
  },
};

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    absent(error);
    return await open(path, 'wx+', 0o600);
  }
}

const fileOf = (file: FileHandle): DiskFile => ({
  write: (bytes, at) => writeAll(file, bytes, at),
  datasync: () => file.datasync(),
  truncate: (bytes) => file.truncate(bytes),
  close: () => file.close(),
});

async function readAll(file: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  let have = 0;
  for (let got = -1; have < bytes && got !== 0; have += got)
    got = (await file.read(buffer, have, bytes - have, at + have)).bytesRead;
  return buffer.subarray(0, have);
}
