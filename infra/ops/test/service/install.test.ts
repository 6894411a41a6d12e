// install.sh with a small release and a root folder of the test, run as root like on a host.
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { useVersion } from '../../src/commands/use.ts';
import { littleRelease, temporaryFolder } from '../support/little-release.ts';

const changing = ['cp', 'mv', 'ln', 'sync', 'systemd-sysusers'];

interface InstallResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
}

function install(release: string, args: readonly string[], env: Record<string, string> = {}): Promise<InstallResult> {
  const child = spawn('sh', [join(release, 'install.sh'), ...args], {
    // A process group of its own, which a planted command may kill.
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, said }));
  });
}

/** Makes stand-ins for the changing commands; call number `stopAt` kills the installer. */
function planted(folder: string, stopAt: number): Record<string, string> {
  const bin = join(folder, 'bin');
  const counter = join(folder, 'count');
  mkdirSync(bin);
  writeFileSync(counter, '');
  for (const name of changing) {
    const lines = [
      '#!/bin/sh',
      `echo ${name} >>${counter}`,
      `[ "$(wc -l <${counter})" != ${stopAt} ] || kill -9 0`,
      `PATH=${process.env['PATH']} exec ${name} "$@"`,
    ];
    writeFileSync(join(bin, name), `${lines.join('\n')}\n`, { mode: 0o755 });
  }
  return { PATH: `${bin}:${process.env['PATH']}` };
}

/** Omits files that always differ. */
function contentOf(root: string): string[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/shadow|\.pwd\.lock/.test(path),
  );
  return paths.sort().map((path) => {
    const full = join(root, path);
    const facts = lstatSync(full);
    if (facts.isSymbolicLink()) return `${path} -> ${readlinkSync(full)}`;
    return facts.isFile() ? `${path}: ${readFileSync(full, 'utf8')}` : `${path}/`;
  });
}

const at = (root: string, ...path: string[]): string => join(root, 'opt/meridian', ...path);

describe('install.sh refuses, and changes nothing', () => {
  const cases = [
    { name: 'an unknown option', args: ['--force'], says: 'there is no option --force' },
    { name: 'an option without its folder', args: ['--prefix'], says: '--prefix needs a folder' },
    { name: 'a folder that is relative to the caller', args: ['--prefix', 'opt'], says: 'needs a full path' },
  ];
  it.each(cases)('$name', async ({ args, says }) => {
    const root = temporaryFolder();
    const ended = await install(littleRelease(temporaryFolder(), '1.0.0'), ['--root', root, ...args]);
    expect(ended).toMatchObject({ code: 1, said: expect.stringContaining(says) });
    expect(readdirSync(root)).toEqual([]);
  });

  it('a machine other than its platform', async () => {
    const root = temporaryFolder();
    const manifest = '{\n  "platform": "linux-riscv64",\n}\n';
    const release = littleRelease(temporaryFolder(), '1.0.0', { 'MANIFEST.json': manifest });
    const ended = await install(release, ['--root', root]);
    expect(ended).toMatchObject({
      code: 1,
      said: expect.stringContaining('is for linux-riscv64, and this machine is'),
    });
    expect(readdirSync(root)).toEqual([]);
  });

  it.each([
    { name: 'changed', damage: (file: string) => appendFileSync(file, '#') },
    { name: 'missing', damage: (file: string) => rmSync(file) },
  ])('a release with a $name file', async ({ damage }) => {
    const root = temporaryFolder();
    const release = littleRelease(temporaryFolder(), '1.0.0');
    damage(join(release, 'bin/meridian'));
    const ended = await install(release, ['--root', root]);
    expect(ended).toMatchObject({ code: 1, said: expect.stringContaining('the release is damaged') });
    expect(existsSync(at(root, '1.0.0'))).toBe(false);
    expect(existsSync(at(root, 'current'))).toBe(false);
  });
});

