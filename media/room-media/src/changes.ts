// Waits of composing on a clock that the caller advances: for decoders and encoders, which work at their own speed.

interface Alarms {
  after(delayMs: number, fn: () => void): { cancel(): void };
}

export class Changes {
  readonly #clock: Alarms;
  readonly #checks = new Set<() => void>();

  constructor(clock: Alarms) {
    this.#clock = clock;
  }

  note(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Resolves with true when `isSo` holds, which is looked at now and at each `note`; with false after `limitMs`. */
  until(isSo: () => boolean, limitMs: number): Promise<boolean> {
    if (isSo()) return Promise.resolve(true);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const end = (isFound: boolean): void => {
      timer.cancel();
      this.#checks.delete(check);
      resolve(isFound);
    };
    const check = (): void => {
      if (isSo()) end(true);
    };
    const timer = this.#clock.after(limitMs, () => end(false));
    this.#checks.add(check);
    return promise;
  }
}
