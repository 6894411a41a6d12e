// The session of the signed-in user. Calls that find it ended wait until the user has signed in again.
import { MeridianApiError } from '@meridian/api-client';
import { Store } from '../room/store.ts';
import type { Run } from './api.ts';
import { isSameUser, type User } from './core/user.ts';

const ENDED: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'SESSION_ENDED']);

export class Session {
  readonly ended = new Store(false);
  #waiting: (() => void)[] = [];

  /** Makes the call, and repeats it after each new sign-in. Rejects as the call does, except for an ended session. */
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
   * Continues after a new sign-in. For the same user it repeats the waiting calls. For another user they stay unsent,
   * since they would change that user's data, and it returns false: the page must reload.
   */
  readonly signedInAgain = (previousUser: User, signedInUser: User): boolean => {
    if (!isSameUser(previousUser, signedInUser)) return false;
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
