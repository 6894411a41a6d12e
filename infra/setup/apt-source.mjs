import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runLogged } from './command.mjs';

/**
 * Gets a Debian package's source on a machine without source entries, by a private copy of its entries with `deb`
 * replaced by `deb-src`. The machine's lists and caches stay unchanged; apt checks signatures as always.
 */

/**
 * @typedef {{ name: string, text: string }} SourceEntry
 * @param {string} sourcePackage
 * @param {{ work: string, logs: string, codename: string, etc?: string, signal?: AbortSignal | undefined }} options
 *   `work` is ours to fill
 * @returns {Promise<string>} the unpacked, patched source folder
 * @throws {import('./error.mjs').SetupError} PACKAGES_FAILED when the mirror does not have it
 */
export async function fetchDebianSource(sourcePackage, { work, logs, codename, etc = '/etc/apt', signal }) {
  const parts = join(work, 'apt-parts');
  const into = join(work, 'source');
  for (const folder of [parts, into, join(work, 'apt-lists/partial'), join(work, 'apt-cache/archives/partial')])
    mkdirSync(folder, { recursive: true });
  for (const { name, text } of sourceEntries(etc, codename)) writeFileSync(join(parts, name), text);
  const options = [
    ['Dir::Etc::sourcelist', '/dev/null'],
    ['Dir::Etc::sourceparts', parts],
    ['Dir::State::lists', join(work, 'apt-lists')],
    ['Dir::Cache', join(work, 'apt-cache')],
    ['Acquire::Languages', 'none'],
    // Apt's own user may not read our folders; apt still checks hashes and signatures.
    ['APT::Sandbox::User', process.getuid?.() === 0 ? 'root' : ''],
    ['Acquire::Retries', '2'],
    ['Acquire::http::Timeout', '20'],
    ['Acquire::https::Timeout', '20'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const fail = {
    code: /** @type {const} */ ('PACKAGES_FAILED'),
    what: `Getting the source of ${sourcePackage}`,
    remedy: 'see that this machine reaches its Debian mirror',
  };
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  await runLogged('apt-get', [...options, 'update', '-q'], {
    cwd: into,
    env,
    log: join(logs, 'apt-source-update.log'),
    signal,
    fail,
  });
  await runLogged('apt-get', [...options, 'source', '-q', sourcePackage], {
    cwd: into,
    env,
    log: join(logs, 'apt-source.log'),
    signal,
    fail,
  });
  const folder = readdirSync(into, { withFileTypes: true }).find((entry) => entry.isDirectory());
  if (!folder) throw new Error(`apt-get source ${sourcePackage} left no folder in ${into}`);
  return join(into, folder.name);
}

/**
 * Returns the machine's binary entries for this release as source entries. Foreign repositories (another suite) are
 * left out: they may have no sources, and one failing entry fails all.
 * @param {string} etc folder with sources.list and sources.list.d
 * @param {string} codename
 * @returns {SourceEntry[]}
 */
export function sourceEntries(etc, codename) {
  const folder = join(etc, 'sources.list.d');
  const files = [
    join(etc, 'sources.list'),
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  /** @type {SourceEntry[]} */
  const entries = [];
  for (const [index, file] of files.entries()) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.list')) entries.push({ name: `${index}.list`, text: fromLines(text, codename) });
    if (file.endsWith('.sources')) entries.push({ name: `${index}.sources`, text: fromStanzas(text, codename) });
  }
  return entries.filter((entry) => entry.text !== '');
}

/** `deb [options] URI SUITE COMPONENT...` @param {string} text @param {string} codename */
function fromLines(text, codename) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^deb\s/.test(line) && suiteMatches(line.replace(/\[[^\]]*\]/, '').split(/\s+/)[2], codename))
    .map((line) => `${line.replace(/^deb\s/, 'deb-src ')}\n`)
    .join('');
}

/** deb822 stanzas. @param {string} text @param {string} codename */
function fromStanzas(text, codename) {
  return text
    .split(/\n\s*\n/)
    .filter((stanza) => /^Types:.*\bdeb\b/im.test(stanza) && !/^Enabled:\s*no/im.test(stanza))
    .filter((stanza) =>
      (/^Suites:(.*)$/im.exec(stanza)?.[1] ?? '')
        .trim()
        .split(/\s+/)
        .some((suite) => suiteMatches(suite, codename)),
    )
    .map((stanza) => `${stanza.trim().replace(/^Types:.*$/im, 'Types: deb-src')}\n\n`)
    .join('');
}

/** @param {string | undefined} suite @param {string} codename */
function suiteMatches(suite, codename) {
  return (
    suite === codename ||
    suite?.startsWith(`${codename}-`) === true ||
    suite === 'stable' ||
    suite?.startsWith('stable-') === true
  );
}
