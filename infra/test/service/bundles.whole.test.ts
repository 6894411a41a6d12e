import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { ensureBundles } from '../../setup/bundles.mjs';
import { treeRoot } from '../../setup/paths.mjs';
import { recordedProgress } from '../support/progress.ts';
import { temporaryTree, writeTree } from '../support/tree.ts';

/** Builds by copying, and counts its runs outside of what turbo caches. */
const build = 'mkdir -p dist && cat src/index.ts ../protocol/src/a.ts > dist/out.js && echo run >> ../runs.txt';

/** A clone with two packages to bundle, and turbo from this one. */
function clone(script = build) {
  const manifest = (name: string, more: object) =>
    JSON.stringify({ name: `@meridian/${name}`, version: '0.1.0', ...more });
  const lock = {
    name: 'x',
    lockfileVersion: 3,
    packages: { '': {}, 'sdk-web': { version: '0.1.0' }, web: { version: '0.1.0' }, protocol: { version: '0.1.0' } },
  };
  const root = temporaryTree({
    'package.json': JSON.stringify({
      name: 'x',
      packageManager: 'npm@10.9.0',
      workspaces: ['protocol', 'sdk-web', 'web'],
    }),
    'package-lock.json': JSON.stringify(lock),
    'turbo.json': readFileSync(join(treeRoot, 'turbo.json'), 'utf8'),
    'protocol/package.json': manifest('protocol', {}),
    'protocol/src/a.ts': 'a1\n',
    'sdk-web/package.json': manifest('sdk-web', {
      scripts: { build: script },
      dependencies: { '@meridian/protocol': '0.1.0' },
    }),
    'sdk-web/src/index.ts': 's1\n',
    'web/package.json': manifest('web', { scripts: { build: script }, dependencies: { '@meridian/sdk-web': '0.1.0' } }),
    'web/src/index.ts': 'w1\n',
  });
  symlinkSync(join(treeRoot, 'node_modules'), join(root, 'node_modules'));
  const progress = recordedProgress();
  const env = { ...process.env, TURBO_CACHE_DIR: join(root, '.turbo/cache') };
  const context = { root, cache: join(root, 'cache'), logs: join(root, 'logs'), node: process.execPath, env, progress };
  const runs = () =>
    existsSync(join(root, 'runs.txt')) ? readFileSync(join(root, 'runs.txt'), 'utf8').split('\n').length - 1 : 0;
  return { root, context, progress, runs };
}

describe('the browser bundles', () => {
  it('are built once, and a warm call starts nothing', async () => {
    const { root, context, progress, runs } = clone();
    await ensureBundles(context);
    expect(readFileSync(join(root, 'web/dist/out.js'), 'utf8')).toBe('w1\na1\n');
    await ensureBundles(context);
    expect([runs(), progress.said]).toEqual([2, ['Building sdk-web and web']]);
  });

  it('are built once when two start at the same time', async () => {
    const { context, runs } = clone();
    await Promise.all([ensureBundles(context), ensureBundles(context)]);
    expect(runs()).toBe(2);
  });

  it('are built again when a source of any package they stand on changes, not when a test or generated code does', async () => {
    const { root, context, progress } = clone();
    await ensureBundles(context);
    writeTree(root, { 'web/test/unit/x.test.ts': 'new', 'protocol/src/generated/a.js': 'new' });
    await ensureBundles(context);
    expect(progress.said).toHaveLength(1);
    writeTree(root, { 'protocol/src/a.ts': 'a2\n' });
    await ensureBundles(context);
    expect(readFileSync(join(root, 'web/dist/out.js'), 'utf8')).toBe('w1\na2\n');
  });

  it('that were removed come back', async () => {
    const { root, context } = clone();
    await ensureBundles(context);
    rmSync(join(root, 'web/dist'), { recursive: true });
    await ensureBundles(context);
    expect(existsSync(join(root, 'web/dist/out.js'))).toBe(true);
  });

  it('that do not build stop the start with what was said, and the next call tries again', async () => {
    const { root, context } = clone('echo the page is broken; exit 3');
    await expect(ensureBundles(context)).rejects.toMatchObject({
      code: 'BUNDLE_FAILED',
      lastLines: expect.arrayContaining([expect.stringContaining('the page is broken')]),
    });
    await expect(ensureBundles(context)).rejects.toMatchObject({ code: 'BUNDLE_FAILED' });
    expect(existsSync(join(root, 'web/dist/.built-from'))).toBe(false);
  });
});
