// Runs a single attempt to connect at a time; results and errors of older attempts are dropped.
import { asClientError, MeridianClientError } from '../errors.ts';

export interface AttemptOptions<Result> {
  /** Time after which the attempt fails with REQUEST_TIMEOUT; undefined for no limit. */
  readonly deadlineMs: number | undefined;
  done(result: Result): void;
  failed(error: MeridianClientError): void;
}

export class Attempts {
  #number = 0;
  #abort = new AbortController();
  #deadline: ReturnType<typeof setTimeout> | undefined;

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

  liftDeadline(): void {
    clearTimeout(this.#deadline);
  }
}

const timeout = (deadlineMs: number): MeridianClientError =>
  new MeridianClientError('REQUEST_TIMEOUT', `the attempt to connect again had not ended after ${deadlineMs} ms`);
