import { type FileHandle, open } from 'node:fs/promises';
import type { Calls } from './calls.ts';
import { StoreError } from './core/errors.ts';
import type { ObjectInfo } from './store.ts';

export interface FileRoot {
  readonly root: string;
  readonly calls: Calls;
  commit(key: string, path: string, info: ObjectInfo): Promise<void>;
}

export function absent(error: unknown): undefined {
  const { code } = error as { code?: string };
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  return undefined;
}

/** The bytes are on the disk when it resolves. By default rejects for a file that exists. */
export async function writeSynced(path: string, bytes: Uint8Array, flags: string | number = 'wx'): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await writeAll(file, bytes, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

export async function writeAll(file: FileHandle, bytes: Uint8Array, from: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at, from + at)).bytesWritten;
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const NO_SPACE_CODES = new Set(['ENOSPC', 'EDQUOT']);
const UNREACHABLE_CODES = new Set(['EIO', 'ESTALE', 'ETIMEDOUT', 'EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'EINTR']);

export function fileError(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = (cause as { code?: string } | null)?.code ?? '';
  if (NO_SPACE_CODES.has(code)) return new StoreError('STORE_FULL', `the disk is full (${code})`, { cause });
  if (UNREACHABLE_CODES.has(code)) return new StoreError('STORE_UNREACHABLE', `the disk fails (${code})`, { cause });
  return new StoreError('STORE_REFUSED', `the disk refuses this (${code})`, { cause });
}
