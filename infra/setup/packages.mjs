import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runLogged, runWhole } from './command.mjs';
import { installedPackages, isInterrupted } from './dpkg.mjs';
import { SetupError } from './error.mjs';
import { requirements } from './requirements.mjs';

/** Distribution on which the set-up installs packages; elsewhere it names the missing ones. */
const INSTALLS_ON = { id: 'debian', version: '12' };

/** Wait for another apt, such as a fresh machine's automatic upgrade. */
const APT_LOCK_TIMEOUT_SECONDS = 180;

const POLICY_FILE = '/usr/sbin/policy-rc.d';
const POLICY_TEXT = '#!/bin/sh\n# meridian set-up: programs are wanted, not running services\nexit 101';

/**
 * Debian starts a daemon with its package. The set-up wants only the program, so it forbids this while dpkg runs
 * (policy-rc.d, here `$0`, with the text `$1`), unless the machine has its own policy. A shell does so, and removes the
 * policy with the command even if the set-up is killed.
 */
const WITHOUT_SERVICES = `
text=$1; shift
if [ -e "$0" ] && [ "$(cat "$0")" != "$text" ]; then exec "$@"; fi
printf '%s\\n' "$text" >"$0" && chmod 755 "$0" || exit
"$@"; code=$?
rm -f "$0"
exit $code`;

/**
 * @typedef {{ missing(names: import('./requirements.mjs').Requirement[]): import('./requirements.mjs').Requirement[] }}
 *   PackageFinder
 * @typedef {{
 *   facts: import('./system.mjs').Facts, finder: PackageFinder, logs: string,
 *   progress: import('./progress.mjs').Progress, signal?: AbortSignal | undefined,
 *   install?: (names: string[], context: PackageContext) => Promise<void>, isBehind?: boolean, policyFile?: string,
 * }} PackageContext `isBehind`: all else on this machine goes first
 */

/** Previous apt run: two at once would wait for dpkg's lock, and one would remove the other's policy. */
let turn = Promise.resolve();

/**
 * Installs the system packages for a purpose on Debian 12 as root; elsewhere the error names the missing ones and the
 * command.
 * @param {import('./requirements.mjs').Purpose} purpose
 * @param {PackageContext} context
 * @throws {SetupError} PACKAGES_MISSING, PACKAGES_FAILED
 */
export function ensurePackages(purpose, context) {
  const run = turn.then(() => install(purpose, context));
  turn = Promise.allSettled([run]).then(() => undefined);
  return run;
}

/**
 * @param {import('./requirements.mjs').Purpose} purpose
 * @param {Pick<PackageContext, 'facts' | 'finder'>} context
 * @returns {import('./requirements.mjs').Requirement[]} packages to install
 * @throws {SetupError} PACKAGES_MISSING: some are missing, and the set-up may not install them
 */
export function missingHere(purpose, { facts, finder }) {
  const missing = finder.missing(requirements[purpose]);
  const mayInstall =
    facts.root && facts.distribution?.id === INSTALLS_ON.id && facts.distribution.version === INSTALLS_ON.version;
  if (missing.length > 0 && !mayInstall) throw missingError(missing, facts);
  return missing;
}

/**
 * @param {import('./requirements.mjs').Purpose} purpose
 * @param {PackageContext} context
 */
async function install(purpose, context) {
  const missing = missingHere(purpose, context);
  if (missing.length === 0) return;
  await (context.install ?? aptInstall)(
    missing.map((requirement) => requirement.debian),
    context,
  );
  const stillMissing = context.finder.missing(missing);
  if (stillMissing.length === 0) return;
  throw new SetupError(
    'PACKAGES_FAILED',
    `Still missing after apt-get: ${stillMissing.map((row) => row.debian).join(' ')}`,
    {
      remedy: `look at ${join(context.logs, 'apt.log')}; a program of that name earlier in PATH may lack something`,
    },
  );
}

/**
 * @param {import('./requirements.mjs').Requirement[]} missing
 * @param {import('./system.mjs').Facts} facts
 * @returns {SetupError}
 */
export function missingError(missing, facts) {
  const { distribution } = facts;
  const family = familyOf(facts);
  const names = [...new Set(missing.map((requirement) => requirement[family === 'other' ? 'debian' : family]))].join(
    ' ',
  );
  const sudo = facts.root ? '' : 'sudo ';
  const commands = {
    debian: `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names}`,
    fedora: `${sudo}dnf install -y ${names}`,
    arch: `${sudo}pacman -S --needed ${names}`,
    other: `install what Debian calls: ${names}`,
  };
  const where = distribution?.name ?? facts.platform;
  const why =
    family === 'debian' && distribution?.id === 'debian' && distribution.version === INSTALLS_ON.version
      ? 'not root'
      : `${where} is not Debian ${INSTALLS_ON.version}`;
  return new SetupError(
    'PACKAGES_MISSING',
    `${missing.length} system packages are missing, and the set-up may not install them here (${why})`,
    {
      lastLines: missing.map(
        (requirement) => `${requirement[family === 'other' ? 'debian' : family]}: ${requirement.why}`,
      ),
      remedy: commands[family],
    },
  );
}

