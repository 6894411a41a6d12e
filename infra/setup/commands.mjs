/**
 * What each command of the house needs to be there, and its program.
 * @typedef {{ packages?: import('./requirements.mjs').Purpose, worker?: true, pathd?: true, bundles?: true, entry: string }} Command
 */

/** @type {ReadonlyMap<string, Command>} */
export const commands = new Map([
  ['start', { worker: true, bundles: true, entry: 'infra/local/main.ts' }],
  ['test', { packages: 'test', worker: true, bundles: true, entry: 'infra/check/test.mjs' }],
  ['check', { entry: 'infra/check/main.mjs' }],
  ['ports', { entry: 'infra/local/ports.ts' }],
  ['lab', { packages: 'lab', worker: true, bundles: true, entry: 'test/lab/main.ts' }],
  ['sim', { pathd: true, entry: 'test/sim/main.ts' }],
  ['bench', { packages: 'bench', worker: true, bundles: true, entry: 'test/bench/main.ts' }],
]);
