import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { contentKey, treeDigest } from './digest.mjs';

/** Value of MERIDIAN_PATHD_BIN that disables the forwarder. */
const OFF = 'none';

/** Entries kept, for this work tree, another one, and a way back. */
const ENTRIES_MAX = 4;

/** Compiling takes two seconds; a machine that exceeds this limit runs without pathd. */
const COMPILE_LIMIT_MS = 60_000;

const FLAGS = ['-std=c11', '-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror'];

/**
 * Provides the forwarder under the media nodes' pipes (docs/design/paths.md): MERIDIAN_PATHD_BIN, otherwise the cache,
 * otherwise gcc. Failures do not end the command, as without it pipes go direct and all else works.
 * @param {{ root: string, cache: string, env: Record<string, string | undefined>, note: (line: string) => void,
 *   compiler?: string }} o
 * @returns {string | undefined} full path of a pathd that runs
 */
export function ensurePathd({ root, cache, env, note, compiler = 'gcc' }) {
  const named = env['MERIDIAN_PATHD_BIN'];
  if (named === OFF) return undefined;
  if (named) return runs(named) ? named : without(note, `MERIDIAN_PATHD_BIN=${named} does not run`);
  const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0) return without(note, `there is no ${compiler}`);
  const sources = join(root, 'sfu/pathd/src');
  const folder = join(cache, 'pathd');
  const key = contentKey([treeDigest(sources, ['.']), version.stdout.split('\n')[0], process.arch, FLAGS]);
  const program = join(folder, key, 'pathd');
  if (existsSync(program) && runs(program)) return program;
  const work = join(folder, `work-${process.pid}`);
  try {
    mkdirSync(work, { recursive: true });
    const files = readdirSync(sources).filter((name) => name.endsWith('.c'));
    const made = spawnSync(
      compiler,
      [...FLAGS, '-o', join(work, 'pathd'), ...files.map((name) => join(sources, name)), '-lm'],
      {
        encoding: 'utf8',
        timeout: COMPILE_LIMIT_MS,
      },
    );
    if (made.status !== 0)
      return without(note, (made.stderr ?? '').split('\n').find((line) => line !== '') ?? 'killed');
    if (!runs(join(work, 'pathd'))) return without(note, 'what the compiler made does not run');
    rmSync(join(folder, key), { recursive: true, force: true });
    renameSync(work, join(folder, key));
    clearOld(folder);
    return program;
  } catch (error) {
    return without(note, error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Checks the compilation by the test vector of SipHash's paper. @param {string} program */
function runs(program) {
  const run = spawnSync(program, ['--siphash'], { encoding: 'utf8', timeout: COMPILE_LIMIT_MS });
  return run.status === 0 && run.stdout.trim() === 'a129ca6149be45e5';
}

/** @param {(line: string) => void} note @param {string} why */
function without(note, why) {
  note(`no pathd (${why}): media between nodes takes the direct path only, and is not rerouted when that fails`);
  return undefined;
}

/** @param {string} folder */
function clearOld(folder) {
  const entries = readdirSync(folder)
    .filter((name) => !name.startsWith('work-'))
    .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.madeMs - a.madeMs);
  for (const { path } of entries.slice(ENTRIES_MAX)) rmSync(path, { recursive: true, force: true });
}
