// Runs several file operations as one job in a thread: waking a thread for each of them would cost more than they do.
import { Worker } from 'node:worker_threads';
import type { FileJob, FileJobEnd, FileStep } from './steps.ts';

/** Bound of the jobs that wait: each is of an upload or an object, and they wait for one disk. */
const JOBS_MAX = 10_000;

interface Waiting {
  readonly ended: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export class FileThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;
  #isClosed = false;

  /**
   * Rejects with the error of the first step that fails, with its `code` (`EEXIST`, …); the steps before it stay done.
   * The thread starts with the first job. Memory in `moved` is copied no more, and is lost to the caller.
   */
  run(steps: readonly FileStep[], moved: readonly ArrayBuffer[] = []): Promise<void> {
    if (this.#isClosed) return Promise.reject(failed('EPIPE', 'the file thread is closed'));
    if (this.#waiting.size >= JOBS_MAX) return Promise.reject(failed('EAGAIN', 'too many jobs wait for the disk'));
    this.#worker ??= this.#start();
    this.#last += 1;
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(this.#last, { ended, resolve, reject });
    this.#worker.ref();
    this.#worker.postMessage({ number: this.#last, steps } satisfies FileJob, moved);
    return ended;
  }

  /** Waits for the jobs under way. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    await Promise.allSettled([...this.#waiting.values()].map(({ ended }) => ended));
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./thread.ts', import.meta.url));
    worker.on('message', ({ number, failure }: FileJobEnd) => {
      const one = this.#waiting.get(number);
      this.#waiting.delete(number);
      // A job keeps the process, the idle thread does not.
      if (this.#waiting.size === 0) worker.unref();
      if (failure === undefined) one?.resolve();
      else one?.reject(failed(failure.code, failure.message));
    });
    let reason: unknown;
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values())
        reject(failed('EIO', `the file thread ended: ${String(reason)}`));
      this.#waiting.clear();
    });
    return worker;
  }
}

const failed = (code: string, message: string): Error => Object.assign(new Error(message), { code });
