/**
 * Requirements and program of each npm command. `cases`: first words that the program accepts; `options`: names of the
 * only options that it accepts (tests compare both with the program). `laterPackages`: packages that the program uses
 * once they are installed. `worker`: mediasoup's, with our patches (`patched`) or perhaps without (`any`).
 * `livekitPython`: the program needs LiveKit's SDK for Python.
 * @typedef {import('./requirements.mjs').Purpose} Purpose
 * @typedef {{ cases?: readonly string[], options?: readonly string[], packages?: Purpose, laterPackages?: Purpose,
 *   worker?: 'any' | 'patched', services?: true, bundles?: true, livekitPython?: true, entry: string }} Command
 */

const labCases = [
  'fresh',
  'picture',
  'screenshots',
  'fuzz',
  'two-servers',
  'container',
  'proxies',
  'turn',
  'only-443',
  'kubernetes',
  'versions',
  'pushers',
  'recording-faults',
  'recording-hours',
  'worker-exact',
];
const benchCases = [
  'start',
  'join',
  'capacity',
  'recorder',
  'forward',
  'scheduler',
  'signal',
  'layers',
  'join-storm',
  'bytes',
  'distribution',
  'all',
];

const startOptions = [
  'port-offset',
  'state-dir',
  'nodes-per-region',
  'redis',
  'standby',
  'regions',
  'no-pathd',
  'lan',
  'lan-room',
  'public-address',
  'media-address',
  'autoscale',
  'autoscale-policy',
  'keep-frozen',
  'dial',
  'distribution',
  'receivers-per-region',
  'metrics',
  'trusted-proxies',
  'media-config',
  'turn-config',
  'api-config',
  'process-configs',
  'process-node-args',
  'log-level',
  'help',
];

const releaseOptions = ['version', 'out', 'help'];
const imageOptions = ['base', 'tag', 'release', 'builder', 'out', 'help'];

/** @type {ReadonlyMap<string, Command>} */
export const commands = new Map([
  [
    'start',
    {
      options: startOptions,
      laterPackages: 'start',
      worker: 'any',
      services: true,
      bundles: true,
      entry: 'dist/services/cloud.js',
    },
  ],
  [
    'test',
    {
      packages: 'test',
      worker: 'patched',
      services: true,
      bundles: true,
      livekitPython: true,
      entry: 'infra/check/test.mjs',
    },
  ],
  ['check', { services: true, entry: 'infra/check/main.mjs' }],
  ['docs', { entry: 'infra/docs/main.ts' }],
  ['ports', { options: startOptions, entry: 'infra/local/ports.ts' }],
  ['pack', { bundles: true, entry: 'infra/pack/main.ts' }],
  [
    'release',
    {
      options: releaseOptions,
      packages: 'start',
      worker: 'patched',
      services: true,
      bundles: true,
      entry: 'infra/ops/release/main.ts',
    },
  ],
  [
    'image',
    {
      options: imageOptions,
      packages: 'start',
      worker: 'patched',
      services: true,
      bundles: true,
      entry: 'infra/container/image.ts',
    },
  ],
  [
    'lab',
    {
      cases: labCases,
      packages: 'lab',
      worker: 'patched',
      services: true,
      bundles: true,
      entry: 'proof/lab/main.ts',
    },
  ],
  ['sim', { entry: 'proof/sim/main.ts' }],
  ['api', { cases: ['backup', 'restore'], entry: 'product/api/src/backup/main.ts' }],
  [
    'bench',
    {
      cases: benchCases,
      packages: 'bench',
      worker: 'patched',
      services: true,
      bundles: true,
      entry: 'proof/bench/main.ts',
    },
  ],
]);

/** Arguments of `npm test` that select tests which set up servers, images and clusters, or run benchmarks. */
const labTests = /^--(?:all|rotation)$|nightly/;

/**
 * Adds the system packages that the arguments need.
 * @param {string} name of the command
 * @param {Command} command
 * @param {readonly string[]} args
 * @returns {Command}
 */
export const withPackages = (name, command, args) =>
  name === 'test' && args.some((argument) => labTests.test(argument)) ? { ...command, packages: 'bench' } : command;

/**
 * Returns why a command line must be a mistake, before anything is installed or built for it; undefined when it may be
 * valid. The program itself checks later words and the values of options.
 * @param {string} name of the command
 * @param {Pick<Command, 'cases' | 'options'>} command
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function refusalOf(name, { cases, options }, args) {
  const typed = name === 'start' ? 'npm start' : `npm run ${name}`;
  const unknown = options === undefined ? undefined : args.find((argument) => isOptionOutside(options, argument));
  if (unknown !== undefined) return `${typed}: there is no option ${unknown}; ${typed} -- --help lists the options`;
  const [word] = args;
  if (cases === undefined || (word !== undefined && cases.includes(word))) return undefined;
  const what = word === undefined ? 'which one?' : `there is no ${word}.`;
  return `${typed}: ${what} Choices: ${cases.join(', ')}; ${typed} -- --help says what they are`;
}

/**
 * Matches `--NAME` or `--NAME=VALUE` with an unknown name. Values cannot begin with two dashes: the programs refuse
 * them too.
 * @param {readonly string[]} options
 * @param {string} argument
 */
function isOptionOutside(options, argument) {
  const name = /^--([^=]+)/.exec(argument)?.[1];
  return name !== undefined && !options.includes(name);
}
