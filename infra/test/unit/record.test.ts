import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RECORD_FILE, recordFindings, recordRun } from '../../check/record.mjs';
import { temporaryTree } from '../support/tree.ts';

/** A repository with one commit. */
function repository() {
  const root = temporaryTree({ 'test/a.ts': '' });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org' },
    }).trim();
  git('init', '--quiet');
  git('config', 'user.name', 'a');
  git('config', 'user.email', 'a@example.org');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  return { root, git };
}
const run = { lanes: [{ name: 'one', seconds: 1, passed: 2, failed: 1 }], failures: ['one: a test'] };

it('a whole run is recorded with its commit, and the record is committed', () => {
  const { root, git } = repository();
  const commit = git('rev-parse', 'HEAD');
  expect(recordRun(root, run)).toBe(`recorded in ${RECORD_FILE}`);
  expect(JSON.parse(readFileSync(join(root, RECORD_FILE), 'utf8'))).toEqual({ commit, ...run });
  expect([git('status', '--porcelain'), git('rev-list', '--count', 'HEAD')]).toEqual(['', '2']);
  expect(recordFindings(root)).toEqual([]);
});

it('a run of a tree with changes is not recorded', () => {
  const { root } = repository();
  writeFileSync(join(root, 'test/a.ts'), 'changed');
  expect(recordRun(root, run)).toContain('uncommitted changes');
  expect(recordFindings(root)[0]).toContain('is missing');
});

it('a record is found wanting when more than 150 commits have come since, or when its commit is unknown', () => {
  const { root, git } = repository();
  recordRun(root, run);
  const commits = (count: number): void => {
    for (let n = 0; n < count; n += 1) git('commit', '--quiet', '--allow-empty', '-m', 'more');
  };
  commits(149); // the record's own commit is the first
  expect(recordFindings(root)).toEqual([]);
  commits(1);
  expect(recordFindings(root)).toEqual([expect.stringContaining('is 151 commits old, at most 150')]);
  writeFileSync(join(root, RECORD_FILE), JSON.stringify({ commit: 'f'.repeat(40), ...run }));
  expect(recordFindings(root)).toEqual([expect.stringContaining('cannot be found')]);
});

it('a tree without git is not judged', () => {
  const { root } = repository();
  rmSync(join(root, '.git'), { recursive: true });
  expect(recordFindings(root)).toEqual([]);
});
