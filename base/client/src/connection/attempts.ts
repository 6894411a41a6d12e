// One attempt to connect at a time: what an older one still answers, or rejects with, reaches nothing.
import { asClientError, MeridianClientError } from '../errors.ts';

export interface AttemptOptions<Result> {
  /** An attempt that takes longer fails with REQUEST_TIMEOUT; undefined: it may take any time. */
  readonly deadlineMs: number | undefined;
  done(result: Result): void;
  failed(error: MeridianClientError): void;
}

export class Attempts {
  #number = 0;
  #abort = new AbortController();
  #deadline: ReturnType<typeof setTimeout> | undefined;

  /** Gives up the attempt under way and starts the next; its `signal` is aborted when it is given up. */
  run<Result>(task: (signal: AbortSignal) => Promise<Result>, o: AttemptOptions<Result>): void {
    this.giveUp();
    const number = this.#number;
    const { deadlineMs } = o;
    this.#abort = new AbortController();
    if (deadlineMs !== undefined) this.#deadline = setTimeout(() => o.failed(timeout(deadlineMs)), deadlineMs);
    task(this.#abort.signal).then(
      (result) => {
        if (number !== this.#number) return;
        this.liftDeadline();
        o.done(result);
      },
      (error: unknown) => {
        if (number === this.#number) o.failed(asClientError(error, 'SOCKET_FAILED'));
      },
    );
  }

  giveUp(): void {
    this.liftDeadline();
    this.#abort.abort();
    this.#number += 1;
  }

  /** The attempt under way may take any time. */
  liftDeadline(): void {
    clearTimeout(this.#deadline);
  }
}

const timeout = (deadlineMs: number): MeridianClientError =>
  new MeridianClientError('REQUEST_TIMEOUT', `the attempt to connect again had not ended after ${deadlineMs} ms`);
