import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// CI runs a part of the whole run after the gate: `npm test -- --rotation`.

/** Time for all of it. */
export const ROTATION_MS = 30 * 60_000;
/** Beyond that time a batch that still runs hangs: the slowest files take minutes. CI's own limit is further off. */
export const HANG_MARGIN_MS = 10 * 60_000;
/** Files of one vitest: enough for its workers, few enough that the time is kept. */
const BATCH_FILES = 12;
/** The whole takes about an hour: a third of it has time in each landing, beside what is near. */
const PARTS = 3;
const NEAR_SHARE = 1 / 3;
/** A landing takes at most three hours, so an older commit has been judged before. */
const LANDING_SECONDS = 3 * 3600;

/**
 * The commit to judge, and the files that it changes since the last one that was green: that of `MERIDIAN_GREEN`, or
 * the newest that is older than the longest landing. Without git, or without that commit (a shallow clone), nothing is
 * known to have changed. `turn` goes on with the hour of the commit: landings that follow each other in the usual time
 * have other turns.
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
 * How many imports each file is away from one that has changed; files that lead to none are not in it.
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
 * The order of test files for a commit: first the third whose turn it is, then all others, both by a hash that differs
 * from commit to commit. `near` are those that lead to a changed file, the nearest first.
 * @param {readonly string[]} files
 * @param {{ commit: string, turn: number, distanceOf: ReadonlyMap<string, number> }} options
 * @returns {{ near: string[], byHash: string[] }} both; a file may be in `byHash` alone
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
 * Runs batches until the time is used: a third of it for what is near, the rest by hash. A batch begins only when one
 * as long as the longest so far would end in time. `run` has to end it after its second argument, whole ms.
 * @template Result
 * @param {ReturnType<typeof rotated>} order
 * @param {{ run: (files: readonly string[], limitMs: number) => Promise<Result>, nowMs: () => number,
 *   limitMs?: number }} options
 * @returns {Promise<{ results: Result[], left: string[] }>} `left` did not run
 */
export async function runInTurn({ near, byHash }, { run, nowMs, limitMs = ROTATION_MS }) {
  const beganMs = nowMs();
  const left = new Set(byHash);
  /** @type {Result[]} */
  const results = [];
  let longestMs = 0;
  for (const { files, untilMs } of [
    { files: near, untilMs: limitMs * NEAR_SHARE },
    { files: byHash, untilMs: limitMs },
  ])
    for (;;) {
      const batch = files.filter((file) => left.has(file)).slice(0, BATCH_FILES);
      const atMs = nowMs();
      if (batch.length === 0 || atMs - beganMs + longestMs > untilMs) break;
      for (const file of batch) left.delete(file);
      results.push(await run(batch, Math.ceil(beganMs + limitMs + HANG_MARGIN_MS - atMs)));
      longestMs = Math.max(longestMs, nowMs() - atMs);
    }
  return { results, left: [...left] };
}
