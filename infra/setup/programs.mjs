import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { contentKey, treeDigest } from './digest.mjs';

/** Value of a program's variable that disables the program. */
const OFF = 'none';

/** Entries kept, for this work tree, another one, and a way back. */
const ENTRIES_MAX = 4;

/** Compiling takes two seconds; a machine that exceeds this limit runs without the program. */
const COMPILE_LIMIT_MS = 60_000;

const FLAGS = ['-std=c11', '-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror'];

/**
 * @typedef {{ root: string, cache: string, env: Record<string, string | undefined>, note: (line: string) => void,
 *   compiler?: string }} Place
 * @typedef {{ name: string, variable: string, sources: string, libraries: readonly string[],
 *   runs: (program: string) => boolean, without: string }} Program `without`: the consequence of a missing program
 */

/**
 * Provides the forwarder under the media nodes' pipes (docs/design/paths.md). Without it pipes go direct.
 * @param {Place} place
 */
export const ensurePathd = (place) =>
  ensureProgram(place, {
    name: 'pathd',
    variable: 'MERIDIAN_PATHD_BIN',
    sources: 'sfu/pathd/src',
    libraries: ['-lm'],
    // The test vector of SipHash's paper checks the compilation.
    runs: (program) => {
      const run = spawnSync(program, ['--siphash'], { encoding: 'utf8', timeout: COMPILE_LIMIT_MS });
      return run.status === 0 && run.stdout.trim() === 'a129ca6149be45e5';
    },
    without: 'media between nodes takes the direct path only, and is not rerouted when that fails',
  });

/**
 * Provides the jail in which ffmpeg runs (docs/design/jail.md), on a Linux where the jail works.
 * @param {Place} place
 */
export const ensureJail = (place) =>
  ensureProgram(place, {
    name: 'jail',
    variable: 'MERIDIAN_JAIL_BIN',
    sources: 'media/room-media/jail/src',
    libraries: [],
    runs: (program) => spawnSync(program, ['--check'], { timeout: COMPILE_LIMIT_MS }).status === 0,
    without:
      'npm start runs ffmpeg without a sandbox, so media from outside that takes ffmpeg over can read your files',
  });

/**
 * Provides a C program of the repository: the variable's, otherwise that of the cache, otherwise gcc's. A failure does
 * not end the command.
 * @param {Place} place
 * @param {Program} wanted
 * @returns {string | undefined} full path of a program that runs
 */
function ensureProgram({ root, cache, env, note, compiler = 'gcc' }, { name, variable, libraries, runs, ...wanted }) {
  const without = (/** @type {string} */ why) => void note(`no ${name} (${why}): ${wanted.without}`);
  const named = env[variable];
  if (named === OFF) return undefined;
  if (named) return runs(named) ? named : without(`${variable}=${named} does not run`);
  const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0) return without(`there is no ${compiler}`);
  const sources = join(root, wanted.sources);
  const folder = join(cache, name);
  const key = contentKey([treeDigest(sources, ['.']), version.stdout.split('\n')[0], process.arch, FLAGS]);
  const program = join(folder, key, name);
  if (existsSync(program) && runs(program)) return program;
  const work = join(folder, `work-${process.pid}`);
  try {
    mkdirSync(work, { recursive: true });
    const files = readdirSync(sources).filter((file) => file.endsWith('.c'));
    const made = spawnSync(
      compiler,
      [...FLAGS, '-o', join(work, name), ...files.map((file) => join(sources, file)), ...libraries],
      {
        encoding: 'utf8',
        timeout: COMPILE_LIMIT_MS,
      },
    );
    if (made.status !== 0) return without((made.stderr ?? '').split('\n').find((line) => line !== '') ?? 'killed');
    if (!runs(join(work, name))) return without('what the compiler made does not run here');
    rmSync(join(folder, key), { recursive: true, force: true });
    renameSync(work, join(folder, key));
    clearOld(folder);
    return program;
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function clearOld(folder) {
  const entries = readdirSync(folder)
    .filter((name) => !name.startsWith('work-'))
    .map((name) => ({ path: join(folder, name), madeMs: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.madeMs - a.madeMs);
  for (const { path } of entries.slice(ENTRIES_MAX)) rmSync(path, { recursive: true, force: true });
}
