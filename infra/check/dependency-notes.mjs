import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTES = 'docs/dependencies.md';
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Checks that every dependency has a line with a reason and every line a dependency, and that versions are exact and
 * equal everywhere.
 * @param {string} root
 * @param {string[]} workspaces
 * @returns {string[]}
 */
export function dependencyFindings(root, workspaces) {
  const notes = existsSync(join(root, NOTES)) ? readFileSync(join(root, NOTES), 'utf8') : '';
  const noted = new Set([...notes.matchAll(/^- `([^`]+)`: \S/gm)].map((match) => match[1] ?? ''));
  /** @type {Map<string, { version: string, where: string }>} */
  const used = new Map();
  /** @type {string[]} */
  const findings = [];
  for (const where of ['.', ...workspaces]) {
    const file = join(root, where, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    for (const [name, version] of SECTIONS.flatMap((section) => Object.entries(manifest[section] ?? {}))) {
      if (name.startsWith('@meridian/')) continue;
      const before = used.get(name);
      if (before && before.version !== version) {
        findings.push(
          `${where}/package.json: ${name} ${version}, but ${before.version} in ${before.where}: one version for all`,
        );
      }
      if (!/^(npm:[\w@/.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))
        findings.push(`${where}/package.json: ${name} ${version} is not an exact version`);
      used.set(name, { version: String(version), where });
    }
  }
  for (const [name, { where }] of used) {
    if (!noted.has(name)) findings.push(`${NOTES}: no line for ${name} (of ${where}): - \`${name}\`: reason`);
  }
  for (const name of noted) if (!used.has(name)) findings.push(`${NOTES}: a line for ${name}, which no package uses`);
  return findings;
}
