// Runs the tasks `assemble` of the api's queue, one at a time: recordings of this process go on meanwhile.
import { type ApiLinks, apiTasks, type QueueTask, type TaskPort, TaskWorker } from '@meridian/node-shell';
import type { Store } from '@meridian/object-store';
import { ASSEMBLE, type AssembledRecording } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { AssembleError } from '../core/assembling/errors.ts';
import { recordingPrefix } from '../core/names.ts';
import { assemble } from './assemble.ts';
import { failureOf } from './failures.ts';
import type { StintPeers } from './stint-peers.ts';
import { openStints } from './stint-sources.ts';
import { assembleTaskOf } from './task.ts';
import { TaskUploads } from './task-uploads.ts';

export interface AssemblingOptions {
  readonly store: Store;
  readonly peers: Pick<StintPeers, 'read'>;
  readonly api: Pick<ApiLinks, 'call'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests: the queue, which is the api's by default. */
  readonly port?: TaskPort;
}

interface Run {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

export class Assembling {
  readonly #o: AssemblingOptions;
  readonly #worker: TaskWorker;
  /** By prefix; of an erased recording until its run has ended. */
  readonly #runs = new Map<string, Run>();
  readonly #counts = { done: 0, failed: 0, sentBytes: 0 };

  constructor(o: AssemblingOptions) {
    this.#o = o;
    this.#worker = new TaskWorker({
      kinds: [ASSEMBLE],
      port: o.port ?? apiTasks(o.api),
      slots: 1,
      clock: o.clock,
      log: o.log,
      run: (task, of) => this.#run(task, of),
      failureOf,
      onEnded: ({ id }, { code }) => {
        this.#counts[code === '' ? 'done' : 'failed'] += 1;
        o.log.info({ task: id, code }, 'the assembling of a recording has ended');
      },
    });
  }

  /** Totals since the start; `running` is now. */
  get figures(): {
    readonly running: number;
    readonly done: number;
    readonly failed: number;
    readonly sentBytes: number;
  } {
    return Object.assign({ running: this.#worker.running }, this.#counts);
  }

  /** Ends the assembling of an erased recording here; resolves when it reads and sends no more. */
  async abort(prefix: string): Promise<void> {
    const run = this.#runs.get(prefix);
    run?.controller.abort();
    await run?.ended;
  }

  /** Ends all runs, which other recorders continue. Idempotent. */
  async close(): Promise<void> {
    await this.#worker.close();
  }

  async #run(
    queued: QueueTask,
    o: { readonly signal: AbortSignal; onDone(done: number): void },
  ): Promise<AssembledRecording> {
    const { tenant, payload } = queued;
    const task = assembleTaskOf(payload);
    const prefix = prefixOf(tenant, task.recordingId);
    const { store, peers, api } = this.#o;
    const controller = new AbortController();
    const signal = AbortSignal.any([o.signal, controller.signal]);
    const work = async (): Promise<AssembledRecording> => {
      const read = await openStints({ task, tenant, prefix, store, peers, signal });
      const onSent = (bytes: number): void => {
        this.#counts.sentBytes += bytes;
      };
      const onDone = (done: number): void => o.onDone(done);
      return await assemble({ task, read, uploads: new TaskUploads(api, queued), signal, onDone, onSent });
    };
    const result = work();
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    const run = { controller, ended };
    this.#runs.set(prefix, run);
    try {
      return await result;
    } catch (error) {
      if (controller.signal.aborted) throw new AssembleError('RECORDING_ERASED', undefined, { cause: error });
      throw o.signal.aborted ? new AssembleError('TASK_ABORTED', undefined, { cause: error }) : error;
    } finally {
      if (this.#runs.get(prefix) === run) this.#runs.delete(prefix);
    }
  }
}

function prefixOf(tenant: string, recordingId: string): string {
  try {
    return recordingPrefix(tenant, recordingId);
  } catch (cause) {
    throw new AssembleError('TASK_INVALID', 'no name of a recording', { cause });
  }
}
