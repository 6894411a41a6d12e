import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runLogged } from './command.mjs';
import { SetupError } from './error.mjs';
import { npmCommand, whyInstall, withoutNpmVariables } from './npm.mjs';

/**
 * Provides mediasoup's package before npm has installed all, since the worker's build takes longest and needs only this
 * package.
 * @param {import('./npm.mjs').NpmContext} context
 * @returns {Promise<string>} its folder: in node_modules if those are complete, otherwise in the cache
 * @throws {SetupError} NPM_FAILED
 */
export async function fetchMediasoup({ root, cache, logs, facts, progress, signal }) {
  if (whyInstall(root, facts) === undefined) return join(root, 'node_modules/mediasoup');
  const { version, integrity } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[
    'node_modules/mediasoup'
  ];
  const folder = join(cache, `mediasoup-${version}`);
  // A folder with this name is complete.
  if (existsSync(folder)) return join(folder, 'package');
  const work = `${folder}.${process.pid}`;
  const npm = npmCommand(process.env);
  const fail = {
    code: /** @type {const} */ ('NPM_FAILED'),
    what: "Getting mediasoup's package",
    remedy: 'see that this machine reaches its npm registry (npm ping), then run the same command again',
  };
  mkdirSync(work, { recursive: true });
  try {
    await progress.step("Getting mediasoup's package", async () => {
      const args = ['pack', `mediasoup@${version}`, '--ignore-scripts', '--pack-destination', work];
      const options = { cwd: root, signal, fail };
      await runLogged(npm.file, [...npm.args, ...args], {
        ...options,
        env: withoutNpmVariables(process.env),
        log: join(logs, 'npm-pack.log'),
      });
      const archive = join(work, `mediasoup-${version}.tgz`);
      if (`sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}` !== integrity)
        throw new SetupError('NPM_FAILED', `mediasoup ${version} differs from the lock file`, { remedy: fail.remedy });
      await runLogged('tar', ['-xzf', archive, '-C', work], { ...options, log: join(logs, 'unpack.log') });
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(folder, 'package');
}
