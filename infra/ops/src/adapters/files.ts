// Files of a host: each readable by its service alone, written in one step.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

/** Of a service. Where there is no such user, what is written belongs to the present one. */
export interface Owner {
  readonly user: string;
}

/** Replaces a file in one step: `root:USER 0640`. Its folder is made. */
export function writeOwned(file: string, text: string, { user }: Owner): void {
  replace(file, text, (draft) => giveFile(draft, { user }));
}

/** Gives a file that is there to its service: `root:USER 0640`. */
export function giveFile(file: string, { user }: Owner): void {
  const ids = idsOf(user);
  if (ids === undefined) return;
  chownSync(file, 0, ids.gid);
  chmodSync(file, 0o640);
}

/** The same for a file that holds no secret: every service may read it. */
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

/** A folder of a service, with what is in it: its user's alone. */
export function ownFolder(folder: string, { user }: Owner): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (idsOf(user) !== undefined) execFileSync('chown', ['-R', `${user}:${user}`, folder]);
}

const known = new Map<string, { uid: number; gid: number } | undefined>();

/** Undefined without such a user, and when this process may not give files away. */
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
