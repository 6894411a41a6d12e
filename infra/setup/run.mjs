import { join } from 'node:path';
import process from 'node:process';
import { commands, refusalOf, withPackages } from './commands.mjs';
import { runEntry } from './entry.mjs';
import { explain, SetupError } from './error.mjs';
import { endWithNpm } from './launcher.mjs';
import { systemFinder } from './packages.mjs';
import { cacheRoot, treeRoot } from './paths.mjs';
import { createProgress } from './progress.mjs';
import { runSteps } from './steps.mjs';
import { checkSystem, readFacts } from './system.mjs';

// Entry point of every command. It runs on any Node from 20 on without packages, sets up what the command lacks, and
// starts the command's program on Node 24. Its output goes to stderr, as stdout belongs to the program.

process.exitCode = await main(process.argv.slice(2));

/**
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
async function main([name, ...args]) {
  const progress = createProgress({ output: process.stderr, nowMs: () => performance.now() });
  const command = commands.get(name ?? '');
  if (!command) {
    process.stderr.write(`usage: node infra/setup/run.mjs <${[...commands.keys()].join('|')}> [arguments]\n`);
    return 2;
  }
  // Help precedes any build, and a refused command line precedes any installation.
  const isHelp = args[0] === 'help' || args.some((argument) => argument === '--help' || argument === '-h');
  const refusal = isHelp ? undefined : refusalOf(name ?? '', command, args);
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`);
    return 2;
  }
  endWithNpm(name ?? '', process.env);
  try {
    const needed = isHelp
      ? { entry: command.entry, ...(command.services ? { services: command.services } : {}) }
      : withPackages(name ?? '', command, args);
    const { node, env, later } = await setUp({ name, command: needed, progress });
    if (later !== undefined) progress.quiet();
    return await runEntry({ root: treeRoot, node, entry: command.entry, args, env, later });
  } catch (caught) {
    const error = explain(caught, 'the set-up');
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.describe()}\n`);
    return error.code === 'INTERRUPTED' ? 130 : 1;
  }
}

/**
 * @param {{ name: string | undefined, command: import('./commands.mjs').Command, progress:
 *   import('./progress.mjs').Progress }} o
 */
async function setUp({ name, command, progress }) {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  try {
    const facts = readFacts();
    checkSystem(facts);
    const cache = cacheRoot();
    const logs = join(cache, 'logs');
    const finder = systemFinder();
    const context = {
      root: treeRoot,
      cache,
      logs,
      env: process.env,
      facts,
      finder,
      progress,
      signal: interrupt.signal,
    };
    /** @type {Record<string, string | undefined>} */
    const env = { ...process.env };
    // Lets the cloud print the time since the command was typed.
    if (name === 'start') env['MERIDIAN_COMMANDED_AT_MS'] = String(Math.round(performance.timeOrigin));
    // A process with cached compiled modules starts in half the time.
    env['NODE_COMPILE_CACHE'] = join(cache, 'compiled');
    return { env, ...(await runSteps({ command, env, context })) };
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, onSignal);
  }
}