describe('install.sh', () => {
  it('installs a release with units, accounts and the command, and makes the first one current', async () => {
    const root = temporaryFolder();
    const release = littleRelease(temporaryFolder(), '1.0.0');
    // The release was unpacked by another account, with rights for others.
    chownSync(join(release, 'bin/meridian'), 1234, 1234);
    chmodSync(join(release, 'bin/meridian'), 0o777);
    const ended = await install(release, ['--root', root]);
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('Meridian 1.0.0 is in /opt/meridian/1.0.0') });
    expect(readlinkSync(at(root, 'current'))).toBe('1.0.0');
    expect(readlinkSync(join(root, 'usr/local/bin/meridian'))).toBe('/opt/meridian/current/bin/meridian');
    const command = lstatSync(at(root, '1.0.0/bin/meridian'));
    expect({ uid: command.uid, gid: command.gid, mode: command.mode & 0o777 }).toEqual({ uid: 0, gid: 0, mode: 0o755 });
    expect(readFileSync(join(root, 'etc/systemd/system/meridian.target'), 'utf8')).toContain('Meridian 1.0.0');
    expect(readdirSync(join(root, 'etc/systemd/system'), { recursive: true }).sort()).toEqual([
      'meridian-.service.d',
      'meridian-.service.d/10-shared.conf',
      'meridian.target',
    ]);
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toContain('meridian-sfu:');
    expect(existsSync(join(root, 'etc/meridian'))).toBe(true);
    expect(existsSync(join(root, 'var/lib/meridian'))).toBe(true);
  });

  it('changes nothing on a second run', async () => {
    const root = temporaryFolder();
    const release = littleRelease(temporaryFolder(), '1.0.0');
    await install(release, ['--root', root]);
    const before = { content: contentOf(root), inode: lstatSync(at(root, '1.0.0')).ino };
    const ended = await install(release, ['--root', root]);
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('already, and intact') });
    expect({ content: contentOf(root), inode: lstatSync(at(root, '1.0.0')).ino }).toEqual(before);
  });

  it('replaces a damaged version', async () => {
    const root = temporaryFolder();
    const release = littleRelease(temporaryFolder(), '1.0.0');
    await install(release, ['--root', root]);
    const before = contentOf(root);
    appendFileSync(at(root, '1.0.0/bin/meridian'), '#');
    expect((await install(release, ['--root', root])).code).toBe(0);
    expect(contentOf(root)).toEqual(before);
  });

  it('does not switch to a later version and its units before `use`', async () => {
    const root = temporaryFolder();
    const releases = temporaryFolder();
    await install(littleRelease(releases, '1.0.0'), ['--root', root]);
    const ended = await install(littleRelease(releases, '1.1.0'), ['--root', root]);
    expect(ended.said).toContain('Meridian 1.0.0 stays the current one; meridian node use 1.1.0 switches');
    expect(readlinkSync(at(root, 'current'))).toBe('1.0.0');
    const unitsFolder = join(root, 'etc/systemd/system');
    const unit = join(unitsFolder, 'meridian.target');
    expect(readFileSync(unit, 'utf8')).toContain('1.0.0');
    // `useVersion` puts the same files as install.sh.
    const installed = readdirSync(unitsFolder, { recursive: true }).sort();
    const used = useVersion({ prefix: at(root), version: '1.1.0', unitsFolder });
    expect(used).toEqual({ before: '1.0.0', changedUnits: ['meridian.target'] });
    expect(readdirSync(unitsFolder, { recursive: true }).sort()).toEqual(installed);
    expect(readFileSync(unit, 'utf8')).toContain('1.1.0');
  });

  it('installs to another prefix, and keeps a foreign program of the same name', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
    writeFileSync(join(root, 'usr/local/bin/meridian'), 'another');
    const ended = await install(littleRelease(temporaryFolder(), '1.0.0'), ['--root', root, '--prefix', '/srv/m']);
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('this one is /srv/m/current/bin/meridian') });
    expect(readlinkSync(join(root, 'srv/m/current'))).toBe('1.0.0');
    expect(readFileSync(join(root, 'usr/local/bin/meridian'), 'utf8')).toBe('another');
  });

  it('replaces an incomplete copy and a dangling link', async () => {
    const root = temporaryFolder();
    mkdirSync(at(root, '.incoming-1.0.0/bin'), { recursive: true });
    writeFileSync(at(root, '.incoming-1.0.0/bin/meridian'), 'half');
    writeFileSync(at(root, '.incoming-1.0.0/bin/stray'), '');
    symlinkSync('0.9.0', at(root, 'current'));
    expect((await install(littleRelease(temporaryFolder(), '1.0.0'), ['--root', root])).code).toBe(0);
    expect(readdirSync(at(root, '1.0.0/bin'))).toEqual(['meridian']);
    expect(readlinkSync(at(root, 'current'))).toBe('1.0.0');
  });

  it('completes a run that was killed before any of its steps', async () => {
    const release = littleRelease(temporaryFolder(), '1.0.0');
    const whole = temporaryFolder();
    await install(release, ['--root', whole]);
    const expected = contentOf(whole);
    let steps = 0;
    const cutOff = async (stopAt: number): Promise<boolean> => {
      const root = temporaryFolder();
      const ended = await install(release, ['--root', root], planted(temporaryFolder(), stopAt));
      if (ended.signal === null) return false;
      steps++;
      // Whatever has the final name is complete.
      const places = ['1.0.0', 'current'].map((name) => at(root, name)).filter((path) => existsSync(path));
      for (const path of places) expect(contentOf(path), `step ${stopAt}`).toEqual(contentOf(at(whole, '1.0.0')));
      const again = await install(release, ['--root', root]);
      expect(again, `step ${stopAt}: ${again.said}`).toMatchObject({ code: 0 });
      expect(contentOf(root), `step ${stopAt}`).toEqual(expected);
      return true;
    };
    let isCut = true;
    for (let first = 1; isCut; first += 4)
      isCut = (await Promise.all([0, 1, 2, 3].map((more) => cutOff(first + more)))).every(Boolean);
    // Copy, sync, rename; accounts; two units; two links.
    expect(steps).toBeGreaterThanOrEqual(10);
  });

  it('refuses a second concurrent run', async () => {
    const root = temporaryFolder();
    mkdirSync(at(root), { recursive: true });
    const holder = spawn('flock', [at(root, '.lock'), 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const ended = await install(littleRelease(temporaryFolder(), '1.0.0'), ['--root', root]);
    holder.stdin.end();
    expect(ended).toMatchObject({ code: 1, said: expect.stringContaining('another install.sh is at work') });
  });
});
