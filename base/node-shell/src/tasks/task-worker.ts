// Runs tasks of the api's queue. A task that loses its lease is abandoned.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { QueueTask, TaskFailure, TaskLease, TaskOutcome, TaskPort } from './task-port.ts';

export interface TaskWorkerOptions {
  readonly kinds: readonly string[];
  readonly port: TaskPort;
  /** Concurrent tasks. */
  readonly slots: number;
  /** Returns false while no task may begin. It is asked before each call of the queue. */
  canTake?(): boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  /** Resolves with the result, which becomes JSON. The signal fires when the lease is lost or the worker closes. */
  run(task: QueueTask, o: { readonly signal: AbortSignal; onDone(done: number): void }): Promise<unknown>;
  /** Returns undefined for an unexpected error, which the queue sees as `INTERNAL`. */
  failureOf(error: unknown): TaskFailure | undefined;
  /** The worker waits for it. Its rejection is logged. */
  onEnded?(task: QueueTask, end: TaskEnd): Promise<void> | void;
}

export interface TaskEnd {
  /** `''`, the reason of the failure, or `LEASE_LOST` when the end did not count. */
  readonly code: string;
  /** False when the result cannot have counted. It may have counted after a lost answer. */
  readonly isKept: boolean;
}

/** Bounds of the queue's pause: short enough that work does not wait, long enough that polling is cheap. */
const POLL_MS = { least: 100, most: 60_000 } as const;
/** Pause while `canTake` is false. */
const BUSY_MS = 1000;
/** Pauses while no api answers; each is twice the one before. */
const AWAY_MS = { first: 200, most: 5000 } as const;
/** Renewals within a lease's time, of which two may fail before the lease lapses. */
const RENEWALS = 3;
const END_RETRY_MS = 1000;

export class TaskWorker {
  readonly #o: TaskWorkerOptions;
  readonly #running = new Map<string, { readonly ending: AbortController; readonly ended: Promise<void> }>();
  #timer: Timer | undefined;
  #isTaking = false;
  #isClosed = false;
  #failures = 0;

  constructor(o: TaskWorkerOptions) {
    this.#o = o;
    void this.#poll();
  }

