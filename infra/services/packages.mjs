import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { parseSync } from 'rolldown/utils';

// Npm packages of the services, each as a file below `vendor`.

export const VENDOR = 'vendor';

/**
 * Packages that are looked up at run time and may be missing: optional native code, and data that no release contains.
 */
export const leftOut = [/^geoip-lite(\/|$)/, /^pg-native$/, /^cpu-features$/, /^bufferutil$/, /^utf-8-validate$/];

/** Files below `vendor`. Workspaces may have different versions of one package. */
export class Packages {
  #root;
  /** @type {Map<string, string>} */
  #paths = new Map();
  /** Files that are required lazily, with all their names. @type {Set<string>} */
  lateFiles = new Set();

  /** @param {string} root of the repository */
  constructor(root) {
    this.#root = root;
  }

  /**
   * @param {string} id after `from`
   * @param {string} path of the resolved file
   * @returns {string} file below the folder of the services
   */
  fileOf(id, path) {
    const workspace = relative(this.#root, path).split('node_modules/', 1)[0] ?? '';
    const name = `${workspace}${id.replace(/^@/, '').replace(/\.js$/, '')}`.replaceAll('/', '-');
    const file = `${VENDOR}/${name}.js`;
    this.#paths.set(file, path);
    return file;
  }

  /** @param {string} file */
  pathOf(file) {
    const path = this.#paths.get(file);
    if (path === undefined) throw new Error(`${file} is of no package`);
    return path;
  }
}

/** Form in which our code loads a package lazily and synchronously: `createRequire(import.meta.url)('yaml')`. */
const LATE = /createRequire\(import\.meta\.url\)\('([^'.][^']*)'\)/g;

/**
 * Makes code that `LATE` matches load the bundled package.
 * @param {Packages} packages
 * @returns {import('rolldown').Plugin}
 */
export function lateRequires(packages) {
  return {
    name: 'late-requires',
    transform: {
      filter: { id: { exclude: /node_modules/ }, code: LATE },
      async handler(code, importer) {
        let changed = code;
        for (const [call, id = ''] of code.matchAll(LATE)) {
          if (!isPackage(id)) continue;
          // The plugin for packages has resolved it, to `./vendor/yaml.js`.
          const resolved = await this.resolve(id, importer);
          if (resolved === null) throw new Error(`${importer} requires ${id}, which is not installed`);
          packages.lateFiles.add(resolved.id.replace(/^\.\//, ''));
          changed = changed.replace(call, `createRequire(import.meta.url)('${resolved.id}')`);
        }
        return { code: changed, map: null };
      },
    },
  };
}

/** @param {string} id after `from` */
export function isPackage(id) {
  return (
    /^(@(?!meridian\/)[^/]+\/)?[a-z0-9]/i.test(id) &&
    !id.startsWith('node:') &&
    !isBuiltin(id) &&
    !leftOut.some((one) => one.test(id))
  );
}

/**
 * Returns the names that our bundled code imports from packages, by file below `vendor`.
 * @param {readonly (import('rolldown').OutputChunk | import('rolldown').OutputAsset)[]} output
 * @param {Packages} packages
 * @returns {Map<string, Set<string>>}
 */
export function importedNames(output, packages) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map([...packages.lateFiles].map((file) => [file, new Set(['*'])]));
  const add = (/** @type {string} */ path, /** @type {readonly string[]} */ names) => {
    const file = path.replace(/^\.\//, '');
    if (file.startsWith(`${VENDOR}/`)) found.set(file, new Set([...(found.get(file) ?? []), ...names]));
  };
  for (const one of output) {
    if (one.type !== 'chunk') continue;
    const { staticImports, staticExports } = parseSync(one.fileName, one.code).module;
    for (const { moduleRequest, entries } of staticImports)
      add(
        moduleRequest.value,
        entries.map(({ importName }) => nameOf(importName)),
      );
    for (const { entries } of staticExports)
      for (const { moduleRequest, importName } of entries)
        if (moduleRequest) add(moduleRequest.value, [nameOf(importName)]);
    for (const path of one.dynamicImports) add(path, ['*']);
  }
  return found;
}

/** @param {{ kind: string, name?: string | null }} imported */
function nameOf({ kind, name }) {
  if (kind === 'Default') return 'default';
  return kind === 'Name' ? (name ?? '') : '*';
}

/** Returns the folder of a module's package. @param {string} root @param {string} module @returns {string[]} */
export function packageOf(root, module) {
  const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(module)?.[0];
  return folder === undefined ? [] : [relative(root, folder)];
}
