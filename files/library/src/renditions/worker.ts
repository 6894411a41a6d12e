// Runs rendition tasks of the queue, one per core share. A task that loses its lease is abandoned, and its objects are
// removed.
import { StoreError } from '@meridian/object-store';
import { restartPauseMs } from '@meridian/room-media/core';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { RenditionError } from '../core/renditions/errors.ts';
import { removeOwn } from './join.ts';
import { Job, type RenditionContext } from './rendition-context.ts';
import { runTask } from './run-task.ts';
import type { QueueTask, TaskLease, TaskOutcome, TaskPort } from './task-port.ts';
import { isRenditionKind, payloadOf, renditionKinds } from './tasks.ts';

export interface WorkerOptions {
  readonly context: RenditionContext;
  readonly port: TaskPort;
  /** Concurrent tasks; each has the threads of the shop's settings. */
  readonly slots: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  /** `code` is `''`, the reason of the failure, or `LEASE_LOST` when the end did not count. */
  onEnded?(kind: string, code: string): void;
}

/** Bounds of the queue's pause: short enough that work does not wait, long enough that polling is cheap. */
const POLL_MS = { least: 100, most: 60_000 } as const;
/** Renewals within a lease's time, of which two may fail before the lease lapses. */
const RENEWALS = 3;
const END_RETRY_MS = 1000;

export class RenditionWorker {
  readonly #o: WorkerOptions;
  readonly #running = new Map<string, { readonly ending: AbortController; readonly ended: Promise<void> }>();
  #timer: Timer | undefined;
  #isTaking = false;
  #isClosed = false;
  #failures = 0;

  constructor(o: WorkerOptions) {
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
    const againMs = await this.#take(free);
    this.#isTaking = false;
    if (!this.#isClosed) this.#timer = this.#o.clock.after(againMs, () => void this.#poll());
  }

  async #take(free: number): Promise<number> {
    try {
      const { tasks, againMs } = await this.#o.port.take(renditionKinds, free);
      this.#failures = 0;
      // A task that arrives after `close` is not started: its lease lapses.
      if (!this.#isClosed) for (const task of tasks.slice(0, free)) this.#begin(task);
      return Math.min(POLL_MS.most, Math.max(POLL_MS.least, againMs || 0));
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) this.#o.log.warn({ err: error }, 'the task queue of the api cannot be reached');
      return restartPauseMs(this.#failures);
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
      this.#count(task, isTaken ? codeOf(outcome) : 'LEASE_LOST');
      // After a lost answer the end may have counted, so objects stay; `join` removes those of other runs.
      const isKept = 'result' in outcome && (isTaken || lease.isUnsure);
      if (!isKept) await this.#clear(task);
    } finally {
      lease.close();
    }
  }

  #count({ kind }: QueueTask, code: string): void {
    // An unknown kind from the wire must not create a series of its own.
    this.#o.onEnded?.(isRenditionKind(kind) ? kind : 'unknown', code);
  }

  async #outcome(task: QueueTask, signal: AbortSignal, onDone: (done: number) => void): Promise<TaskOutcome> {
    const { kind, tenant, lease, payload } = task;
    try {
      if (!isRenditionKind(kind)) throw new RenditionError('TASK_INVALID', `unknown kind of task: ${kind}`);
      const result = await runTask(this.#o.context, { kind, tenant, lease, payload, signal, onDone });
      return { result: JSON.stringify(result) };
    } catch (error) {
      if (error instanceof RenditionError || error instanceof StoreError)
        return { code: error.code, detail: error.message, retryable: error.retryable };
      // An internal error: details go to the log, not to the queue.
      this.#o.log.warn({ err: error, task: task.id, kind }, 'a task failed');
      return { code: 'INTERNAL', detail: '', retryable: true };
    }
  }

  /** Objects that stay, because the store is silent, are removed when the content is joined or erased. */
  async #clear({ kind, tenant, lease, payload, id }: QueueTask): Promise<void> {
    const signal = new AbortController().signal;
    try {
      if (!isRenditionKind(kind)) return;
      const { contentId } = payloadOf(kind, payload);
      await removeOwn(new Job(this.#o.context, { tenant, contentId, lease, signal, onDone: () => undefined }));
    } catch (error) {
      const isNone = error instanceof RenditionError && error.code === 'TASK_INVALID';
      if (!isNone) this.#o.log.warn({ err: error, task: id }, 'objects of a failed task could not be removed');
    }
  }
}

const codeOf = (outcome: TaskOutcome): string => ('code' in outcome ? outcome.code : '');

/** Renews a lease until it is lost, by the queue's answer or by the local clock. */
class HeldLease {
  readonly #task: QueueTask;
  readonly #o: WorkerOptions;
  readonly #ending: AbortController;
  readonly #lost = Promise.withResolvers<void>();
  #isLost = false;
  #isClosed = false;
  #isUnsure = false;
  #done = 0;
  #leaseMs: number;
  #lapse: Timer;
  #renewal: Timer | undefined;

  constructor(task: QueueTask, o: WorkerOptions, ending: AbortController) {
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
