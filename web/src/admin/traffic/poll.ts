// A value that is asked for again and again while the page is visible. Timers and the page's visibility are ports.
import { Store } from '../../room/store.ts';

export interface PollPorts {
  /** Calls `then` after a time; answers what cancels that. */
  after(ms: number, then: () => void): () => void;
  isVisible(): boolean;
  /** Calls `then` when the page is shown or hidden; answers what ends that. */
  onVisibility(then: () => void): () => void;
}

export interface Polled<T> {
  /** The last one that came; undefined: none has come yet. */
  readonly value: T | undefined;
  /** Why the latest call failed; undefined: it did not. */
  readonly problem: unknown;
}

export interface PollOptions<T> {
  load(): Promise<T>;
  /** From an answer to the next call. */
  readonly everyMs: number;
  readonly ports: PollPorts;
}

/** `close` ends it: no call is made then, and what still arrives is not shown. */
export class Poll<T> {
  readonly state = new Store<Polled<T>>({ value: undefined, problem: undefined });
  readonly #o: PollOptions<T>;
  #cancel: (() => void) | undefined;
  #endWatch: (() => void) | undefined;
  /** Of the latest call: answers of earlier ones are old. */
  #call = 0;
  #isClosed = false;

  constructor(o: PollOptions<T>) {
    this.#o = o;
  }

  /** Asks at once, and then as long as the page is visible. */
  start(): void {
    const { ports } = this.#o;
    this.#endWatch = ports.onVisibility(() => {
      if (ports.isVisible()) void this.now();
      else this.#pause();
    });
    void this.now();
  }

  /** Asks now: something has changed. An answer that is on its way is not shown. */
  async now(): Promise<void> {
    this.#pause();
    if (this.#isClosed) return;
    this.#call += 1;
    const mine = this.#call;
    const before = this.state.get();
    const found = await this.#o.load().then(
      (value) => ({ value, problem: undefined }),
      (problem: unknown) => ({ value: before.value, problem }),
    );
    if (this.#isClosed || mine !== this.#call) return;
    this.state.set(found);
    const { ports, everyMs } = this.#o;
    if (ports.isVisible()) this.#cancel = ports.after(everyMs, () => void this.now());
  }

  close(): void {
    this.#isClosed = true;
    this.#pause();
    this.#endWatch?.();
    this.#endWatch = undefined;
  }

  #pause(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
