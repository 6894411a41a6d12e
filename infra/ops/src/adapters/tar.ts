import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../core/error.ts';

const run = promisify(execFile);

/** Packs a folder into a new file, readable only by its owner from the first byte on. HostError BACKUP_FAILED. */
export async function pack(folder: string, file: string): Promise<void> {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw new HostError('BACKUP_FAILED', (error as Error).message, 'give another file', { cause: error });
  }
  await tar(['-C', folder, '-czf', file, '.'], 'BACKUP_FAILED', 'see that the disk has room');
}

/** Unpacks a file, or these parts of it, into a folder. HostError BACKUP_DAMAGED. */
export const unpack = (file: string, folder: string, parts: readonly string[] = []): Promise<void> =>
  tar(
    ['-C', folder, '-xzf', resolve(file), ...parts],
    'BACKUP_DAMAGED',
    'see that the file is whole and the disk has room',
  );

async function tar(args: readonly string[], code: string, cure: string): Promise<void> {
  try {
    await run('tar', [...args]);
  } catch (error) {
    throw new HostError(code, (error as Error).message, cure, { cause: error });
  }
}
