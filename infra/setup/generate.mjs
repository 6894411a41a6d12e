import { join } from 'node:path';
import process from 'node:process';
import { explain, SetupError } from './error.mjs';
import { ensureGenerated, generatedPackages } from './generated.mjs';
import { findNode } from './npm.mjs';
import { cacheRoot, treeRoot } from './paths.mjs';
import { createProgress } from './progress.mjs';
import { readFacts } from './system.mjs';

// `npm run generate -w NAME`: runs the generation step of the set-up for one package.

process.exitCode = await main(process.argv.slice(2));

/**
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
async function main(argv) {
  const packages = generatedPackages.filter(({ name }) => name === argv[0]);
  if (argv.length !== 1 || packages.length === 0) {
    const names = generatedPackages.map(({ name }) => name).join('|');
    process.stderr.write(`usage: node infra/setup/generate.mjs <${names}>\n`);
    return 2;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupt.abort());
  const progress = createProgress({ output: process.stderr, nowMs: () => performance.now() });
  const cache = cacheRoot();
  try {
    const node = findNode(treeRoot, readFacts());
    const place = { root: treeRoot, cache, logs: join(cache, 'logs') };
    await ensureGenerated({ ...place, node, env: process.env, progress, signal: interrupt.signal }, packages);
    return 0;
  } catch (caught) {
    const error = explain(caught, 'generating code');
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.describe()}\n`);
    return error.code === 'INTERRUPTED' ? 130 : 1;
  }
}
