// A thread of a campaign: runs the seeds that it is sent, one at a time, and sends back what came of each. An error
// ends the thread, and so the campaign (seed-threads.ts).
import { parentPort } from 'node:worker_threads';
import { runSeed, type SeedOptions } from './run-seed.ts';

const port = parentPort;
if (port === null) throw new Error('this file runs as a thread of a campaign');

port.on('message', (options: SeedOptions) => {
  runSeed(options).then(
    (run) => port.postMessage(run),
    (error: unknown) => {
      // Thrown outside of the promise: it is the thread's own end, and its maker hears of it.
      setImmediate(() => {
        throw new Error(`seed ${options.seed} cannot be run: ${String(error)}`, { cause: error });
      });
    },
  );
});
