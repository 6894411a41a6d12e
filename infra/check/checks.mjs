import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import process from 'node:process';
import { commands } from '../setup/commands.mjs';
import { contentKey, treeDigest } from '../setup/digest.mjs';
import { generatedPackages, whyStale } from '../setup/generated.mjs';
import { cacheRoot } from '../setup/paths.mjs';
import { commandCheck, functionCheck } from './command.mjs';
import { commentFindings } from './comment-rules.mjs';
import { dependencyFindings } from './dependency-notes.mjs';
import { unusedFindings } from './dependency-use.mjs';
import { entryFindings } from './entry-rules.mjs';
import { workspacesOf } from './files.mjs';
import { linkFindings } from './link-rules.mjs';
import { sourceFindings } from './source-rules.mjs';
import { textFindings } from './text-rules.mjs';
import { wordingFindings } from './wording-rules.mjs';

/**
 * Returns all checks, the longest first so that two at a time end together.
 * @param {string} root the work tree
 * @returns {import('./command.mjs').Check[]}
 */
export function allChecks(root) {
  const workspaces = workspacesOf(root);
  return [
    ...typesChecks(root, workspaces),
    importsCheck(root),
    lintCheck(root),
    ...workspaces.flatMap((name) => driftChecks(root, name)),
    functionCheck('generated code', () => generatedFindings(root)),
    functionCheck('source rules', () => sourceFindings(root)),
    functionCheck('text rules', () => textFindings(root)),
    functionCheck('comment width', () => commentFindings(root)),
    functionCheck('wording', () => wordingFindings(root)),
    docsCheck(root),
    functionCheck('links', () => linkFindings(root)),
    functionCheck('dependency notes', () => dependencyFindings(root, workspaces)),
    functionCheck('dependency use', () => unusedFindings(root, workspaces)),
    functionCheck('entries', () => entryFindings(root, commands, workspaces)),
  ];
}

/** @param {string} root @param {string} name */
function hasSources(root, name) {
  const found = globSync('**/*.{ts,tsx,mjs}', { cwd: join(root, name), exclude: (path) => path === 'node_modules' });
  return existsSync(join(root, name, 'tsconfig.json')) && found.length > 0;
}

/**
 * Returns the folders of a workspace whose types are checked apart: itself, and a server in it, which needs the types
 * of Node instead of those of the DOM.
 * @param {string} root @param {string} name
 */
function typedFolders(root, name) {
  return [name, `${name}/server`].filter((folder) => hasSources(root, folder));
}

/**
 * Programs of the compiler, each named by a file beside infra/tsconfig.base.json, for folders with the same settings:
 * alone, each folder would have its imports checked once more. Every other folder is a program of its own.
 */
export const typePrograms = ['services', 'tests', 'setup', 'pages'];

/** @param {string} root @param {readonly string[]} workspaces */
function typesChecks(root, workspaces) {
  const programs = typePrograms
    .map((name) => ({ name, config: join(root, `infra/tsconfig.${name}.json`) }))
    .filter(({ config }) => existsSync(config));
  const together = programs.flatMap(({ config }) =>
    JSON.parse(readFileSync(config, 'utf8')).include.map((/** @type {string} */ path) => posix.join('infra', path)),
  );
  const alone = workspaces.flatMap((name) => typedFolders(root, name)).filter((name) => !together.includes(name));
  return [
    ...programs.map(({ name, config }) => typesCheck(root, name, config)),
    ...alone.map((name) => typesCheck(root, name, name)),
  ];
}

/**
 * Checks types with the native compiler, which takes a third of the processor time. On two cores a single thread is
 * cheapest. Most of its memory stays in use, so it collects garbage seldom (GOGC): that saves a sixth of its time for a
 * tenth more memory.
 * @param {string} root @param {string} name @param {string} project a folder with a tsconfig.json, or such a file
 * @returns {import('./command.mjs').Check}
 */
function typesCheck(root, name, project) {
  const tsc = join(root, 'node_modules/typescript-native/bin/tsc');
  const args = [tsc, '-p', project, '--noEmit', '--singleThreaded', '--pretty', 'false'];
  return commandCheck(`types ${name}`, process.execPath, args, { cwd: root, env: { ...process.env, GOGC: '400' } });
}

/** @param {string} root */
function lintCheck(root) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  return commandCheck('format and lint', process.execPath, [biome, 'ci', '--colors=off'], { cwd: root });
}

/**
 * Checks import arrows in a process of its own, because it takes seconds, in which the other checks go on.
 * @param {string} root
 */
function importsCheck(root) {
  return commandCheck('import arrows', process.execPath, [join(root, 'infra/check/import-main.mjs')], { cwd: root });
}

/**
 * Finds generated code that was edited by hand, or whose sources have changed since the set-up generated it.
 * @param {string} root
 */
function generatedFindings(root) {
  return generatedPackages.flatMap((one) => {
    const why = whyStale(root, one);
    return why === undefined ? [] : [`${one.name}/src/generated: ${why}; run "npm run generate -w ${one.name}"`];
  });
}

/**
 * Checks the pages that `npm run docs` makes, in a process of its own, so that the checks need not load every service.
 * @param {string} root
 */
function docsCheck(root) {
  return commandCheck('docs are generated', process.execPath, [join(root, 'infra/docs/main.ts'), '--check'], {
    cwd: root,
  });
}

/**
 * Returns the check of a package's committed file with rules of its own, which its script `check:drift` runs. A check
 * that has passed is not repeated while the package and the installed packages stay the same.
 * @param {string} root
 * @param {string} name
 */
function driftChecks(root, name) {
  const script = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')).scripts?.['check:drift'];
  if (typeof script !== 'string') return [];
  const folders = [dirname(process.execPath), join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''];
  const env = { ...process.env, PATH: folders.join(':') };
  const check = commandCheck(`drift ${name}`, 'sh', ['-c', script], { cwd: join(root, name), env });
  const key = () => contentKey([name, treeDigest(root, [name, 'package-lock.json'], ['node_modules', 'dist', 'test'])]);
  return [rememberedCheck(check, key)];
}

/**
 * Wraps a check, so that it is not run again while its dependencies are the same as when it passed.
 * @param {import('./command.mjs').Check} check
 * @param {() => string} keyOf returns a key of all its dependencies
 * @returns {import('./command.mjs').Check}
 */
export function rememberedCheck(check, keyOf, folder = join(cacheRoot(), 'drift')) {
  return {
    name: check.name,
    run: async (niceness) => {
      const file = join(folder, keyOf());
      if (existsSync(file)) return { name: check.name, ok: true, durationMs: 0, output: '' };
      const result = await check.run(niceness);
      if (result.ok) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, '');
      }
      return result;
    },
  };
}
