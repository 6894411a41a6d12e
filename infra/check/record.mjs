import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The record of the last whole run, kept in the repository: the gate leaves out what the whole run holds, so it fails
 * when that was too long ago.
 * @typedef {{ name: string, seconds: number, passed: number, failed: number }} LaneResult
 * @typedef {{ commit: string, lanes: readonly LaneResult[], failures: readonly string[] }} Record
 */

export const RECORD_FILE = 'test/whole-run.json';

/** About three sessions of work. */
const COMMITS_MAX = 150;

/**
 * Writes and commits the record of a whole run. A run of a tree with changes proves nothing of any commit: it is not
 * recorded.
 * @param {string} root the work tree
 * @param {Omit<Record, 'commit'>} run
 * @returns {string} what was done, in a sentence
 */
export function recordRun(root, run) {
  const changes = git(root, ['status', '--porcelain']);
  if (changes !== '') return `not recorded in ${RECORD_FILE}: there are uncommitted changes\n${changes}`;
  const commit = git(root, ['rev-parse', 'HEAD']);
  writeFileSync(join(root, RECORD_FILE), `${JSON.stringify({ commit, ...run }, null, 2)}\n`);
  git(root, ['add', RECORD_FILE]);
  git(root, ['commit', '--quiet', '-m', 'Record a whole test run', '--', RECORD_FILE]);
  return `recorded in ${RECORD_FILE}`;
}

/**
 * Why the record is not good enough, one line each. Failures in it are no finding: they are mended by commits that the
 * gate has to let in.
 * @param {string} root the work tree; without git (an unpacked archive) nothing can be said, and nothing is
 * @returns {string[]}
 */
export function recordFindings(root) {
  if (!existsSync(join(root, '.git'))) return [];
  const remedy = 'run npm test -- --all and commit its record';
  const file = join(root, RECORD_FILE);
  if (!existsSync(file)) return [`${RECORD_FILE}: is missing; ${remedy}`];
  const { commit } = /** @type {Record} */ (JSON.parse(readFileSync(file, 'utf8')));
  try {
    const commits = Number(git(root, ['rev-list', '--count', `${commit}..HEAD`]));
    return commits <= COMMITS_MAX
      ? []
      : [`${RECORD_FILE}: is ${commits} commits old, at most ${COMMITS_MAX}; ${remedy}`];
  } catch (error) {
    const cause = error instanceof Error ? error.message.trim() : String(error);
    return [`${RECORD_FILE}: its commit ${commit} cannot be found (${cause}); ${remedy}`];
  }
}

/** @param {string} root @param {readonly string[]} args */
function git(root, args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
