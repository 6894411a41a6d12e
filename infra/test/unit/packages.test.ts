import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commands } from '../../setup/commands.mjs';
import { isInterrupted } from '../../setup/dpkg.mjs';
import { aptPosition, ensurePackages, systemFinder } from '../../setup/packages.mjs';
import { encoders, type Requirement, requirements } from '../../setup/requirements.mjs';
import type { Facts } from '../../setup/system.mjs';
import { debian, someFacts } from '../support/facts.ts';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree } from '../support/tree.ts';

/** Makes a machine on which these packages are missing, and records installations. */
function machine(missing: string[], facts: Facts, installs = true) {
  const absent = new Set(missing);
  const installed: string[][] = [];
  const context = {
    facts,
    logs: '/nowhere',
    progress: recordedProgress(),
    finder: { missing: (rows: Requirement[]) => rows.filter((row) => absent.has(row.debian)) },
    install: async (names: string[]) => {
      installed.push(names);
      if (installs) for (const name of names) absent.delete(name);
    },
  };
  return { context, installed };
}

const fedora = { id: 'fedora', like: [], version: '43', codename: '', name: 'Fedora Linux 43' };
const ubuntu = { id: 'ubuntu', like: ['debian'], version: '24.04', codename: 'noble', name: 'Ubuntu 24.04' };
const arch = { id: 'manjaro', like: ['arch'], version: '', codename: '', name: 'Manjaro Linux' };
const other = { id: 'slackware', like: [], version: '15', codename: '', name: 'Slackware 15' };

describe('an interrupted dpkg', () => {
  it('is seen by a numbered file in its journal, as apt-get does', () => {
    const journal = temporaryTree({ 'tmp.i': '' });
    expect(isInterrupted(journal)).toBe(false);
    expect(isInterrupted(join(journal, 'nowhere'))).toBe(false);
    writeFileSync(join(journal, '0000'), '');
    expect(isInterrupted(journal)).toBe(true);
  });
});

