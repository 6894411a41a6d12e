// Runs several file operations as one job in a thread: waking a thread for each of them would cost more than they do.
import { Worker } from 'node:worker_threads';
import type { FileJob, FileJobEnd, FileStep } from './steps.ts';

/** Threads that wait for the disk at the same time, as many as Node has for single operations. */
const THREADS_MAX = 4;
/** Bound of the jobs that wait: each is of an upload or an object, and they wait for one disk. */
const JOBS_MAX = 10_000;

interface Waiting {
  readonly ended: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

export class FileThreads {
  readonly #threads = new Set<Thread>();
  #last = 0;
  #isClosed = false;

  /**
   * Rejects with the error of the first step that fails, with its `code` (`EEXIST`, …); the steps before it stay done.
   * A thread starts when the others have jobs. Memory in `moved` is copied no more, and is lost to the caller.
   */
  run(steps: readonly FileStep[], moved: readonly ArrayBuffer[] = []): Promise<void> {
    if (this.#isClosed) return Promise.reject(failed('EPIPE', 'the file threads are closed'));
    const [least] = [...this.#threads].sort((a, b) => a.waiting.size - b.waiting.size);
    if (least !== undefined && least.waiting.size >= JOBS_MAX / THREADS_MAX)
      return Promise.reject(failed('EAGAIN', 'too many jobs wait for the disk'));
    const isFree = least !== undefined && (least.waiting.size === 0 || this.#threads.size >= THREADS_MAX);
    const { worker, waiting } = isFree ? least : this.#start();
    this.#last += 1;
    worker.postMessage({ number: this.#last, steps } satisfies FileJob, moved);
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    waiting.set(this.#last, { ended, resolve, reject });
    worker.ref();
    return ended;
  }

  /** Waits for the jobs under way. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads];
    await Promise.allSettled(threads.flatMap(({ waiting }) => [...waiting.values()].map(({ ended }) => ended)));
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./thread.ts', import.meta.url));
    const waiting = new Map<number, Waiting>();
    const thread = { worker, waiting };
    this.#threads.add(thread);
    worker.on('message', ({ number, failure }: FileJobEnd) => {
      const one = waiting.get(number);
      waiting.delete(number);
      // A job keeps the process, an idle thread does not.
      if (waiting.size === 0) worker.unref();
      if (failure === undefined) one?.resolve();
      else one?.reject(failed(failure.code, failure.message));
    });
    let reason: unknown;
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', () => {
      this.#threads.delete(thread);
      for (const { reject } of waiting.values()) reject(failed('EIO', `a file thread ended: ${String(reason)}`));
    });
    return thread;
  }
}

const failed = (code: string, message: string): Error => Object.assign(new Error(message), { code });
