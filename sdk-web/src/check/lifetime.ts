// Closes the resources of one check once, the newest first, however the check ends.
import { MeridianClientError, report } from '@meridian/client';

export class Lifetime {
  readonly #ended = new AbortController();
  readonly #closers: (() => void)[] = [];

  constructor(signal: AbortSignal | undefined) {
    if (signal === undefined) return;
    const end = (): void => this.close();
    if (signal.aborted) end();
    else {
      signal.addEventListener('abort', end, { once: true });
      this.add(() => signal.removeEventListener('abort', end));
    }
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Calls `close` at the end; at once if the check has ended. */
  add(close: () => void): void {
    if (this.signal.aborted) close();
    else this.#closers.push(close);
  }

  /** Throws CONNECT_ABORTED after the end. */
  assertNotEnded(): void {
    if (this.signal.aborted) throw new MeridianClientError('CONNECT_ABORTED');
  }

  /** Returns the result of `work`, or undefined after `ms`. Rejects with CONNECT_ABORTED at the end. */
  async within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
    work.catch(() => undefined); // it may fail after `ms`
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), ms);
    const end = (): void => reject(new MeridianClientError('CONNECT_ABORTED'));
    this.signal.addEventListener('abort', end, { once: true });
    if (this.signal.aborted) end();
    try {
      return await Promise.race([promise, work]);
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', end);
    }
  }

  async wait(ms: number): Promise<void> {
    await this.within(new Promise<never>(() => undefined), ms);
  }

  close(): void {
    if (this.signal.aborted) return;
    this.#ended.abort();
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        close();
      } catch (error) {
        report(error);
      }
    }
  }
}
