// Makes the bare Debian with which machines begin, and a package repository in a folder, so that the guide's
// `apt-get install` works offline. Both are made once and stay in the cache.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheRoot } from '../../../infra/setup/paths.mjs';
import type { Say } from '../../support/case.ts';
import { bootstrapDebian, copyNetworkFiles, networkEnvironment } from '../../support/debian-root.ts';

const run = promisify(execFile);
const BUFFER_BYTES = 64 * 1024 * 1024;

/** Packages that a rented server has in addition to debootstrap's smallest set. */
const extraPackages = ['systemd', 'systemd-sysv', 'dbus', 'ca-certificates', 'iproute2', 'procps', 'nano'];

export const repositoryPath = '/srv/packages';

export interface Roots {
  /** Folder with a bare Debian, which is copied and never run itself. */
  readonly root: string;
  /** A flat repository for `deb [trusted=yes] file:`. */
  readonly repository: string;
}

/**
 * Returns the two folders. The repository makes each list of `packages` installable on a bare machine, with all
 * dependencies. The first call takes a minute or two, and needs the Debian mirror.
 */
export async function preparedRoots(packages: readonly (readonly string[])[], say: Say): Promise<Roots> {
  const base = join(cacheRoot(), 'lab');
  const root = join(base, `debian-${keyOf(extraPackages)}`);
  const repository = join(base, `packages-${keyOf([extraPackages, packages])}`);
  await makeOnce(root, async (folder) => {
    say(`debootstrap of a bare Debian into ${root}`);
    await bootstrapDebian(folder, extraPackages);
    writeFileSync(join(folder, 'etc/apt/sources.list'), `deb [trusted=yes] file:${repositoryPath} ./\n`);
    for (const name of ['hostname', 'resolv.conf']) rmSync(join(folder, 'etc', name), { force: true });
  });
  await makeOnce(repository, async (folder) => {
    say(`download of ${packages.flat().length} packages with dependencies into ${repository}`);
    await fillRepository(root, folder, packages);
  });
  return { root, repository };
}

const keyOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);

/** Makes a folder under a temporary name and renames it when it is complete. */
async function makeOnce(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.new-`);
  try {
    chmodSync(temporary, 0o755);
    await make(temporary);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function fillRepository(
  root: string,
  repository: string,
  packages: readonly (readonly string[])[],
): Promise<void> {
  const scratch = mkdtempSync(`${repository}.root-`);
  const apt = (...args: string[]) =>
    run('chroot', [scratch, 'apt-get', '-qq', ...args], {
      maxBuffer: BUFFER_BYTES,
      env: { ...networkEnvironment(), PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    await copyTree(root, scratch);
    copyNetworkFiles(scratch);
    await apt('update');
    for (const names of packages) await apt('install', '-y', '--download-only', ...names);
    const archives = join(scratch, 'var/cache/apt/archives');
    for (const name of readdirSync(archives).filter((each) => each.endsWith('.deb')))
      renameSync(join(archives, name), join(repository, name));
    const { stdout } = await run('dpkg-scanpackages', ['--multiversion', '.'], {
      cwd: repository,
      maxBuffer: BUFFER_BYTES,
    });
    writeFileSync(join(repository, 'Packages'), stdout);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export async function copyTree(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--reflink=auto', `${from}/.`, to]);
}
