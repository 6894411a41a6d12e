// Locks of parts for tus. A new request ends the previous one, whose client usually lost its network.
import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/server';

/** Bound of the requests that wait for a part: a client retries after a cut; only a faulty client exceeds the bound. */
const WAITING_MAX = 4;

interface HeldLock {
  release: RequestRelease;
  readonly released: Promise<void>;
  end(): void;
  waiting: number;
}

export class PartLocks implements Locker {
  readonly #locks = new Map<string, HeldLock>();

  newLock(id: string): Lock {
    let mine: HeldLock | undefined;
    return {
      lock: async (signal, release) => {
        mine = await this.#take(id, signal, release);
      },
      unlock: async () => {
        if (mine === undefined || this.#locks.get(id) !== mine) return;
        this.#locks.delete(id);
        mine.end();
      },
    };
  }

  async #take(id: string, signal: AbortSignal, release: RequestRelease): Promise<HeldLock> {
    for (let before = this.#locks.get(id); before !== undefined; before = this.#locks.get(id)) {
      if (before.waiting >= WAITING_MAX) throw ERRORS.ERR_LOCK_TIMEOUT;
      before.waiting += 1;
      await before.release();
      await Promise.race([before.released, aborted(signal)]);
      if (signal.aborted) throw ERRORS.ABORTED;
    }
    const { promise: released, resolve: end } = Promise.withResolvers<void>();
    const turn = { release, released, end, waiting: 0 };
    this.#locks.set(id, turn);
    return turn;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
