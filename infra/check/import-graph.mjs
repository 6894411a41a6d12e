import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';
import { importResolver } from './import-resolve.mjs';

/**
 * Kinds of an import: `type` imports only types, `node` is a module of Node, `undeclared` is a package that no
 * package.json above the file names, `lost` does not exist.
 * @typedef {'type' | 'node' | 'undeclared' | 'lost'} ImportKind
 * @typedef {{ from: string, to: string, name: string, kinds: readonly ImportKind[] }} Import `name` is the text in the
 *   file, the others are paths from the root
 * @typedef {{ name: string, isType: boolean }} Named
 */

const SOURCE = /\.[cm]?[jt]sx?$/;
/** Files whose comments contain types. */
const SCRIPT = /\.[cm]?jsx?$/;
/** Imports that the parser's list omits. */
const RARE = /\brequire\s*\(|\{\s*\}\s*from\b/;
const LEAVE_OUT = new Set(['node_modules', 'dist', 'coverage']);

/**
 * Returns every import of the sources in `folders`, and of our sources that they reach: static and dynamic imports,
 * imports of types, re-exports, `require`.
 * @param {string} root
 * @param {readonly string[]} folders
 * @returns {Import[]}
 */
export function importsOf(root, folders) {
  const resolve = importResolver(root);
  const files = new Set(folders.flatMap((folder) => sourcesOf(root, folder)));
  /** @type {Import[]} */
  const imports = [];
  // The loop includes files that are added on the way.
  for (const from of files)
    for (const { name, isType } of namedIn(from, readFileSync(join(root, from), 'utf8'))) {
      const { to, kind } = resolve(from, name);
      /** @type {ImportKind[]} */
      const kinds = isType ? ['type'] : [];
      imports.push({ from, to, name, kinds: kind === undefined ? kinds : [...kinds, kind] });
      if (kind === undefined && SOURCE.test(to) && !to.split('/').some((part) => LEAVE_OUT.has(part))) files.add(to);
    }
  return imports;
}

/** @param {string} root @param {string} folder @returns {string[]} */
function sourcesOf(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return LEAVE_OUT.has(entry.name) ? [] : sourcesOf(root, path);
    return entry.isFile() && SOURCE.test(path) ? [path] : [];
  });
}

/**
 * Returns the names that a file imports, each once as a type and once as a value.
 * @param {string} path
 * @param {string} text
 * @returns {Named[]}
 */
export function namedIn(path, text) {
  const parsed = parseSync(path, text);
  const broken = parsed.errors[0];
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const named = [
    ...staticImports.map(({ start, moduleRequest, entries }) => ({
      name: moduleRequest.value,
      isType:
        entries.length > 0
          ? entries.every(({ isType }) => isType)
          : /^import\s+type\b/.test(text.slice(start, moduleRequest.start)),
    })),
    ...staticExports.flatMap(({ entries }) => exportedFrom(entries)),
    ...dynamicImports.flatMap(({ moduleRequest }) => literal(text.slice(moduleRequest.start, moduleRequest.end))),
    ...(SCRIPT.test(path) ? parsed.comments.flatMap(({ value }) => namedInComment(value)) : []),
  ];
  const hasMore = (text.match(/\bimport\s*\(/g)?.length ?? 0) > dynamicImports.length || RARE.test(text);
  const all = hasMore ? [...named, ...namedInside(parsed.program)] : named;
  return [...new Map(all.map((one) => [`${one.name} ${one.isType}`, one])).values()];
}

/**
 * @typedef {import('rolldown/utils').ParseResult['module']['staticExports'][number]} StaticExport
 * @param {StaticExport['entries']} all
 * @returns {Named[]}
 */
function exportedFrom(all) {
  /** @type {Map<string, boolean>} */
  const names = new Map();
  for (const { moduleRequest, isType } of all)
    if (moduleRequest) names.set(moduleRequest.value, isType && (names.get(moduleRequest.value) ?? true));
  return [...names].map(([name, isType]) => ({ name, isType }));
}

/** @param {string} text of an argument @returns {Named[]} */
function literal(text) {
  const name = /^(['"`])([^'"`$]+)\1$/.exec(text)?.[2];
  return name === undefined ? [] : [{ name, isType: false }];
}

/**
 * Returns types in a comment of JavaScript: `import('x')`, `@import { T } from 'x'`. Text in backquotes is prose.
 * @param {string} text
 * @returns {Named[]}
 */
function namedInComment(text) {
  const types = text.startsWith('*') ? text.replaceAll(/`[^`]*`/g, '') : '';
  return [...types.matchAll(/\bimport\((['"])([^'"]+)\1\)|@import\b[^@]*?\bfrom\s*(['"])([^'"]+)\3/g)].map((match) => ({
    name: match[2] ?? match[4] ?? '',
    isType: true,
  }));
}

/**
 * Returns imports that the parser's list omits: `let x: import('x').T`, `require('x')`, `import x = require('x')`,
 * `export {} from 'x'`.
 * @param {import('rolldown/utils').ParseResult['program']} program
 * @returns {Named[]}
 */
function namedInside(program) {
  /** @type {Named[]} */
  const found = [];
  const visitor = new Visitor({
    TSImportType: ({ source }) => void found.push({ name: source.value, isType: true }),
    TSExternalModuleReference: ({ expression }) => void found.push({ name: expression.value, isType: false }),
    ExportNamedDeclaration: ({ source, exportKind }) => {
      if (source !== null) found.push({ name: source.value, isType: exportKind === 'type' });
    },
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type !== 'Identifier' || callee.name !== 'require' || first?.type !== 'Literal') return;
      if (typeof first.value === 'string') found.push({ name: first.value, isType: false });
    },
  });
  visitor.visit(program);
  return found;
}
