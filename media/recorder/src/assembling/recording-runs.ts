// Runs of tasks on recordings, which end when their recording is erased.
import { AssembleError } from '../core/assembling/errors.ts';
import { recordingPrefix } from '../core/names.ts';

interface Run {
  readonly controller: AbortController;
  readonly ended: Promise<unknown>;
}

export class RecordingRuns {
  /** By prefix; of an erased recording until its run has ended. */
  readonly #runs = new Map<string, Set<Run>>();

  /** Ends the runs of an erased recording; resolves when they read and send no more. */
  async abort(prefix: string): Promise<void> {
    const runs = [...(this.#runs.get(prefix) ?? [])];
    for (const { controller } of runs) controller.abort();
    await Promise.all(runs.map(({ ended }) => ended));
  }

  /**
   * Returns the result of `work`. Rejects with its error, and with `AssembleError` `RECORDING_ERASED` or `TASK_ABORTED`
   * when it was ended.
   */
  async run<T>(prefix: string, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const result = work(AbortSignal.any([outer, controller.signal]));
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    const run = { controller, ended };
    const runs = this.#runs.get(prefix) ?? new Set();
    this.#runs.set(prefix, runs.add(run));
    try {
      return await result;
    } catch (error) {
      if (controller.signal.aborted) throw new AssembleError('RECORDING_ERASED', undefined, { cause: error });
      throw outer.aborted ? new AssembleError('TASK_ABORTED', undefined, { cause: error }) : error;
    } finally {
      runs.delete(run);
      if (runs.size === 0 && this.#runs.get(prefix) === runs) this.#runs.delete(prefix);
    }
  }
}

/** Throws `AssembleError` `TASK_INVALID`. */
export function prefixOfTask(tenant: string, recordingId: string): string {
  try {
    return recordingPrefix(tenant, recordingId);
  } catch (cause) {
    throw new AssembleError('TASK_INVALID', 'no name of a recording', { cause });
  }
}
