import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { fetchMediasoup } from '../../setup/mediasoup.mjs';
import { someFacts } from '../support/facts.ts';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree } from '../support/tree.ts';

afterEach(() => vi.unstubAllEnvs());

/** Makes a clone without node_modules, and an npm that packs a stand-in for mediasoup. */
function clone(locked: (archive: Buffer) => string) {
  const made = temporaryTree({
    'package/worker/meson.build': 'project()',
    'npm-cli.js': `require('fs').copyFileSync(__dirname + '/packed', process.argv.at(-1) + '/mediasoup-3.0.0.tgz');`,
  });
  execFileSync('tar', ['-czf', 'packed', 'package'], { cwd: made });
  const integrity = locked(readFileSync(join(made, 'packed')));
  const packages = { 'node_modules/mediasoup': { version: '3.0.0', integrity } };
  const root = temporaryTree({ 'package-lock.json': JSON.stringify({ packages }) });
  vi.stubEnv('npm_execpath', join(made, 'npm-cli.js'));
  const cache = join(root, 'cache');
  return { root, cache, logs: join(root, 'logs'), facts: someFacts(), progress: recordedProgress() };
}

it('mediasoup’s package is fetched alone while npm has not installed all, once', async () => {
  const context = clone((archive) => `sha512-${createHash('sha512').update(archive).digest('base64')}`);
  const folder = await fetchMediasoup(context);
  expect(readFileSync(join(folder, 'worker/meson.build'), 'utf8')).toBe('project()');
  expect(await fetchMediasoup(context)).toBe(folder);
  expect(context.progress.said).toHaveLength(1);
});

it('a package that differs from the lock file is not built', async () => {
  const context = clone(() => 'sha512-other');
  await expect(fetchMediasoup(context)).rejects.toMatchObject({
    code: 'NPM_FAILED',
    message: expect.stringContaining('differs from the lock'),
  });
  expect(existsSync(join(context.cache, 'mediasoup-3.0.0'))).toBe(false);
});
