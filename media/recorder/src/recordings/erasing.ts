// Erases recordings from this recorder's store and spool.
import { listAll, type Store } from '@meridian/object-store';
import { MeridianError, rpc, serve } from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import { prefixOf, type RecordingName } from '../stints/held-stints.ts';

/** Bound of parallel removals; an S3 store makes three requests for each. */
const PARALLEL_REMOVALS = 8;

export interface ErasingOptions {
  readonly store: Store;
  readonly isStoreShared: boolean;
  readonly log: Logger;
  isRunning(tenant: string, recordingId: string): boolean;
  readonly spool: { eraseSpooled(tenant: string, recordingId: string): Promise<void> };
  /** Work on recordings, which ends before their files are removed. */
  readonly tasks: readonly { abort(prefix: string): Promise<void> }[];
}

export class Erasing {
  readonly #o: ErasingOptions;
  readonly #erasures = new Map<string, Promise<number>>();

  constructor(o: ErasingOptions) {
    this.#o = o;
  }

  serveOn(link: Link): void {
    serve(link, rpc.eraseRecording, async (message) => ({
      objects: await this.erase(message),
      shared: this.#o.isStoreShared,
    }));
  }

  /**
   * Removes a recording from the store and this recorder's spool; returns the number of objects, 0 for an unknown one.
   * Rejects with REQUEST_INVALID (also while it is recorded here), OVERLOADED while spooled files are being uploaded,
   * INTERNAL when the store or the disk fails: ask again.
   */
  async erase(recording: RecordingName): Promise<number> {
    const prefix = prefixOf(recording);
    if (this.#o.isRunning(recording.tenant, recording.recordingId))
      throw new MeridianError('REQUEST_INVALID', 'the recording is running');
    let erasure = this.#erasures.get(prefix);
    if (erasure === undefined) {
      erasure = this.#erase(recording, prefix).finally(() => this.#erasures.delete(prefix));
      this.#erasures.set(prefix, erasure);
    }
    try {
      return await erasure;
    } catch (error) {
      if (error instanceof MeridianError) throw error;
      this.#o.log.warn({ err: error, prefix }, 'a recording is not erased');
      throw new MeridianError('INTERNAL', undefined, { cause: error });
    }
  }

  /** Resolves when no erasure runs. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#erasures.values());
  }

  async #erase({ tenant, recordingId }: RecordingName, prefix: string): Promise<number> {
    const { tasks, spool, store, log } = this.#o;
    await Promise.all(tasks.map((task) => task.abort(prefix)));
    await spool.eraseSpooled(tenant, recordingId);
    const objects = await removeBelow(store, prefix);
    log.info({ prefix, objects }, 'a recording is erased');
    return objects;
  }
}

/**
 * Removes all objects below a prefix; returns their number. A repeated call completes a failed one. Rejects as the
 * store does.
 */
export async function removeBelow(store: Store, prefix: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await listAll(store, prefix);
    if (found.length === 0) return removed;
    const left = found.map(({ key }) => key);
    const worker = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await store.remove(key);
    };
    await Promise.all(Array.from({ length: PARALLEL_REMOVALS }, worker));
    removed += found.length;
  }
}
