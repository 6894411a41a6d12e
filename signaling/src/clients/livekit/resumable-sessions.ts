// Sessions that LiveKit clients may resume here: with a socket, or within the resume grace after losing it.
import type { JoinedBridge } from './joined-bridge.ts';

/** Bridge whose session may continue over another socket. */
export interface BridgeHolder {
  /** Key from the session's Joined. */
  readonly resumeKey: string;
  /** Detaches the bridge and returns its joined part for the next bridge. */
  giveUp(): JoinedBridge | undefined;
}

export class ResumableSessions {
  readonly #holders = new Map<string, BridgeHolder>();

  get size(): number {
    return this.#holders.size;
  }

  /** Returns the session's resume key; undefined if the session is not here. */
  keyOf(sessionId: string): string | undefined {
    return this.#holders.get(sessionId)?.resumeKey;
  }

  /** Takes the joined part from the session's bridge; the next bridge holds it then. */
  take(sessionId: string): JoinedBridge | undefined {
    const holder = this.#holders.get(sessionId);
    this.#holders.delete(sessionId);
    return holder?.giveUp();
  }

  hold(sessionId: string, holder: BridgeHolder): void {
    this.#holders.set(sessionId, holder);
  }

  /** Has no effect when another bridge holds the session. */
  forget(sessionId: string, holder: BridgeHolder): void {
    if (this.#holders.get(sessionId) === holder) this.#holders.delete(sessionId);
  }
}
