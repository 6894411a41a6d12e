// The session of the signed-in user. Calls that find it ended wait until the user has signed in again.
import { MeridianApiError } from '@meridian/api-client';
import { Store } from '../room/store.ts';
import type { Run } from './api.ts';
import { isSameUser, type User } from './core/user.ts';

const ENDED: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'SESSION_ENDED']);

export class Session {
  /** The user has to sign in again. */
  readonly ended = new Store(false);
  #waiting: (() => void)[] = [];

  /**
   * Makes the call, and once more after each new session. Rejects as the call does, but for a session that has ended.
   */
  readonly run: Run = async (call) => {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof MeridianApiError) || !ENDED.has(error.code)) throw error;
      await this.#newSession();
      return await this.run(call);
    }
  };

  /**
   * There is a new session. Of the user of before: what waits is called again. Of another one: it never is, for it
   * would change what is theirs; answers false, and the page has to begin anew.
   */
  readonly signedInAgain = (before: User, again: User): boolean => {
    if (!isSameUser(before, again)) return false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.ended.set(false);
    for (const goOn of waiting) goOn();
    return true;
  };

  #newSession(): Promise<void> {
    this.ended.set(true);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
