// Runs the tasks `assemble` of the api's queue, one at a time: recordings of this process go on meanwhile.
import { type ApiLinks, apiTasks, type QueueTask, type TaskPort, TaskWorker } from '@meridian/node-shell';
import type { Store } from '@meridian/object-store';
import { ASSEMBLE, type AssembledRecording } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { assemble } from './assemble.ts';
import { failureOf } from './failures.ts';
import { prefixOfTask, RecordingRuns } from './recording-runs.ts';
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

export class Assembling {
  readonly #o: AssemblingOptions;
  readonly #worker: TaskWorker;
  readonly #runs = new RecordingRuns();
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
    await this.#runs.abort(prefix);
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
    const prefix = prefixOfTask(tenant, task.recordingId);
    const { store, peers, api } = this.#o;
    return await this.#runs.run(prefix, o.signal, async (signal) => {
      const read = await openStints({ task, tenant, prefix, store, peers, signal });
      const onSent = (bytes: number): void => {
        this.#counts.sentBytes += bytes;
      };
      const onDone = (done: number): void => o.onDone(done);
      return await assemble({ task, read, uploads: new TaskUploads(api, queued), signal, onDone, onSent });
    });
  }
}
