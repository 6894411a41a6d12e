import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { treeFiles } from './files.mjs';

const NOTES = 'docs/dependencies.md';
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const SOURCE = /\.[cm]?[jt]sx?$/;

/**
 * Matches `from 'x'`, `import 'x'`, `import('x')`, `require('x')` and `resolve('x')` with either quotes; names with a
 * leading dot are our files.
 */
const IMPORT = /(?:\bfrom|\bimport\s*\(?|\b(?:require|resolve)\s*\()\s*(['"])([^'".][^'"\n]*)\1/g;

/** Section of the notes that lists dependencies which no source imports. */
const TOOLS = /^## Not imported$([\s\S]*?)(?=^## |$(?![\s\S]))/m;

/**
 * Checks that every dependency is imported by its package, or listed in the notes as a program, types or data; a listed
 * dependency must exist and not be imported. Import arrows check our own packages.
 * @param {string} root
 * @param {string[]} workspaces
 * @returns {string[]}
 */
export function unusedFindings(root, workspaces) {
  const tools = toolsOf(root);
  const imports = importsOf(root);
  /** @type {Set<string>} */
  const neverImported = new Set();
  /** @type {string[]} */
  const findings = [];
  for (const where of ['.', ...workspaces]) {
    const manifest = join(root, where, 'package.json');
    if (!existsSync(manifest)) continue;
    const sections = JSON.parse(readFileSync(manifest, 'utf8'));
    for (const name of SECTIONS.flatMap((section) => Object.keys(sections[section] ?? {}))) {
      if (name.startsWith('@meridian/')) continue;
      const isImported = imports.some(
        (one) => one.name === name && (where === '.' || one.path.startsWith(`${where}/`)),
      );
      if (isImported) continue;
      neverImported.add(name);
      if (!tools.has(name))
        findings.push(
          `${where}/package.json: nothing in it imports ${name}: remove it, or name it in ${NOTES} under Not imported`,
        );
    }
  }
  for (const name of tools)
    if (!neverImported.has(name))
      findings.push(`${NOTES}: ${name} stands under Not imported, but is imported or no dependency`);
  return findings;
}

/** @param {string} root @returns {Set<string>} */
function toolsOf(root) {
  const file = join(root, NOTES);
  const section = existsSync(file) ? TOOLS.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return new Set([...(section ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
}

/** @param {string} root @returns {{ path: string, name: string }[]} names of packages, without a path inside */
function importsOf(root) {
  return treeFiles(root, (path) => SOURCE.test(path)).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const names = [...text.matchAll(IMPORT)].map(([, , id = '']) =>
      id.split('/', id.startsWith('@') ? 2 : 1).join('/'),
    );
    return [...new Set(names)].map((name) => ({ path, name }));
  });
}
