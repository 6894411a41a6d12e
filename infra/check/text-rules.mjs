import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { treeFiles } from './files.mjs';

/**
 * Checks that the tree contains nothing of one machine: no path of it, no host name of its package mirrors. The words
 * are read from the machine itself, since a list in the tree would break the rule.
 */

/** Files that are not read: pictures, databases and archives. */
const BINARY = /\.(png|jpe?g|webp|gif|ico|woff2?|mmdb|gz|tgz|zip|y4m|ivf|webm|mp4|wav|pdf)$/i;

/** Home folder of a person; names in angle brackets or like $USER are placeholders. */
const HOME_PATHS = /(?<![\w.])\/(?:home|Users)\/[a-z][\w.-]*\//;

/** Scratch folder of a person. */
const SCRATCH_PATHS = /(?<![\w.])\/tmp\/\w{1,2}\//;

/** A lock file with URLs installs from nowhere else. */
const RESOLVED = /"resolved":\s*"https?:/;

/** Registries and mirrors, by their names. */
const REGISTRY_HOST = /https?:\/\/(?:registry|npm|pypi|mirror|mirrors|deb)\.[a-z0-9.-]+/i;

/**
 * @param {string} root
 * @param {string[]} [forbidden] texts that must not occur; by default words of this machine
 * @returns {string[]}
 */
export function textFindings(root, forbidden = machineWords(root)) {
  return treeFiles(root, (path) => !BINARY.test(path)).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    /** @type {string[]} */
    const findings = [];
    const report = (/** @type {number} */ index, /** @type {string} */ what) => {
      findings.push(`${path}:${text.slice(0, index).split('\n').length} ${what}`);
    };
    for (const word of forbidden) {
      const index = text.indexOf(word);
      if (index >= 0) report(index, `holds a path or host of this machine (${word})`);
    }
    for (const [pattern, what] of /** @type {[RegExp, string][]} */ ([
      [HOME_PATHS, 'holds the path of a home folder'],
      [SCRATCH_PATHS, 'holds the path of a scratch folder'],
      [RESOLVED, 'holds a registry address: write the lock file with omit-lockfile-registry-resolved=true'],
      [REGISTRY_HOST, 'holds a registry address'],
    ])) {
      const match = pattern.exec(text);
      if (match) report(match.index, what);
    }
    return findings;
  });
}

/**
 * Returns the tree's path, and the hosts that npm, pip and apt use here.
 * @param {string} root
 * @returns {string[]}
 */
function machineWords(root) {
  const sources = '/etc/apt/sources.list.d';
  const aptFiles = existsSync(sources) ? readdirSync(sources).filter((name) => /\.(list|sources)$/.test(name)) : [];
  const files = [
    join(homedir(), '.npmrc'),
    join(root, '.npmrc'),
    '/etc/pip.conf',
    '/etc/apt/sources.list',
    ...aptFiles.map((name) => join(sources, name)),
  ];
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const hosts = [...texts, process.env['npm_config_registry'] ?? ''].flatMap((text) =>
    [...text.matchAll(/https?:\/\/([^/\s:"]+\.[^/\s:"]+)/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set([...placesOf(root), ...hosts])];
}

/**
 * Returns the path of a clone, which may reveal the machine; usual places of installations do not.
 * @param {string} root
 */
function placesOf(root) {
  const deep = root.split('/').filter(Boolean).length >= 2;
  return deep && !/^\/(opt|srv|usr|var|tmp)\//.test(root) ? [root, `${dirname(root)}/`] : [];
}
