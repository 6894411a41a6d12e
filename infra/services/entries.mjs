import { join } from 'node:path';

/**
 * Programs bundled into `dist/services`: file name and first module. `npm start`, a release, the image and tests that
 * start processes all run these files.
 */
export const entries = /** @type {const} */ ({
  scheduler: 'scheduler/src/main.ts',
  signaling: 'signaling/src/main.ts',
  sfu: 'sfu/src/main.ts',
  'edge-probe': 'edge-probe/src/main.ts',
  gateway: 'media/gateway/src/main.ts',
  recorder: 'media/recorder/src/main.ts',
  library: 'files/library/src/main.ts',
  receiver: 'files/receiver/src/main.ts',
  api: 'product/api/src/main.ts',
  web: 'product/web/server/main.ts',
  /** `npm start`. */
  cloud: 'infra/local/main.ts',
  /** `meridian node …`, `meridian health`, `meridian ports`, and `meridian …` for the REST api. */
  node: 'infra/ops/src/main.ts',
  health: 'infra/ops/src/health/main.ts',
  ports: 'infra/ops/src/ports/main.ts',
  meridian: 'product/cli/src/main.ts',
  /** Saves and restores the records of the api and of the centre, for `meridian node backup` and `restore`. */
  backup: 'product/api/src/backup/main.ts',
  denials: 'scheduler/src/denials-main.ts',
});

/** Path below the root of a clone or a release. */
export const servicesFolder = 'dist/services';

/**
 * Returns the path of a program's bundle.
 * @param {string} root of a clone or a release
 * @param {string} name of an entry
 * @returns {string} full path
 */
export function bundleOf(root, name) {
  return join(root, servicesFolder, `${name}.js`);
}
