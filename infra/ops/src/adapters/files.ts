// Writes files of a host atomically, each readable only by its service.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

/** Owner of written files. If the user does not exist, files belong to the present user. */
export interface Owner {
  readonly user: string;
}

/** Replaces a file atomically with mode `root:USER 0640`; makes its folder. */
export function writeOwned(file: string, text: string, { user }: Owner): void {
  replace(file, text, (draft) => giveFile(draft, { user }));
}

/** Gives an existing file to its service: `root:USER 0640`. */
export function giveFile(file: string, { user }: Owner): void {
  const ids = idsOf(user);
  if (ids === undefined) return;
  chownSync(file, 0, ids.gid);
  chmodSync(file, 0o640);
}

/** Replaces a file without secrets, readable by every service. */
export const writePublic = (file: string, text: string): void =>
  replace(file, text, (draft) => chmodSync(draft, 0o644));

function replace(file: string, text: string, give: (draft: string) => void): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  const draft = `${file}.${process.pid}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  give(draft);
  renameSync(draft, file);
}

/** Gives a folder and its content to a service's user, for that user alone. */
export function ownFolder(folder: string, { user }: Owner): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (idsOf(user) !== undefined) execFileSync('chown', ['-R', `${user}:${user}`, folder]);
}

const known = new Map<string, { uid: number; gid: number } | undefined>();

/** Returns undefined when the user does not exist or this process may not change owners. */
function idsOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (!known.has(user)) known.set(user, lookUp(user));
  return known.get(user);
}

function lookUp(user: string): { uid: number; gid: number } | undefined {
  try {
    const [, , uid, gid] = execFileSync('getent', ['passwd', user], { encoding: 'utf8' }).trim().split(':');
    return { uid: Number(uid), gid: Number(gid) };
  } catch (error) {
    if ((error as { status?: number }).status === 2) return undefined; // getent(1): no such key
    throw error;
  }
}
