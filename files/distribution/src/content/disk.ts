// What contents need of the disk: files that change as a whole, memory for pieces, and what its errors mean.
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeSynced } from '@meridian/object-store';
import { SinkError } from '../sinks/sink.ts';

/** Of one read or write. */
const PIECE_BYTES = 1_048_576;
/** Blocks under way of a few contents. */
const SPARES_MAX = 16;
/** Ends the name of a file that is not whole yet. */
export const NEW = '.new';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** DISK_FULL when the disk has no room, else the error itself. */
export function diskError(error: unknown): unknown {
  const { code = '' } = error as { code?: string };
  return FULL.has(code) ? new SinkError('DISK_FULL', 'the disk is full', error) : error;
}

/** Of tests: a disk that fails takes its place. */
export const disk = { rename };

let replaced = 0;

/** The file as a whole, or that of before; of two at once, one of them. Rejects with DISK_FULL, or as the disk does. */
export async function replace(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  replaced += 1;
  const path = join(folder, `${name}.${process.pid}-${replaced}${NEW}`);
  try {
    await writeSynced(path, bytes);
    await disk.rename(path, join(folder, name));
    await syncFolder(folder);
  } catch (error) {
    throw diskError(error);
  }
}

const spares: Buffer[] = [];

/** Lends memory for a piece until `work` ends. It is used again: new memory costs more than what is done with it. */
export async function withPiece<T>(work: (piece: Buffer) => Promise<T>): Promise<T> {
  const piece = spares.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    return await work(piece);
  } finally {
    if (spares.length < SPARES_MAX) spares.push(piece);
  }
}
