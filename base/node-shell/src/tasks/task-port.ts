// The api's queue of tasks, for a worker.
import { rpc } from '@meridian/protocol';
import type { ApiLinks } from '../api-links.ts';

export interface QueueTask {
  readonly id: string;
  readonly kind: string;
  /** Number of this run, from 1. */
  readonly attempt: number;
  /** Id of this run of the task. */
  readonly lease: string;
  readonly leaseMs: number;
  readonly tenant: string;
  readonly payload: string;
}

export interface TaskFailure {
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
}
export type TaskOutcome = { readonly result: string } | TaskFailure;

export interface TaskLease {
  /** False when another worker has the task, or it is no longer wanted. */
  readonly isHeld: boolean;
  readonly leaseMs: number;
}

/** Every call rejects when the queue cannot be reached. */
export interface TaskPort {
  /** Takes at most `free` tasks of these kinds; `againMs` is the time until the next call. */
  take(
    kinds: readonly string[],
    free: number,
  ): Promise<{ readonly tasks: readonly QueueTask[]; readonly againMs: number }>;
  renew(id: string, lease: string, done: number): Promise<TaskLease>;
  end(id: string, lease: string, outcome: TaskOutcome): Promise<TaskLease>;
}

const DEADLINE_MS = 10_000;
const DETAIL_CHARS = 300;

export function apiTasks(api: Pick<ApiLinks, 'call'>): TaskPort {
  return {
    async take(kinds, free) {
      const { tasks, againMs } = await api.call(rpc.takeTasks, { kinds: [...kinds], free }, DEADLINE_MS);
      return { tasks: tasks.map(taskOf), againMs };
    },
    renew: (id, lease, done) => api.call(rpc.renewTask, { id, lease, done }, DEADLINE_MS),
    end(id, lease, outcome) {
      const reported =
        'result' in outcome
          ? { id, lease, code: '', detail: '', retryable: false, result: outcome.result }
          : { id, lease, code: outcome.code, detail: cut(outcome.detail), retryable: outcome.retryable, result: '' };
      return api.call(rpc.endTask, reported, DEADLINE_MS);
    },
  };
}

/** Fills in the fields that the wire may omit. */
const taskOf = (task: { readonly [K in keyof QueueTask]?: QueueTask[K] | null | undefined }): QueueTask => ({
  id: task.id ?? '',
  kind: task.kind ?? '',
  attempt: task.attempt ?? 0,
  lease: task.lease ?? '',
  leaseMs: task.leaseMs ?? 0,
  tenant: task.tenant ?? '',
  payload: task.payload ?? '',
});

const cut = (text: string): string => text.slice(0, DETAIL_CHARS);
