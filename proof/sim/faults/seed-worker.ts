// Worker thread of a campaign: runs the seeds that it receives, one at a time, and returns their results. An error ends
// the thread, and so the campaign (seed-threads.ts).
import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedOptions } from './run-seed.ts';

const port = parentPort;
if (port === null) throw new Error('this file runs as a thread of a campaign');

port.on('message', (options: SeedOptions) => {
  runSeed(options).then(
    (run) => port.postMessage(run),
    (error: unknown) => {
      // An error thrown outside of the promise ends the thread and reaches the thread that made it.
      setImmediate(() => {
        throw new Error(`seed ${options.seed} cannot be run: ${String(error)}`, { cause: error });
      });
    },
  );
});
