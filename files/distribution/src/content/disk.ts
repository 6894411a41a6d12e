import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeSynced } from '@meridian/object-store';
import { SinkError } from '../sinks/sink.ts';

const PIECE_BYTES = 1_048_576;
/** Bound of kept buffers: enough for the concurrent blocks of a few contents. */
const SPARES_MAX = 16;
/** Suffix of a file that is not complete. */
export const NEW_SUFFIX = '.new';

const NO_SPACE_CODES = new Set(['ENOSPC', 'EDQUOT']);
/** Returns DISK_FULL when the disk has no room, otherwise the error itself. */
export function diskError(error: unknown): unknown {
  const { code = '' } = error as { code?: string };
  return NO_SPACE_CODES.has(code) ? new SinkError('DISK_FULL', 'the disk is full', error) : error;
}

export const disk = { rename };

let replaced = 0;

/** Replaces a file atomically. Rejects with DISK_FULL or the error of the file system. */
export async function replace(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  replaced += 1;
  const path = join(folder, `${name}.${process.pid}-${replaced}${NEW_SUFFIX}`);
  try {
    await writeSynced(path, bytes);
    await disk.rename(path, join(folder, name));
    await syncFolder(folder);
  } catch (error) {
    throw diskError(error);
  }
}

const spareBuffers: Buffer[] = [];

/** Lends a buffer until `work` ends. Buffers are reused, as an allocation costs more than the work. */
export async function withBuffer<T>(work: (piece: Buffer) => Promise<T>): Promise<T> {
  const piece = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    return await work(piece);
  } finally {
    if (spareBuffers.length < SPARES_MAX) spareBuffers.push(piece);
  }
}
