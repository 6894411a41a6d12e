// Turns of a file thread. Jobs that wait for the disk at the same time share its syncs: each runs up to its next
// sync, then all files and folders are synced, one that several jobs name once.
import type { FileJob, FileJobEnd, FileStep } from './steps.ts';

type Sync = FileStep & { readonly do: 'sync' };

export interface JobTurnsOptions {
  /** Does a step. Returns the folders in which it made folders. */
  run(step: Exclude<FileStep, Sync>): readonly string[];
  syncFile(path: string): void;
  syncFolder(path: string): void;
  onEnd(end: FileJobEnd): void;
}

interface Running {
  readonly job: FileJob;
  /** Step that is next. */
  at: number;
  /** Folders with names that the next sync of the job makes durable. */
  changed: string[];
}

export class JobTurns {
  readonly #o: JobTurnsOptions;
  readonly #running = new Set<Running>();

  constructor(o: JobTurnsOptions) {
    this.#o = o;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  add(job: FileJob): void {
    this.#running.add({ job, at: 0, changed: [] });
  }

  /** Runs all jobs up to their next sync, and then the syncs. */
  turn(): void {
    for (const one of this.#running) this.#attempt(one, () => this.#runToSync(one));
    const synced = new Map<string, () => void>();
    for (const one of this.#running) this.#attempt(one, () => this.#sync(one, synced));
  }

  /** Ends the job with the failure of this work. */
  #attempt(one: Running, work: () => void): void {
    try {
      work();
    } catch (error) {
      const { code = 'EIO', message } = error as { readonly code?: string; readonly message: string };
      this.#end(one, { number: one.job.number, failure: { code, message } });
    }
  }

  #runToSync(one: Running): void {
    const { steps, number } = one.job;
    for (; one.at < steps.length; one.at += 1) {
      const step = steps[one.at] as FileStep;
      if (step.do === 'sync') return;
      one.changed.push(...this.#o.run(step));
    }
    this.#end(one, { number });
  }

  #sync(one: Running, synced: Map<string, () => void>): void {
    const { files = [], folders = [] } = one.job.steps[one.at] as Sync;
    for (const path of files) once(synced, path, () => this.#o.syncFile(path));
    for (const path of [...one.changed, ...folders]) once(synced, path, () => this.#o.syncFolder(path));
    one.changed = [];
    one.at += 1;
  }

  #end(one: Running, end: FileJobEnd): void {
    this.#running.delete(one);
    this.#o.onEnd(end);
  }
}

/** Syncs a path, or fails as its sync did: the kernel reports a lost write only once. */
function once(synced: Map<string, () => void>, path: string, sync: () => void): void {
  let repeat = synced.get(path);
  if (repeat === undefined) {
    try {
      sync();
      repeat = () => undefined;
    } catch (error) {
      repeat = () => {
        throw error;
      };
    }
    synced.set(path, repeat);
  }
  repeat();
}
