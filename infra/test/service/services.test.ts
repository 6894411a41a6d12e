import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { whyStale } from '../../services/ensure.mjs';
import { bundleOf, entries, servicesFolder } from '../../services/entries.mjs';
import { readRecord, removeRecord, sourcesOf, writeRecord } from '../../services/record.mjs';
import { treeRoot } from '../../setup/paths.mjs';
import { temporaryTree } from '../support/tree.ts';

const record = { own: ['a.js'], vendor: ['vendor/ws.js'], vendorKey: 'k', before: [], packages: [] };

/** Makes a tree with bundles that are up to date. */
function bundledTree(): string {
  const root = temporaryTree({
    'sfu/src/main.ts': 'one',
    [`${servicesFolder}/a.js`]: '',
    [`${servicesFolder}/vendor/ws.js`]: '',
  });
  writeRecord(join(root, servicesFolder), { ...record, sources: sourcesOf(root, ['sfu/src/main.ts'], Infinity) });
  return root;
}

describe('bundles are rebuilt', () => {
  it('only after a change, and not after a checkout with the same text', () => {
    const root = bundledTree();
    expect(whyStale(root)).toBeUndefined();
    utimesSync(join(root, 'sfu/src/main.ts'), 1, 1);
    expect(whyStale(root)).toBeUndefined();
  });

  it.each([
    ['a source has changed', 'sfu/src/main.ts', 'two', 'sfu/src/main.ts changed'],
    ['the record is broken', `${servicesFolder}/built-from.json`, '{', 'none are there yet'],
  ])('when %s', (_when, path, text, why) => {
    const root = bundledTree();
    writeFileSync(join(root, path), text);
    expect(whyStale(root)).toBe(why);
  });

  it('when a source was written after the bundler began to read', () => {
    const root = bundledTree();
    const { mtimeMs } = statSync(join(root, 'sfu/src/main.ts'));
    const recorded = (beganMs: number) => sourcesOf(root, ['sfu/src/main.ts'], beganMs);
    writeRecord(join(root, servicesFolder), { ...record, sources: recorded(mtimeMs + 1) });
    expect(whyStale(root)).toBeUndefined();
    writeRecord(join(root, servicesFolder), { ...record, sources: recorded(mtimeMs) });
    expect(whyStale(root)).toBe('sfu/src/main.ts changed');
  });

  it('when a build ended before it had written all files', () => {
    const root = bundledTree();
    removeRecord(join(root, servicesFolder));
    expect(whyStale(root)).toBe('none are there yet');
  });

  it('when a bundle or a source is missing', () => {
    const root = bundledTree();
    const sources = sourcesOf(root, ['sfu/src/main.ts'], Infinity);
    writeRecord(join(root, servicesFolder), { ...record, own: ['b.js'], sources });
    expect(whyStale(root)).toBe('b.js is missing');
    writeRecord(join(root, servicesFolder), { ...record, sources: { ...sources, 'sfu/src/gone.ts': [1, 1, 'x'] } });
    expect(whyStale(root)).toBe('sfu/src/gone.ts changed');
  });
});

describe('the bundles of this tree', () => {
  it('exist for every program', () => {
    const names = Object.keys(entries);
    expect(names.filter((name) => !existsSync(bundleOf(treeRoot, name)))).toEqual([]);
  });

  it('include scripts, texts and everything else that is read at run time', () => {
    const { sources = {} } = readRecord(join(treeRoot, servicesFolder)) ?? {};
    const files = ['base/runtime/src/kv/lua/renew-lease.lua', 'media/room-media/src/adapters/opus-worker/thread.ts'];
    expect(files.filter((file) => sources[file] === undefined)).toEqual([]);
  });

  it('contain nothing of geoip-lite, whose data has a licence of its own', () => {
    const { packages = [] } = readRecord(join(treeRoot, servicesFolder)) ?? {};
    expect(packages).toContain('node_modules/maxmind');
    expect(packages.filter((name) => name.includes('geoip-lite'))).toEqual([]);
  });

  it('have lines of the sources in stack traces', () => {
    const script = `
      await import(${JSON.stringify(`${join(treeRoot, servicesFolder)}/stack-traces.js`)});
      process.argv = ['node', 'sfu', '--config', '/nowhere/x.json'];
      process.exit = () => { throw new Error('stopped'); };
      await import(${JSON.stringify(bundleOf(treeRoot, 'sfu'))});`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stderr).toMatch(/at loadOrExit \(.*\/runtime\/src\/service\.ts:\d+:\d+\)/);
  });

  it('are started by the launcher of a release, except those that other programs start', () => {
    const launcher = readFileSync(join(treeRoot, 'infra/ops/release/files/meridian'), 'utf8');
    const words = /^ {2}(scheduler .*)\)$/m.exec(launcher)?.[1]?.split(' | ') ?? [];
    const others = ['meridian', 'cloud', 'backup', 'denials'];
    expect([...words, ...others].sort()).toEqual(Object.keys(entries).sort());
  });
});
