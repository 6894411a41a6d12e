/**
 * What each command of the house needs to be there, and its program. `cases`: of a program that runs one of several, the words that may come
 * first (a test compares them with what the program knows).
 * @typedef {{ cases?: readonly string[], packages?: import('./requirements.mjs').Purpose, worker?: true, pathd?: true, bundles?: true, entry: string }} Command
 */

const labCases = [
  'dynacast',
  'key-frames',
  'fresh',
  'downlink',
  'surroundings',
  'meeting-6',
  'autoscale',
  'mutants',
  'picture',
  'screenshots',
  'takeover',
  'reroute',
  'flips',
  'move',
  'node-death',
];
const benchCases = ['join', 'capacity', 'routes', 'scheduler', 'pathd'];

/** @type {ReadonlyMap<string, Command>} */
export const commands = new Map([
  ['start', { worker: true, bundles: true, entry: 'infra/local/main.ts' }],
  ['test', { packages: 'test', worker: true, bundles: true, entry: 'infra/check/test.mjs' }],
  ['check', { entry: 'infra/check/main.mjs' }],
  ['ports', { entry: 'infra/local/ports.ts' }],
  ['lab', { cases: labCases, packages: 'lab', worker: true, bundles: true, entry: 'test/lab/main.ts' }],
  ['sim', { pathd: true, entry: 'test/sim/main.ts' }],
  ['bench', { cases: benchCases, packages: 'bench', worker: true, bundles: true, entry: 'test/bench/main.ts' }],
]);

/**
 * Why a command line cannot be what somebody meant, found before anything is installed or built for it; undefined when it may be.
 * What stands behind the first word is the program's own to judge.
 * @param {string} name of the command
 * @param {Pick<Command, 'cases'>} command
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function refusalOf(name, { cases }, [word]) {
  if (cases === undefined || (word !== undefined && cases.includes(word))) return undefined;
  const what = word === undefined ? 'which one?' : `there is no ${word}.`;
  return `npm run ${name}: ${what} Choices: ${cases.join(', ')}; npm run ${name} -- --help says what they are`;
}
