import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// `npm test -- --rotation`: CI runs a part of the whole run after the gate.

/** Total time of a rotation. */
export const ROTATION_MS = 30 * 60_000;
/**
 * Extra time after which a running batch counts as hanging, as the slowest files take minutes. CI's own limit is
 * higher.
 */
export const HANG_MARGIN_MS = 10 * 60_000;
/** Files of one vitest: enough for its workers, few enough to keep the time. */
const BATCH_FILES = 12;
/** The whole run takes about an hour: a landing has time for a third of it, and for near files. */
const PARTS = 3;
const NEAR_SHARE = 1 / 3;
/** A landing takes at most three hours, so older commits have been judged before. */
const LANDING_SECONDS = 3 * 3600;

/**
 * Returns the commit to judge and the files changed since the last green commit: `MERIDIAN_GREEN`, or the newest commit
 * older than the longest landing. Without git or that commit (a shallow clone) the list is empty. `turn` advances with
 * the hour of the commit, so consecutive landings have different turns.
 * @param {string} root
 * @param {string} [green]
 * @returns {{ commit: string, turn: number, changed: string[] }}
 */
export function changesOf(root, green = '') {
  if (!existsSync(join(root, '.git'))) return { commit: '', turn: 0, changed: [] };
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).trim();
  const commits = git('log', '--format=%H %ct')
    .split('\n')
    .map((line) => {
      const [commit = '', seconds = '0'] = line.split(' ');
      return { commit, seconds: Number(seconds) };
    });
  const { commit = '', seconds = 0 } = commits[0] ?? {};
  const isBase = green === '' ? earlierThan(seconds - LANDING_SECONDS) : earlierCommit(green);
  const base = commits.find(isBase)?.commit;
  const changed = base === undefined ? [] : git('diff', '--name-only', base, commit).split('\n');
  return { commit, turn: Math.floor(seconds / LANDING_SECONDS), changed };
}

const earlierThan =
  (/** @type {number} */ limit) =>
  (/** @type {{ seconds: number }} */ { seconds }) =>
    seconds <= limit;
const earlierCommit =
  (/** @type {string} */ name) =>
  (/** @type {{ commit: string }} */ { commit }) =>
    commit.startsWith(name);

/**
 * Returns each file's distance in imports from a changed file; files that reach none are missing.
 * @param {readonly string[]} changed
 * @param {readonly { readonly from: string, readonly to: string }[]} imports
 * @returns {Map<string, number>}
 */
export function distances(changed, imports) {
  const importers = Map.groupBy(imports, ({ to }) => to);
  const found = new Map(changed.map((file) => [file, 0]));
  for (const [file, steps] of found)
    for (const { from } of importers.get(file) ?? []) if (!found.has(from)) found.set(from, steps + 1);
  return found;
}

/**
 * Orders test files for a commit: the third whose turn it is, then the others, each by a hash with the commit. `near`
 * are the files that reach a changed file, nearest first.
 * @param {readonly string[]} files
 * @param {{ commit: string, turn: number, distanceOf: ReadonlyMap<string, number> }} options
 * @returns {{ near: string[], byHash: string[] }} both orders; a file may be in `byHash` alone
 */
export function rotated(files, { commit, turn, distanceOf }) {
  const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest();
  const isInTurn = (/** @type {string} */ file) => (hash(file)[0] ?? 0) % PARTS === turn % PARTS;
  const byHash = files
    .map((file) => ({ file, place: `${isInTurn(file) ? 0 : 1} ${hash(`${commit} ${file}`).toString('hex')}` }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ file }) => file);
  const far = (/** @type {string} */ file) => distanceOf.get(file) ?? Infinity;
  const near = byHash.filter((file) => distanceOf.has(file)).sort((a, b) => far(a) - far(b));
  return { near, byHash };
}

/**
 * Runs batches until the time is used: a third for near files, the rest by hash. A batch begins only if one as long as
 * the longest so far would end in time. `run` must end its batch within `limitMs`, a whole number.
 * @template Result
 * @param {ReturnType<typeof rotated>} order
 * @param {{ run: (files: readonly string[], limitMs: number) => Promise<Result>, nowMs: () => number,
 *   limitMs?: number }} options
 * @returns {Promise<{ results: Result[], left: string[] }>} `left` did not run
 */
export async function runInTurn({ near, byHash }, { run, nowMs, limitMs = ROTATION_MS }) {
  const beganMs = nowMs();
  const remaining = new Set(byHash);
  /** @type {Result[]} */
  const results = [];
  let longestMs = 0;
  for (const { files, untilMs } of [
    { files: near, untilMs: limitMs * NEAR_SHARE },
    { files: byHash, untilMs: limitMs },
  ])
    for (;;) {
      const batch = files.filter((file) => remaining.has(file)).slice(0, BATCH_FILES);
      const atMs = nowMs();
      if (batch.length === 0 || atMs - beganMs + longestMs > untilMs) break;
      for (const file of batch) remaining.delete(file);
      results.push(await run(batch, Math.ceil(beganMs + limitMs + HANG_MARGIN_MS - atMs)));
      longestMs = Math.max(longestMs, nowMs() - atMs);
    }
  return { results, left: [...remaining] };
}
