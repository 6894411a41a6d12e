// Sessions of LiveKit clients that this node can give back to them: those with a socket, and those that lost it less
// than the resume grace ago. They are as many as clients of the node, and leave by the bridge that has them.
import type { JoinedBridge } from './joined-bridge.ts';

/** A bridge whose session may go on over another socket. */
export interface Holder {
  /** As its session's Joined said. */
  readonly resumeKey: string;
  /** It says and hears nothing more; what it has made of the session goes to the next one. */
  giveUp(): JoinedBridge | undefined;
}

export class ResumableSessions {
  readonly #holders = new Map<string, Holder>();

  get size(): number {
    return this.#holders.size;
  }

  /** Undefined: there is no such session here. */
  keyOf(sessionId: string): string | undefined {
    return this.#holders.get(sessionId)?.resumeKey;
  }

  /** What the bridge that had the session has made of it; the next one holds it then. */
  take(sessionId: string): JoinedBridge | undefined {
    const holder = this.#holders.get(sessionId);
    this.#holders.delete(sessionId);
    return holder?.giveUp();
  }

  hold(sessionId: string, holder: Holder): void {
    this.#holders.set(sessionId, holder);
  }

  /** Nothing happens when another holds it. */
  forget(sessionId: string, holder: Holder): void {
    if (this.#holders.get(sessionId) === holder) this.#holders.delete(sessionId);
  }
}
