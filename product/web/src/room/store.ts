/** A value with listeners, for React's useSyncExternalStore. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /**
   * Calls the listener after a task in which the value changed, once for all its changes. A join changes it several
   * times, and each call renders the page.
   */
  readonly subscribeByTask = (listener: () => void): (() => void) => {
    const { port1, port2 } = new MessageChannel();
    let isDue = false;
    port1.onmessage = () => {
      isDue = false;
      listener();
    };
    const stop = this.subscribe(() => {
      if (!isDue) port2.postMessage(null);
      isDue = true;
    });
    return () => {
      stop();
      port1.close();
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
