// Waits of composing on a clock that the caller advances: for decoders and encoders, which work at their own speed.
import type { Clock } from '@meridian/runtime';

export class Changes {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #checks = new Set<() => void>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  note(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Resolves with true when `isSo` holds, which is looked at now and at each `note`; with false after `limitMs`. */
  async until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    if (isSo()) return true;
    const found = Promise.withResolvers<boolean>();
    const check = (): void => {
      if (isSo()) found.resolve(true);
    };
    this.#checks.add(check);
    const timer = this.#clock.after(limitMs, () => found.resolve(false));
    try {
      return await found.promise;
    } finally {
      timer.cancel();
      this.#checks.delete(check);
    }
  }
}