describe('system packages', () => {
  const refused = [
    {
      name: 'not root on Debian 12',
      facts: { root: false },
      why: 'not root',
      remedy: 'sudo apt-get update && sudo apt-get install -y --no-install-recommends meson libuv1-dev',
    },
    {
      name: 'root on another Debian',
      facts: { distribution: debian('13', 'trixie') },
      why: 'Debian GNU/Linux 13 (trixie) is not Debian 12',
      remedy: 'apt-get update && apt-get install -y --no-install-recommends meson libuv1-dev',
    },
    {
      name: 'Ubuntu',
      facts: { distribution: ubuntu },
      why: 'Ubuntu 24.04 is not Debian 12',
      remedy: 'apt-get update && apt-get install -y --no-install-recommends meson libuv1-dev',
    },
    {
      name: 'Fedora',
      facts: { distribution: fedora, root: false },
      why: 'Fedora Linux 43 is not Debian 12',
      remedy: 'sudo dnf install -y meson libuv-devel',
    },
    {
      name: 'a relative of Arch',
      facts: { distribution: arch },
      why: 'Manjaro',
      remedy: 'pacman -S --needed meson libuv',
    },
    {
      name: 'an unknown Linux',
      facts: { distribution: other },
      why: 'Slackware',
      remedy: 'install what Debian calls: meson libuv1-dev',
    },
    {
      name: 'macOS',
      facts: { platform: 'darwin', distribution: undefined },
      why: 'darwin is not',
      remedy: 'install what Debian calls: meson libuv1-dev',
    },
  ];
  it.each(refused)('are named with the command when they are missing: $name', async ({ facts, why, remedy }) => {
    const { context, installed } = machine(['meson', 'libuv1-dev'], someFacts(facts));
    await expect(ensurePackages('worker', context)).rejects.toMatchObject({
      code: 'PACKAGES_MISSING',
      message: expect.stringContaining(why),
      remedy,
      lastLines: [expect.stringContaining('meson'), expect.stringContaining('libuv')],
    });
    expect(installed).toEqual([]);
  });

  it('are installed in one run by root on Debian 12, only the missing ones', async () => {
    const { context, installed } = machine(['g++', 'libssl-dev'], someFacts());
    await ensurePackages('worker', context);
    expect(installed).toEqual([['g++', 'libssl-dev']]);
  });

  it('are installed by one run after the other, also after a failed run', async () => {
    const { context } = machine(['g++', 'ffmpeg'], someFacts());
    const said: string[] = [];
    const first = Promise.withResolvers<void>();
    const compilers = ensurePackages('worker', { ...context, install: () => first.promise });
    const ffmpeg = ensurePackages('start', {
      ...context,
      install: async (names) => {
        said.push('second');
        await context.install(names);
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    said.push('first ends');
    first.reject(new Error('broken'));
    await expect(compilers).rejects.toThrow('broken');
    await ffmpeg;
    expect(said).toEqual(['first ends', 'second']);
  });

  it('cost nothing when they are present, even without the right to install', async () => {
    const { context, installed } = machine([], someFacts({ root: false }));
    await ensurePackages('test', context);
    expect([installed, context.progress.said]).toEqual([[], []]);
  });

  it('are an error when they are missing after a successful installation', async () => {
    const { context } = machine(['chromium'], someFacts(), false);
    await expect(ensurePackages('test', context)).rejects.toMatchObject({
      code: 'PACKAGES_FAILED',
      message: expect.stringContaining('chromium'),
    });
  });

  it('include ffmpeg for `npm start`: the set-up installs it, or asks for it with the reason', async () => {
    const purpose = commands.get('start')?.laterPackages ?? 'test';
    const debianRoot = machine(['ffmpeg'], someFacts());
    await ensurePackages(purpose, debianRoot.context);
    expect(debianRoot.installed).toEqual([['ffmpeg']]);
    const { context } = machine(['ffmpeg'], someFacts({ distribution: fedora }));
    await expect(ensurePackages(purpose, context)).rejects.toMatchObject({
      code: 'PACKAGES_MISSING',
      remedy: 'dnf install -y ffmpeg',
      lastLines: [expect.stringMatching(/^ffmpeg: sound and pictures between browsers and RTMP.*libx264.*RPM Fusion/)],
    });
  });

  it.each([
    ['has every encoder', encoders, 0],
    ['lacks libx264', encoders.filter((name) => name !== 'libx264'), 1],
  ])('are complete only if ffmpeg has all encoders: one that %s', (_what, names, missing) => {
    const list = names.map((name) => ` V....D ${name}  libx264 of its text`).join('\n');
    const folder = temporaryTree({ ffmpeg: `#!/bin/sh\ncat <<END\n${list}\nEND\n` });
    chmodSync(join(folder, 'ffmpeg'), 0o755);
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    expect(systemFinder().missing(requirements.start)).toHaveLength(missing);
    vi.unstubAllEnvs();
  });

  it('include the encoders that gateways use', () => {
    const usedEncoders = readFileSync(
      join(import.meta.dirname, '../../../media/room-media/src/adapters/ffmpeg/encoders.ts'),
      'utf8',
    );
    const rows = [...usedEncoders.matchAll(/^ {2}(?:sound|picture): \[(.*)\],$/gm)].map(([, row]) => row);
    expect(rows.join(', ').split(', ').sort()).toEqual(encoders.map((name) => `'${name}'`).sort());
  });

  const positions = [
    { line: '', want: {} },
    { line: 'E: Unable to locate package', want: {} },
    { line: 'pmstatus:libuv1:amd64', want: {} },
    {
      line: 'dlstatus:3:23.5:Retrieving file 3 of 9 (5s remaining)',
      want: { done: 24, total: 100, detail: 'downloading' },
    },
    {
      line: 'pmstatus:libuv1:amd64:41.9:Unpacking libuv1 (amd64)',
      want: { done: 42, total: 100, detail: 'Unpacking libuv1 (amd64)' },
    },
    { line: 'pmstatus:g++:99:Installed g++', want: { done: 99, total: 100, detail: 'Installed g++' } },
  ];
  it.each(positions)('report their progress: $line', ({ line, want }) => {
    expect(aptPosition(line)).toEqual(want);
  });
});
