// A small typed emitter. A listener's error is reported (as an uncaught error where the platform can) and breaks
// neither other listeners nor us.
import { MeridianClientError } from './errors.ts';

export type EventArguments = Record<string, unknown[]>;
type Listener<A extends unknown[]> = (...args: A) => void;

// fits a room of 1,000 tiles with a few listeners each; a caller with more forgets to unsubscribe
const listenersPerEventMax = 4096;

export class Emitter<M extends { [K in keyof M]: unknown[] }> {
  readonly #listeners = new Map<keyof M, Set<Listener<never>>>();

  /** Calls `listener` at every `event` until `off`; a function registered twice, once. Throws LISTENER_LIMIT. */
  on<K extends keyof M>(event: K, listener: Listener<M[K]>): this {
    const listeners = this.#listeners.get(event) ?? new Set();
    if (listeners.size >= listenersPerEventMax) {
      throw new MeridianClientError('LISTENER_LIMIT', `${String(event)}: at most ${listenersPerEventMax} listeners`);
    }
    listeners.add(listener);
    this.#listeners.set(event, listeners);
    return this;
  }

  once<K extends keyof M>(event: K, listener: Listener<M[K]>): this {
    const onceOnly: Listener<M[K]> = (...args) => {
      this.off(event, onceOnly);
      listener(...args);
    };
    return this.on(event, onceOnly);
  }

  off<K extends keyof M>(event: K, listener: Listener<M[K]>): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  removeAllListeners(): this {
    this.#listeners.clear();
    return this;
  }

  listenerCount(event: keyof M): number {
    return this.#listeners.get(event)?.size ?? 0;
  }

  /** Calls the present listeners in order of registration; returns whether there was any. */
  emit<K extends keyof M>(event: K, ...args: M[K]): boolean {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined || listeners.size === 0) return false;
    for (const listener of [...listeners]) {
      try {
        (listener as unknown as Listener<M[K]>)(...args);
      } catch (error) {
        report(error);
      }
    }
    return true;
  }
}

/** Hands an error of a listener to the platform's error handling: a page's, or the console. */
export function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (typeof reportError === 'function') reportError(error);
  else console.error(error);
}
