import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from '../setup/command.mjs';
import { contentKey } from '../setup/digest.mjs';
import { withLock } from '../setup/lock.mjs';
import { servicesFolder } from './entries.mjs';
import { changedSources, readRecord } from './record.mjs';

/** Most changed files that a message names. */
const SHOWN_MAX = 3;

/**
 * Bundles the services when a source has changed since the last build. A warm call only reads the time and size of each
 * source. Generated code must exist.
 * @param {import('../setup/bundles.mjs').BundleContext} context
 * @throws {import('../setup/error.mjs').SetupError} BUNDLE_FAILED
 */
export async function ensureServices(context) {
  const { root, cache, logs, node, env, progress, signal } = context;
  if (whyStale(root) === undefined) return;
  const onWait = (/** @type {import('../setup/lock.mjs').Holder} */ holder) =>
    progress.note(`process ${holder.pid} is bundling the services, waiting for it`);
  await withLock(join(cache, 'locks', `services-${contentKey([root])}.lock`), { signal, onWait }, async () => {
    const why = whyStale(root);
    if (why === undefined) return;
    await progress.step(`Bundling the services (${why})`, () =>
      runLogged(node, [join(root, 'infra/services/build.mjs')], {
        cwd: root,
        env,
        log: join(logs, 'services.log'),
        signal,
        fail: { code: 'BUNDLE_FAILED', what: 'Bundling the services', remedy: 'mend the error above' },
      }),
    );
  });
}

/**
 * @param {string} root
 * @returns {string | undefined} undefined when the bundles are up to date
 */
export function whyStale(root) {
  const folder = join(root, servicesFolder);
  const record = readRecord(folder);
  if (record === undefined) return 'none are there yet';
  const missing = [...record.own, ...record.vendor].find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) return `${missing} is missing`;
  const changed = changedSources(root, record);
  if (changed.length === 0) return undefined;
  const more = changed.length > SHOWN_MAX ? ` and ${changed.length - SHOWN_MAX} more` : '';
  return `${changed.slice(0, SHOWN_MAX).join(', ')}${more} changed`;
}
