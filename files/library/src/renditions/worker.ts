// Runs tasks of renditions and trims of the queue, one per core share. Objects of a task without an effect are removed.
import { type QueueTask, type TaskFailure, type TaskPort, TaskWorker } from '@meridian/node-shell';
import { StoreError } from '@meridian/object-store';
import type { Clock, Logger } from '@meridian/runtime';
import { RenditionError } from '../core/renditions/errors.ts';
import { FileRefused } from '../core/retry.ts';
import { TRIM, type Trims } from '../trimming/trims.ts';
import { removeOwn } from './join.ts';
import { Job, type RenditionContext } from './rendition-context.ts';
import { runTask } from './run-task.ts';
import { isRenditionKind, payloadOf, renditionKinds } from './tasks.ts';

export interface WorkerOptions {
  readonly context: RenditionContext;
  /** Absent: the node makes no trims. */
  readonly trims?: Trims | undefined;
  readonly port: TaskPort;
  /** Concurrent tasks; each has the threads of the shop's settings. */
  readonly slots: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  /** `code` is that of `TaskEnd`. */
  onEnded?(kind: string, code: string): void;
}

export const renditionWorker = (o: WorkerOptions): TaskWorker =>
  new TaskWorker({
    kinds: o.trims === undefined ? renditionKinds : [...renditionKinds, TRIM],
    port: o.port,
    slots: o.slots,
    clock: o.clock,
    log: o.log,
    async run({ kind, tenant, lease, attempt, payload }, of) {
      if (kind === TRIM && o.trims !== undefined)
        return await o.trims.run(o.context, { tenant, lease, attempt, payload }, of);
      if (!isRenditionKind(kind)) throw new RenditionError('TASK_INVALID', `unknown kind of task: ${kind}`);
      return await runTask(o.context, Object.assign({ kind, tenant, lease, payload }, of));
    },
    failureOf,
    async onEnded(task, { code, isKept }) {
      // An unknown kind from the wire must not create a series of its own.
      o.onEnded?.(isRenditionKind(task.kind) || task.kind === TRIM ? task.kind : 'unknown', code);
      await o.trims?.ended(task, { isKept });
      // After a lost answer the end may have counted, so objects stay; `join` removes those of other runs.
      if (!isKept) await clear(o, task);
    },
  });

function failureOf(error: unknown): TaskFailure | undefined {
  if (error instanceof FileRefused) return { code: error.code, detail: error.message, retryable: false };
  if (!(error instanceof RenditionError || error instanceof StoreError)) return undefined;
  return { code: error.code, detail: error.message, retryable: error.retryable };
}

/** Objects that stay, because the store is silent, are removed when the content is joined or erased. */
async function clear({ context, log }: WorkerOptions, { kind, tenant, lease, payload, id }: QueueTask): Promise<void> {
  const signal = new AbortController().signal;
  try {
    if (!isRenditionKind(kind)) return;
    const { contentId } = payloadOf(kind, payload);
    await removeOwn(new Job(context, { tenant, contentId, lease, signal, onDone: () => undefined }));
  } catch (error) {
    const isNone = error instanceof RenditionError && error.code === 'TASK_INVALID';
    if (!isNone) log.warn({ err: error, task: id }, 'objects of a failed task could not be removed');
  }
}
