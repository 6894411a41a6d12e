import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const FORMAT = `${['Package', 'Version', 'db:Status-Status'].map((field) => `\${${field}}`).join(' ')}\n`;

/**
 * Asks dpkg which of these packages are installed.
 * @param {string[]} names
 * @returns {Map<string, string> | undefined} name to version; undefined without dpkg
 */
export function installedPackages(names) {
  const answer = spawnSync('dpkg-query', ['-W', `-f=${FORMAT}`, ...names], { encoding: 'utf8' });
  if (answer.error) return undefined;
  const rows = answer.stdout.split('\n').map((line) => line.split(' '));
  return new Map(
    rows.flatMap(([name, version, status]) => (name && version && status === 'installed' ? [[name, version]] : [])),
  );
}

/**
 * Tells whether dpkg was cut off: it then leaves a numbered file in its journal, and apt-get refuses to work until
 * `dpkg --configure -a` has run.
 * @param {string} [journal]
 */
export function isInterrupted(journal = '/var/lib/dpkg/updates') {
  return existsSync(journal) && readdirSync(journal).some((name) => /^\d+$/.test(name));
}
