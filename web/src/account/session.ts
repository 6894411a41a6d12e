// Who is signed in. Questions that find the session ended wait for somebody to sign in again.
import { Store } from '../room/store.ts';
import { ApiProblem, type Ask } from './api.ts';

const ENDED: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'SESSION_ENDED']);

export class Session {
  /** Is somebody to sign in again? */
  readonly ended = new Store(false);
  readonly #ask: Ask;
  #waiting: (() => void)[] = [];

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** As `askApi`, but for a session that has ended. */
  readonly ask: Ask = async (question) => {
    try {
      return await this.#ask(question);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !ENDED.has(error.code)) throw error;
      await this.#signedInAgain();
      return await this.ask(question);
    }
  };

  /** Somebody has: what waits is asked again. */
  readonly signedIn = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.ended.set(false);
    for (const goOn of waiting) goOn();
  };

  #signedInAgain(): Promise<void> {
    this.ended.set(true);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
