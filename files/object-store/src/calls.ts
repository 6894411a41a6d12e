import type { Clock } from '@meridian/runtime';
import { StoreError } from './core/errors.ts';

/**
 * A call's signal fires when its caller aborts (`STORE_ABORTED`), at its deadline (`STORE_UNREACHABLE`) or when the
 * store closes (`STORE_CLOSED`). The call rejects at once, even if the work ignores signals like a hung disk.
 */
export class Calls {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(o: { clock: Clock; deadlineMs: number }) {
    this.#clock = o.clock;
    this.#deadlineMs = o.deadlineMs;
  }

  /** Runs `work` as one call. Rejects only with a `StoreError`: `translate` converts other errors. */
  async run<T>(
    signal: AbortSignal | undefined,
    translate: (error: unknown) => StoreError,
    work: (signal: AbortSignal) => Promise<T>,
    deadlineMs: number = this.#deadlineMs,
  ): Promise<T> {
    if (this.#closing.signal.aborted) throw new StoreError('STORE_CLOSED');
    if (signal?.aborted) throw new StoreError('STORE_ABORTED', undefined, { cause: signal.reason });
    const callEnd = new AbortController();
    const ended = Promise.withResolvers<never>();
    const end = (error: StoreError): void => {
      callEnd.abort(error);
      ended.reject(error);
    };
    const timer = this.#clock.after(deadlineMs, () =>
      end(new StoreError('STORE_UNREACHABLE', `no answer within ${deadlineMs} ms`)),
    );
    const onAbort = (): void => end(new StoreError('STORE_ABORTED', undefined, { cause: signal?.reason }));
    const onClose = (): void => end(new StoreError('STORE_CLOSED'));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#closing.signal.addEventListener('abort', onClose, { once: true });
    const working = work(callEnd.signal);
    this.#follow(working);
    try {
      return await Promise.race([working, ended.promise]);
    } catch (error) {
      if (callEnd.signal.aborted) throw callEnd.signal.reason;
      throw error instanceof StoreError ? error : translate(error);
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
      this.#closing.signal.removeEventListener('abort', onClose);
    }
  }

  /** Ends all calls and waits for their work, up to the deadline. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#running.size === 0) return;
    const closeLimit = Promise.withResolvers<void>();
    const timer = this.#clock.after(this.#deadlineMs, closeLimit.resolve);
    await Promise.race([Promise.allSettled([...this.#running]), closeLimit.promise]);
    timer.cancel();
  }

  #follow(working: Promise<unknown>): void {
    const settled = (): void => {
      this.#running.delete(working);
    };
    this.#running.add(working);
    working.then(settled, settled);
  }
}

/** Serialises work by key; other keys do not wait. Holds only keys in use. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const ownWork = before === undefined ? work() : before.then(work, work);
    this.#last.set(key, ownWork);
    try {
      return await ownWork;
    } finally {
      if (this.#last.get(key) === ownWork) this.#last.delete(key);
    }
  }
}
