// The folder of configuration files, into a back-up and out of it again. Certificates in `tls/` are often links into
// another program's folder, and on a new machine they are newer than those of a back-up.
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
 * Copies the folder for a back-up. In `tls/` a link becomes the regular file that it names; elsewhere it stays a link.
 * Answers the links of `tls/` that name no file: these are left out.
 */
export function saveEtc(etc: string, to: string): string[] {
  const from = realpathSync(etc);
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter: (path) => relative(from, path) !== TLS });
  const tls = join(from, TLS);
  if (existsSync(tls)) return saveFiles(tls, join(to, TLS));
  return there(tls) === undefined ? [] : [tls];
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
    return false; // a link to nothing, or to itself
  }
}

interface Step {
  readonly what: 'folder' | 'file' | 'link';
  readonly from: string;
  readonly to: string;
}

export interface EtcPlan {
  /** In this order. */
  readonly steps: readonly Step[];
  /** Of `tls/`, here already: they stay. */
  readonly kept: readonly string[];
  /** Of `tls/`, links in the back-up without their files: they are left out. */
  readonly lost: readonly string[];
}

/**
 * What of a back-up's folder goes where. Nothing is written. HostError: BACKUP_DAMAGED for what is neither file, folder
 * nor link; FILE_IN_THE_WAY.
 */
export function planEtc(from: string, etc: string): EtcPlan {
  const plan = { steps: [] as Step[], kept: [] as string[], lost: [] as string[] };
  planFolder(from, etc, false, plan);
  return plan;
}

type Drafted = { readonly [K in keyof EtcPlan]: EtcPlan[K][number][] };

function planFolder(from: string, to: string, isTls: boolean, plan: Drafted): void {
  const isThere = statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isThere && there(to) !== undefined) throw inTheWay(to, 'a folder');
  if (!isThere) plan.steps.push({ what: 'folder', from, to });
  for (const name of readdirSync(from).sort()) {
    const [path, target] = [join(from, name), join(to, name)];
    const [one, other] = [lstatSync(path), there(target)];
    // A link in its place leads into the folder of another program.
    const isKept = isTls ? other !== undefined && !isFolder(other) : name === TLS && other?.isSymbolicLink() === true;
    if (isKept) plan.kept.push(target);
    else if (one.isDirectory()) planFolder(path, target, isTls || name === TLS, plan);
    else if (one.isSymbolicLink() && isTls) plan.lost.push(target);
    else plan.steps.push({ what: kindOf(one, path), from: path, to: placeFor(target, other) });
  }
}

const there = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
const isFolder = (one: Stats): boolean => one.isDirectory();

function kindOf(one: Stats, path: string): 'file' | 'link' {
  if (one.isFile()) return 'file';
  if (one.isSymbolicLink()) return 'link';
  throw new HostError('BACKUP_DAMAGED', `${path} is neither a file nor a folder`, 'take another back-up');
}

function placeFor(target: string, other: Stats | undefined): string {
  if (other !== undefined && isFolder(other)) throw inTheWay(target, 'a file');
  return target;
}

const inTheWay = (path: string, what: string): HostError =>
  new HostError('FILE_IN_THE_WAY', `the back-up has ${what} where ${path} is; nothing was changed`, 'move it away');

/** Writes what `planEtc` has found. A file or link that is there is replaced, and no link is written through. */
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
