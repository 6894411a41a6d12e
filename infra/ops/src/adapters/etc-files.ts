// Copies the folder of configuration files into a back-up and back. Certificates in `tls/` are often links into another
// program's folder, and on a new machine they are newer than those of the back-up.
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { HostError } from '../core/error.ts';

const TLS = 'tls';

/**
 * Copies the folder for a back-up. A link in `tls/` becomes the regular file that it names; elsewhere it stays a link.
 * Returns the links of `tls/` that name no file and are omitted.
 */
export function saveEtc(etc: string, to: string): string[] {
  const from = realpathSync(etc);
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => relative(from, path) !== TLS });
  const tls = join(from, TLS);
  if (existsSync(tls)) return saveFiles(tls, join(to, TLS));
  return entryAt(tls) === undefined ? [] : [tls];
}

function saveFiles(from: string, to: string): string[] {
  mkdirSync(to, { recursive: true, mode: 0o755 });
  return readdirSync(from).flatMap((name) => {
    const [path, copy] = [join(from, name), join(to, name)];
    if (lstatSync(path).isDirectory()) return saveFiles(path, copy);
    if (!isFile(path)) return [path];
    copyFileSync(path, copy);
    return [];
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // a dangling or circular link
  }
}

interface Step {
  readonly what: 'folder' | 'file' | 'link';
  readonly from: string;
  readonly to: string;
}

export interface EtcPlan {
  readonly steps: readonly Step[];
  /** Files of `tls/` that exist here and stay. */
  readonly kept: readonly string[];
  /** Links of `tls/` in the back-up whose files are missing; they are omitted. */
  readonly lost: readonly string[];
}

/**
 * Plans where the files of a back-up go, and writes nothing. HostError BACKUP_DAMAGED for anything but files, folders
 * and links; FILE_IN_THE_WAY.
 */
export function planEtc(from: string, etc: string): EtcPlan {
  const plan = { steps: [] as Step[], kept: [] as string[], lost: [] as string[] };
  planFolder(from, etc, false, plan);
  return plan;
}

type Drafted = { readonly [K in keyof EtcPlan]: EtcPlan[K][number][] };

function planFolder(from: string, to: string, isTls: boolean, plan: Drafted): void {
  const isThere = statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isThere && entryAt(to) !== undefined) throw inTheWay(to, 'a folder');
  if (!isThere) plan.steps.push({ what: 'folder', from, to });
  for (const name of readdirSync(from).sort()) {
    const [path, target] = [join(from, name), join(to, name)];
    const [one, other] = [lstatSync(path), entryAt(target)];
    // An existing link `tls` on this host leads into another program's folder, so it stays.
    const isKept = isTls ? other !== undefined && !isFolder(other) : name === TLS && other?.isSymbolicLink() === true;
    if (isKept) plan.kept.push(target);
    else if (one.isDirectory()) planFolder(path, target, isTls || name === TLS, plan);
    else if (one.isSymbolicLink() && isTls) plan.lost.push(target);
    else plan.steps.push({ what: kindOf(one, path), from: path, to: placeFor(target, other) });
  }
}

const entryAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
const isFolder = (one: Stats): boolean => one.isDirectory();

function kindOf(stats: Stats, path: string): 'file' | 'link' {
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'link';
  throw new HostError('BACKUP_DAMAGED', `${path} is neither a file nor a folder`, 'take another back-up');
}

function placeFor(target: string, other: Stats | undefined): string {
  if (other !== undefined && isFolder(other)) throw inTheWay(target, 'a file');
  return target;
}

const inTheWay = (path: string, what: string): HostError =>
  new HostError('FILE_IN_THE_WAY', `the back-up has ${what} where ${path} is; nothing was changed`, 'move it away');

/** Carries out a plan. Existing files and links are replaced; no link is written through. */
export function placeEtc({ steps }: EtcPlan): void {
  for (const { what, from, to } of steps) {
    if (what === 'folder') {
      mkdirSync(to, { recursive: true, mode: statSync(from).mode & 0o777 });
      continue;
    }
    const draft = `${to}.${process.pid}.new`;
    rmSync(draft, { force: true });
    if (what === 'file') copyFileSync(from, draft);
    else symlinkSync(readlinkSync(from), draft);
    renameSync(draft, to);
  }
}
