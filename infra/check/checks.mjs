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
 * Every check of the house, the longest first so that two at a time end together.
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
 * A workspace, and beside it a server that lives in it with types of its own (DOM and Node do not mix).
 * @param {string} root @param {string} name
 */
function typedFolders(root, name) {
  return [name, `${name}/server`].filter((folder) => hasSources(root, folder));
}

/**
 * Folders whose settings agree are one program of the compiler, named by a file beside infra/tsconfig.base.json: alone,
 * each would have what it imports checked once more. All others are programs of their own.
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
 * By the native compiler: a third of the processor's time. On two cores one thread of it is the cheapest. Most of what
 * it allocates stays to its end, so it collects garbage seldom (GOGC): a sixth of its time, for a tenth more memory.
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
 * A process of its own: it takes seconds, in which the other checks go on.
 * @param {string} root
 */
function importsCheck(root) {
  return commandCheck('import arrows', process.execPath, [join(root, 'infra/check/import-main.mjs')], { cwd: root });
}

/**
 * The set-up of every command generates what is stale: this finds what has changed since, or was edited by hand.
 * @param {string} root
 */
function generatedFindings(root) {
  return generatedPackages.flatMap((one) => {
    const why = whyStale(root, one);
    return why === undefined ? [] : [`${one.name}/src/generated: ${why}; run "npm run generate -w ${one.name}"`];
  });
}

/**
 * The pages that `npm run docs` makes from the code. A process of its own: the checks shall not load every service.
 * @param {string} root
 */
function docsCheck(root) {
  return commandCheck('docs are generated', process.execPath, [join(root, 'infra/docs/main.ts'), '--check'], {
    cwd: root,
  });
}

/**
 * A package with a committed file that has rules of its own says by its script `check:drift` how to try it. One that
 * passed is remembered by all that it depends on: what is in the package, and what is installed.
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
 * A check that is not run again while what it depends on is the same as when it passed.
 * @param {import('./command.mjs').Check} check
 * @param {() => string} keyOf of everything that it depends on
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
