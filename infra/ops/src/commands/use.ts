// Selects the current release among the installed ones.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { damagesOf, isVersion, sumsFile } from '../release-manifest.ts';

/** Folder into which install.sh puts units too. */
const SYSTEM_UNITS = '/etc/systemd/system';

const NAMED_DAMAGES_MAX = 3;

export interface InstalledVersion {
  readonly version: string;
  readonly isCurrent: boolean;
  /** Release that was current before, for the way back. */
  readonly isPrevious: boolean;
}

export interface UseResult {
  readonly before: string | undefined;
  /** Unit files that are new or changed: `systemctl daemon-reload` is due. */
  readonly changedUnits: readonly string[];
}

export class VersionError extends Error {
  readonly code: 'VERSION_UNKNOWN' | 'VERSION_DAMAGED';

  constructor(code: VersionError['code'], message: string) {
    super(message);
    this.name = 'VersionError';
    this.code = code;
  }
}

/** Returns the completely installed releases below `prefix`, oldest version first. */
export function listVersions({ prefix }: { prefix: string }): InstalledVersion[] {
  const [current, previous] = [linkOf(prefix, 'current'), linkOf(prefix, 'previous')];
  const names = existsSync(prefix) ? readdirSync(prefix) : [];
  return names
    .filter((name) => isVersion(name) && existsSync(join(prefix, name, sumsFile)))
    .sort(byVersion)
    .map((version) => ({ version, isCurrent: version === current, isPrevious: version === previous }));
}

/**
 * Makes an installed release the current one, atomically: services use it from their next start, and running ones keep
 * their folder. The former release becomes the previous one. Installs the release's unit files; if the release is
 * current already, does only this. May be interrupted and repeated.
 * @throws {VersionError} when the version is missing or damaged; nothing has changed then
 */
export function useVersion(o: { prefix: string; version: string; unitsFolder?: string }): UseResult {
  const { prefix, version, unitsFolder = SYSTEM_UNITS } = o;
  const folder = join(prefix, version);
  if (!isVersion(version) || !existsSync(folder)) {
    const known = listVersions({ prefix }).map((one) => one.version);
    throw new VersionError('VERSION_UNKNOWN', `${version} is not installed; there is ${known.join(', ') || 'none'}`);
  }
  const damages = damagesOf(folder);
  if (damages.length > 0) {
    const named = damages.slice(0, NAMED_DAMAGES_MAX).join(', ');
    const more = damages.length > NAMED_DAMAGES_MAX ? `, … ${damages.length} in all` : '';
    const cure = "run its archive's install.sh again";
    throw new VersionError('VERSION_DAMAGED', `${version} is damaged (${named}${more}): ${cure}`);
  }
  const before = linkOf(prefix, 'current');
  if (before !== version) {
    if (before !== undefined) putLink(before, join(prefix, 'previous'));
    putLink(version, join(prefix, 'current'));
  }
  return { before, changedUnits: putUnits(join(folder, 'systemd'), unitsFolder) };
}

/** Copies the unit files that differ, without those of `sysusers.d`: install.sh makes the accounts. */
function putUnits(from: string, to: string): string[] {
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .filter((file) => !file.startsWith('sysusers.d/'));
  const changed = files.filter((file) => !isSame(join(from, file), join(to, file))).sort();
  for (const file of changed) {
    const newFile = join(to, `${file}.new`);
    mkdirSync(dirname(newFile), { recursive: true });
    copyFileSync(join(from, file), newFile);
    chmodSync(newFile, 0o644);
    renameSync(newFile, join(to, file));
  }
  return changed;
}

const isSame = (a: string, b: string): boolean => existsSync(b) && readFileSync(a).equals(readFileSync(b));

function putLink(target: string, path: string): void {
  rmSync(`${path}.new`, { force: true });
  symlinkSync(target, `${path}.new`);
  renameSync(`${path}.new`, path);
}

function linkOf(prefix: string, name: string): string | undefined {
  if (!existsSync(join(prefix, name))) return undefined;
  return readlinkSync(join(prefix, name));
}

/** Compares numerically: 0.10.0 follows 0.9.0, and 1.0.0-rc.1 precedes 1.0.0. */
function byVersion(a: string, b: string): number {
  const [[x, xNote], [y, yNote]] = [split(a), split(b)];
  const numbers = x.localeCompare(y, 'en', { numeric: true });
  if (numbers !== 0) return numbers;
  if (xNote === '' || yNote === '') return xNote === yNote ? 0 : xNote === '' ? 1 : -1;
  return xNote.localeCompare(yNote, 'en', { numeric: true });
}

function split(version: string): [string, string] {
  const at = version.indexOf('-');
  return at === -1 ? [version, ''] : [version.slice(0, at), version.slice(at + 1)];
}
