import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';
import { workspacesOf } from '../check/files.mjs';
import { contentKey } from '../setup/digest.mjs';
import { entries, servicesFolder } from './entries.mjs';
import { ownFiles } from './own-files.mjs';
import { importedNames, isPackage, lateRequires, leftOut, Packages, packageOf, VENDOR } from './packages.mjs';
import { plainHttp } from './plain-http.mjs';
import { readRecord, removeRecord, sourcesOf, writeRecord } from './record.mjs';

// `node infra/services/build.mjs`, on Node 24: bundles the services. The set-up runs it when a source has changed. Our
// code and npm packages are bundled apart, since packages take most of the time and change only with the lock file.

const root = join(import.meta.dirname, '../..');
const folder = join(root, servicesFolder);
/** Folder with the installed packages: a copy of the tree may link to those of another tree. */
const installed = fileURLToPath(import.meta.resolve('rolldown')).split('node_modules', 1)[0] ?? root;
/** Every program imports this bundle first. */
const TRACES = 'stack-traces';
/** Scripts that make the bundles; a change of them rebuilds all. */
const builders = ['build.mjs', 'entries.mjs', 'own-files.mjs', 'packages.mjs', 'plain-http.mjs', 'record.mjs'].map(
  (name) => `infra/services/${name}`,
);

/**
 * V8 keeps the text of loaded code in every process, with two bytes a character if one is beyond Latin-1. Names stay,
 * for stack traces.
 * @satisfies {import('rolldown').OutputOptions}
 */
const small = {
  format: 'esm',
  charset: 'ascii',
  comments: { legal: true, annotation: false, jsdoc: false },
  minify: { mangle: false, compress: true, codegen: true },
};

/** @typedef {{ fileName: string, content: string | Uint8Array }} Output */

await build().catch((/** @type {Error} */ error) => {
  process.stderr.write(`${stripVTControlCharacters(error.message)}\n`);
  process.exitCode = 1;
});

async function build() {
  const beganMs = Date.now();
  const earlier = readRecord(folder);
  const ownBundles = await bundleOwn();
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const wanted = [...ownBundles.imported].map(([file, names]) => [file, [...names].sort()]).sort();
  const vendorKey = contentKey([lock, wanted, builders.map((name) => readFileSync(join(root, name), 'utf8'))]);
  const isThere = earlier?.vendorKey === vendorKey && earlier.vendor.every((name) => existsSync(join(folder, name)));
  const vendor = isThere ? undefined : await bundleVendor(ownBundles.packages, ownBundles.imported);
  // The record is missing until the new one is written, since a killed build leaves a mix of files.
  removeRecord(folder);
  for (const output of [...(vendor?.outputs ?? []), ...ownBundles.outputs]) put(output);
  const manifests = workspacesOf(root).map((name) => `${name}/package.json`);
  const record = {
    sources: sourcesOf(root, [...ownBundles.sources, ...builders, ...manifests, 'package-lock.json'], beganMs),
    own: ownBundles.outputs.map(({ fileName }) => fileName),
    vendor: vendor?.outputs.map(({ fileName }) => fileName) ?? earlier?.vendor ?? [],
    vendorKey,
    packages: vendor?.packages ?? earlier?.packages ?? [],
    before: earlier === undefined ? [] : [...earlier.own, ...earlier.vendor],
  };
  writeRecord(folder, record);
  // A running process may still load files of the previous build, but of no earlier one.
  const kept = new Set([...record.own, ...record.vendor, ...record.before]);
  for (const name of earlier?.before ?? []) if (!kept.has(name)) rmSync(join(folder, name), { force: true });
}

