import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryTree } from '../support/tree.ts';

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'infra/mediasoup-worker/patches.sh');

/** Runs the script on patches in a folder `patches` of the tree. */
function run(tree: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'], MERIDIAN_WORKER_PATCHES: join(tree, 'patches') };
  const { status, stderr } = spawnSync('bash', [script, ...args], { cwd: tree, env, encoding: 'utf8' });
  return { status, stderr };
}

/** Makes two patches of the same file. The second patch only inserts lines. */
function stack() {
  const tree = temporaryTree({
    'patches/10-first.patch': 'Why: a reason.\nSwitch: first\n',
    'old/a.cpp': 'one\ntwo\nthree\n',
    'mid/a.cpp': 'one\n2\nthree\n',
    'new/a.cpp': 'one\n2\nmore\nthree\n',
    'stock/a.cpp': 'one\ntwo\nthree\n',
  });
  expect(run(tree, 'write', '10-first', 'old', 'mid')).toEqual({ status: 0, stderr: '' });
  expect(run(tree, 'write', '20-second', 'mid', 'new')).toEqual({ status: 0, stderr: '' });
  return tree;
}

describe('the patches of the worker', () => {
  it('are written without lines of others, under their head, and applied in order', () => {
    const tree = stack();
    expect(readFileSync(join(tree, 'patches/10-first.patch'), 'utf8')).toMatch(
      /^Why: a reason\.\nSwitch: first\nMade for: [0-9a-f]{16} a\.cpp\n--- a\/a\.cpp\n.*\n@@ -2 \+2 @@\n-two\n\+2\n$/,
    );
    expect(run(tree, 'apply', 'stock')).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(join(tree, 'stock/a.cpp'), 'utf8')).toBe('one\n2\nmore\nthree\n');
  });

  it('are applied up to a name', () => {
    const tree = stack();
    run(tree, 'apply', 'stock', '20-');
    expect(readFileSync(join(tree, 'stock/a.cpp'), 'utf8')).toBe('one\n2\nthree\n');
  });

  it('are refused on any other file than the one that they were made for', () => {
    const tree = temporaryTree({ 'other/a.cpp': 'zero\none\ntwo\nthree\n', 'patches/.keep': '' });
    const made = join(stack(), 'patches');
    const { status, stderr } = spawnSync('bash', [script, 'apply', join(tree, 'other')], {
      env: { PATH: process.env['PATH'], MERIDIAN_WORKER_PATCHES: made },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      'error: The patch 10-first.patch was made for another a.cpp: make it anew (sfu/worker/README.md).\n',
    ]);
  });

  const folder = join(root, 'sfu/worker/patches');
  it.each(readdirSync(folder))('%s says why, and what turns it off', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toMatch(/^Why: \S[\s\S]*\nSwitch: \S[\s\S]*\nMade for: /);
    expect(text.split('\n').filter((line) => line.startsWith(' '))).toEqual([]);
  });
});
