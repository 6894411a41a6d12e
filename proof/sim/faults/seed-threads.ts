// Runs seeds in threads. Each thread has a JavaScript context of its own, so seeds share nothing and run in parallel. A
// thread that ends by itself fails its current seed and all later ones.
import { Worker } from 'node:worker_threads';
import type { SeedOptions, SeedRun } from './run-seed.ts';

/** Runs one seed, as `runSeed`, in any thread. Rejects when the seed cannot be run. */
export type RunSeed = (options: SeedOptions) => Promise<SeedRun>;

const workerFile = new URL('./seed-worker.ts', import.meta.url);

export class SeedThread {
  readonly #worker: Worker;
  #pendingRun: PromiseWithResolvers<SeedRun> | undefined;
  #seed: number | undefined;
  #failure: Error | undefined;

  constructor(file: URL = workerFile) {
    this.#worker = new Worker(file);
    this.#worker.on('message', (run: SeedRun) => {
      const waiting = this.#pendingRun;
      this.#pendingRun = undefined;
      waiting?.resolve(run);
    });
    this.#worker.on('messageerror', (error) => this.#fail(error));
    this.#worker.on('error', (error) => this.#fail(error));
    // The thread may also end without an error, by `process.exit` or for lack of memory.
    this.#worker.on('exit', (code) => this.#fail(new Error(`it ended with code ${code}`)));
  }

  readonly run: RunSeed = (options) => {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#pendingRun !== undefined) return Promise.reject(new Error('a thread runs one seed at a time'));
    const pendingRun = Promise.withResolvers<SeedRun>();
    this.#pendingRun = pendingRun;
    this.#seed = options.seed;
    this.#worker.postMessage(options);
    return pendingRun.promise;
  };

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#failure ??= new Error(`a thread of the campaign has failed, seed ${this.#seed ?? '(none)'}: ${message}`, {
      cause,
    });
    this.#pendingRun?.reject(this.#failure);
    this.#pendingRun = undefined;
  }
}