/** Bundles our code: every program and the shared parts, with source maps. */
async function bundleOwn() {
  const packages = new Packages(installed);
  const bundle = await rolldown({
    cwd: root,
    platform: 'node',
    input: { ...entries, [TRACES]: `infra/services/${TRACES}.mjs` },
    plugins: [
      ownFiles(),
      lateRequires(packages),
      plainHttp(),
      {
        name: 'packages',
        async resolveId(id, importer) {
          if (importer === undefined || !isPackage(id)) return undefined;
          const resolved = await this.resolve(id, importer, { skipSelf: true });
          if (resolved === null) throw new Error(`${importer} imports ${id}, which is not installed`);
          return { id: `./${packages.fileOf(id, resolved.id)}`, external: true };
        },
      },
    ],
    // A slow machine is no fault of the sources.
    checks: { bundlerTimings: false },
    onLog: refuseWarnings,
  });
  const { output } = await bundle.generate({
    ...small,
    // Otherwise it could share a chunk with the first module of the command line, which other programs would then run.
    codeSplitting: { groups: [{ name: 'api-client', test: /\/api-client\/src\// }] },
    dir: folder,
    sourcemap: true,
    sourcemapExcludeSources: true,
    banner: ({ isEntry, name }) => (isEntry && name !== TRACES ? `import './${TRACES}.js';` : ''),
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    assetFileNames: '[name]-[hash][extname]',
  });
  await bundle.close();
  refuseRunning(output);
  const sources = new Set(output.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : one.originalFileNames)));
  return {
    packages,
    imported: importedNames(output, packages),
    sources: [...sources].filter((id) => existsSync(join(root, relative(root, id)))).map((id) => relative(root, id)),
    outputs: outputsOf(output),
  };
}

/**
 * Bundles npm packages with only the names that our code imports.
 * @param {Packages} packages
 * @param {ReadonlyMap<string, ReadonlySet<string>>} imported by file
 */
async function bundleVendor(packages, imported) {
  // A polyfill is imported only for its effect; packages that are read below need it.
  for (const [file, names] of imported) if (names.size === 0) await import(pathToFileURL(packages.pathOf(file)).href);
  const prefix = 'imported:';
  const bundle = await rolldown({
    cwd: root,
    platform: 'node',
    // CommonJS packages use these names, mostly to find files in their own folder.
    transform: { define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
    input: Object.fromEntries([...imported.keys()].map((file) => [file.replace(/\.js$/, ''), prefix + file])),
    external: leftOut,
    plugins: [
      plainHttp(),
      {
        name: 'imported',
        resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
        load: async (id) => {
          if (!id.startsWith(prefix)) return undefined;
          const file = id.slice(prefix.length);
          return await reexport(packages.pathOf(file), imported.get(file) ?? new Set());
        },
      },
    ],
    onLog: refuseUnresolved,
  });
  const { output } = await bundle.generate({
    ...small,
    entryFileNames: '[name].js',
    chunkFileNames: `${VENDOR}/[name]-[hash].js`,
    assetFileNames: `${VENDOR}/[name]-[hash][extname]`,
  });
  await bundle.close();
  const modules = output.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []));
  return {
    outputs: outputsOf(output),
    packages: [...new Set(modules.flatMap((module) => packageOf(root, module)))].sort(),
  };
}

/**
 * @param {string} path
 * @param {ReadonlySet<string>} wanted
 */
async function reexport(path, wanted) {
  // A bundler sees no export names of a CommonJS package, but Node's import does.
  const all = wanted.has('*')
    ? Object.keys(await import(pathToFileURL(path).href)).filter((name) => /^[\w$]+$/.test(name))
    : wanted;
  const [text, names] = [JSON.stringify(path), [...all]];
  return `import ${text}; export { ${names.join(', ')} } from ${text};`;
}

/** @param {readonly (import('rolldown').OutputChunk | import('rolldown').OutputAsset)[]} output @returns {Output[]} */
function outputsOf(output) {
  return output.map((one) => ({ fileName: one.fileName, content: one.type === 'chunk' ? one.code : one.source }));
}

/** Replaces a file by a rename; an unchanged file stays untouched. @param {Output} output */
function put({ fileName, content }) {
  const file = join(folder, fileName);
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * Refuses missing imports. Other warnings about packages concern their authors.
 * @param {string} _level
 * @param {import('rolldown').RolldownLog} log
 */
function refuseUnresolved(_level, { code, message }) {
  if (code === 'UNRESOLVED_IMPORT') throw new Error(message);
}

/**
 * Refuses a file that runs a program when loaded: it imports a program's file, or contains a program's first module.
 * @param {readonly (import('rolldown').OutputChunk | import('rolldown').OutputAsset)[]} output
 */
function refuseRunning(output) {
  const firsts = Object.values(entries).map((path) => join(root, path));
  for (const one of output) {
    if (one.type !== 'chunk') continue;
    const program = one.imports.find((name) => name.replace(/\.js$/, '') in entries);
    const first = one.moduleIds.find((id) => firsts.includes(id) && id !== one.facadeModuleId);
    if ((program ?? first) !== undefined) throw new Error(`${one.fileName} runs ${program ?? first}`);
  }
}

/** @param {string} level @param {{ message: string }} log */
function refuseWarnings(level, log) {
  if (level === 'warn') throw new Error(log.message);
}