  get running(): number {
    return this.#running.size;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    const running = [...this.#running.values()];
    for (const { ending } of running) ending.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #poll(): Promise<void> {
    this.#timer?.cancel();
    const free = this.#o.slots - this.#running.size;
    if (this.#isTaking || this.#isClosed || free <= 0) return;
    this.#isTaking = true;
    const againMs = this.#o.canTake?.() === false ? BUSY_MS : await this.#take(free);
    this.#isTaking = false;
    if (!this.#isClosed) this.#timer = this.#o.clock.after(againMs, () => void this.#poll());
  }

  async #take(free: number): Promise<number> {
    try {
      const { tasks, againMs } = await this.#o.port.take(this.#o.kinds, free);
      this.#failures = 0;
      // A task that arrives after `close` is not started: its lease lapses.
      if (!this.#isClosed) for (const task of tasks.slice(0, free)) this.#begin(task);
      return Math.min(POLL_MS.most, Math.max(POLL_MS.least, againMs || 0));
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) this.#o.log.warn({ err: error }, 'the task queue of the api cannot be reached');
      return Math.min(AWAY_MS.most, AWAY_MS.first * 2 ** (this.#failures - 1));
    }
  }

  #begin(task: QueueTask): void {
    const key = `${task.id} ${task.lease}`;
    if (this.#running.has(key)) return;
    const ending = new AbortController();
    const ended = this.#runToEnd(task, ending)
      .catch((error: unknown) => this.#o.log.warn({ err: error, task: task.id }, 'a task could not be ended'))
      .then(() => {
        this.#running.delete(key);
        void this.#poll();
      });
    this.#running.set(key, { ending, ended });
  }

  async #runToEnd(task: QueueTask, ending: AbortController): Promise<void> {
    const lease = new HeldLease(task, this.#o, ending);
    try {
      const outcome = await this.#outcome(task, ending.signal, (done) => lease.done(done));
      const isTaken = await lease.end(outcome);
      const code = isTaken ? codeOf(outcome) : 'LEASE_LOST';
      await this.#o.onEnded?.(task, { code, isKept: 'result' in outcome && (isTaken || lease.isUnsure) });
    } finally {
      lease.close();
    }
  }

  async #outcome(task: QueueTask, signal: AbortSignal, onDone: (done: number) => void): Promise<TaskOutcome> {
    try {
      return { result: JSON.stringify(await this.#o.run(task, { signal, onDone })) };
    } catch (error) {
      const failure = this.#o.failureOf(error);
      if (failure !== undefined) return failure;
      // An internal error: details go to the log, not to the queue.
      this.#o.log.warn({ err: error, task: task.id, kind: task.kind }, 'a task failed');
      return { code: 'INTERNAL', detail: '', retryable: true };
    }
  }
}

const codeOf = (outcome: TaskOutcome): string => ('code' in outcome ? outcome.code : '');

/** Renews a lease until it is lost, by the queue's answer or by the local clock. */
class HeldLease {
  readonly #task: QueueTask;
  readonly #o: TaskWorkerOptions;
  readonly #ending: AbortController;
  readonly #lost = Promise.withResolvers<void>();
  #isLost = false;
  #isClosed = false;
  #isUnsure = false;
  #done = 0;
  #leaseMs: number;
  #lapse: Timer;
  #renewal: Timer | undefined;

  constructor(task: QueueTask, o: TaskWorkerOptions, ending: AbortController) {
    this.#task = task;
    this.#o = o;
    this.#ending = ending;
    this.#leaseMs = task.leaseMs;
    this.#lapse = o.clock.after(this.#leaseMs, () => this.#lose());
    this.#scheduleRenewal();
  }

  /** True after a lost answer to the end, which may have counted. */
  get isUnsure(): boolean {
    return this.#isUnsure;
  }

  done(done: number): void {
    this.#done = Math.max(this.#done, done);
  }

  /** Reports the end until the queue answers or the lease is lost. Returns whether the end counts. */
  async end(outcome: TaskOutcome): Promise<boolean> {
    while (!this.#isLost) {
      try {
        return (await this.#o.port.end(this.#task.id, this.#task.lease, outcome)).isHeld;
      } catch (error) {
        this.#isUnsure = true;
        this.#o.log.warn({ err: error, task: this.#task.id }, 'the end of a task could not be reported yet');
        // The worker closes: the lease of an unreported task lapses and another worker takes it.
        if (this.#ending.signal.aborted) return false;
        await this.#pause();
      }
    }
    return false;
  }

  close(): void {
    this.#isClosed = true;
    this.#lapse.cancel();
    this.#renewal?.cancel();
  }

  async #pause(): Promise<void> {
    const waited = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(END_RETRY_MS, waited.resolve);
    await Promise.race([waited.promise, this.#lost.promise]);
    timer.cancel();
  }

  #scheduleRenewal(): void {
    this.#renewal = this.#o.clock.after(this.#leaseMs / RENEWALS, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { id, lease } = this.#task;
    // The local lease counts from the request, so it never ends later than the queue's.
    const askedMs = this.#o.clock.nowMs();
    try {
      const answer = await this.#o.port.renew(id, lease, this.#done);
      if (answer.isHeld) this.#held(answer, askedMs);
      else this.#lose();
    } catch (error) {
      this.#o.log.warn({ err: error, task: id }, 'a lease could not be renewed');
    }
    if (!this.#isClosed) this.#scheduleRenewal();
  }

  #held({ leaseMs }: TaskLease, askedMs: number): void {
    if (this.#isClosed) return;
    this.#leaseMs = leaseMs > 0 ? leaseMs : this.#leaseMs;
    this.#lapse.cancel();
    const leftMs = Math.max(0, this.#leaseMs - (this.#o.clock.nowMs() - askedMs));
    this.#lapse = this.#o.clock.after(leftMs, () => this.#lose());
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.close();
    this.#ending.abort();
    this.#lost.resolve();
  }
}