/** @param {import('./system.mjs').Facts} facts @returns {'debian' | 'fedora' | 'arch' | 'other'} */
function familyOf({ distribution }) {
  const ids = [distribution?.id ?? '', ...(distribution?.like ?? [])];
  if (ids.includes('debian')) return 'debian';
  if (ids.includes('fedora')) return 'fedora';
  if (ids.includes('arch')) return 'arch';
  return 'other';
}

/**
 * Asks dpkg; without dpkg, and for encoders, looks for the programs themselves.
 * @returns {PackageFinder}
 */
export function systemFinder() {
  return {
    missing: (names) => {
      if (names.length === 0) return [];
      const installed = installedPackages(names.map((row) => row.debian));
      const isThere = (/** @type {import('./requirements.mjs').Requirement} */ { debian, probe: what }) =>
        installed && !('encoders' in what) ? installed.has(debian) : probe(what);
      return names.filter((row) => !isThere(row));
    },
  };
}

/** @param {import('./requirements.mjs').Requirement['probe']} what */
function probe(what) {
  if ('file' in what) return existsSync(what.file);
  if ('encoders' in what) {
    const { stdout } = spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8', timeout: 10_000 });
    const names = new Set([...(stdout ?? '').matchAll(/^ [VA][\w.]{5} (\S+)/gm)].map(([, name]) => name));
    return what.encoders.every((name) => names.has(name));
  }
  if ('library' in what) return spawnSync('pkg-config', ['--exists', what.library]).status === 0;
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.some((folder) => existsSync(join(folder, what.command)));
}

/**
 * Downloads end at once with `signal` or with a killed set-up; dpkg is never cut off, as it would leave unusable
 * packages.
 * @param {string[]} names
 * @param {PackageContext} context
 */
async function aptInstall(names, { logs, progress, signal, isBehind = false, policyFile = POLICY_FILE }) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const fail = {
    code: /** @type {const} */ ('PACKAGES_FAILED'),
    what: 'Installing system packages',
    remedy: `see that this machine reaches its Debian mirror, or install by hand: apt-get install -y --no-install-recommends ${names.join(' ')}`,
  };
  const lock = ['-o', `DPkg::Lock::Timeout=${APT_LOCK_TIMEOUT_SECONDS}`];
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', '-o', 'APT::Status-Fd=3', ...lock];
  const nice = ['-n', isBehind ? '19' : '0'];
  await progress.step(`Installing ${names.length} system packages (${names.join(' ')})`, async (report) => {
    const onStatus = (/** @type {string} */ line) => report(aptPosition(line));
    const options = (/** @type {string} */ name) => ({ env, log: join(logs, name), signal, onStatus, fail });
    const fetch = (/** @type {string} */ name, /** @type {string[]} */ command) =>
      runLogged('nice', [...nice, 'setpriv', '--pdeathsig=TERM', '--', ...command], options(name));
    const change = async (/** @type {string} */ name, /** @type {string[]} */ command) => {
      const noteWait = () => progress.note('dpkg is waited for: cut off, it would leave packages half installed');
      signal?.addEventListener('abort', noteWait);
      const words = ['sh', '-c', WITHOUT_SERVICES, policyFile, POLICY_TEXT, ...command];
      await runWhole('nice', [...nice, ...words], options(name)).finally(() =>
        signal?.removeEventListener('abort', noteWait),
      );
    };
    // Unlike apt-get, dpkg fails at once when another one holds its lock, so it runs only where apt-get demands it.
    if (isInterrupted()) await change('dpkg.log', ['dpkg', '--configure', '-a']);
    report({ detail: 'reading package lists' });
    await fetch('apt-update.log', ['apt-get', 'update', '-q', ...lock]).catch((error) => {
      // A failing foreign repository, or another apt at work: the present lists may suffice.
      if (!(error instanceof SetupError) || error.code === 'INTERRUPTED') throw error;
      progress.note(
        `apt-get update failed (${join(logs, 'apt-update.log')}): trying with the package lists that are there`,
      );
    });
    await fetch('apt-download.log', [...install, '--download-only', ...names]);
    await change('apt.log', [...install, ...names]);
  });
  disableServices(names.filter((name) => ['redis-server', 'postgresql', 'prometheus'].includes(name)));
}

/**
 * Parses apt-get's status lines: `dlstatus:1:23.5:Retrieving…` and `pmstatus:package:42.1:Unpacking…`.
 * @param {string} line
 * @returns {import('./progress.mjs').Position}
 */
export function aptPosition(line) {
  const match = /^(dlstatus|pmstatus):[^:]*(?::[a-z0-9]+)?:([\d.]+):(.*)$/.exec(line);
  if (!match) return {};
  const detail = match[1] === 'dlstatus' ? 'downloading' : (match[3] ?? '');
  return { done: Math.round(Number(match[2])), total: 100, detail };
}

/**
 * Disables services also for the next boot. A machine without systemd needs nothing.
 * @param {readonly string[]} services
 */
function disableServices(services) {
  if (services.length > 0 && existsSync('/run/systemd/system'))
    spawnSync('systemctl', ['disable', '--now', ...services], { stdio: 'ignore' });
}
