// What the api says that a room allows: asked for when a room opens, and where nobody answers in time, again until
// somebody does. One question after the other: an api that is slow or has just come back is not asked for all at once.
import { emptyPolicy, policyFromWire, type RoomPolicy, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { bounds } from '../limits.ts';
import type { ApiPort } from '../ports.ts';

export interface PolicyQuestionsOptions {
  readonly api: ApiPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of a room of which nobody said anything when it opened. */
  onFound(roomKey: string, policy: RoomPolicy): void;
}

export class PolicyQuestions {
  readonly #o: PolicyQuestionsOptions;
  /** Rooms without an answer, who is asked for next first. */
  readonly #open = new Set<string>();
  #timer: Timer | undefined;
  #isAsking = false;
  #isWoken = false;
  #closed = false;

  constructor(o: PolicyQuestionsOptions) {
    this.#o = o;
  }

  /**
   * A room opens: the api's policy, an empty one when it says that there is none; undefined when it does not answer.
   */
  first(roomKey: string): Promise<RoomPolicy | undefined> {
    return this.#ask(roomKey, bounds.policyAskMs);
  }

  /** Nobody has answered: asked again every few seconds until `onFound` or `forget`. */
  again(roomKey: string): void {
    this.#open.add(roomKey);
    this.#later();
  }

  forget(roomKey: string): void {
    this.#open.delete(roomKey);
  }

  /** An api may answer now. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isAsking) void this.#askAll();
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#open.clear();
  }

  #later(): void {
    if (this.#closed || this.#isAsking || this.#timer !== undefined || this.#open.size === 0) return;
    this.#timer = this.#o.clock.after(bounds.policyAskEveryMs, () => void this.#askAll());
  }

  async #askAll(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isAsking = true;
    do {
      this.#isWoken = false;
      await this.#askInTurn();
    } while (this.#isWoken && !this.#closed);
    this.#isAsking = false;
    this.#later();
  }

  /** Up to the first that nobody answers; it is the last one next time. */
  async #askInTurn(): Promise<void> {
    for (const roomKey of [...this.#open]) {
      if (!this.#open.has(roomKey)) continue;
      const policy = await this.#ask(roomKey, bounds.policyStoreDeadlineMs);
      if (!this.#open.delete(roomKey)) continue;
      if (policy === undefined) {
        this.#open.add(roomKey);
        return;
      }
      this.#o.onFound(roomKey, policy);
    }
  }

  async #ask(roomKey: string, deadlineMs: number): Promise<RoomPolicy | undefined> {
    try {
      const { found, policy } = await this.#o.api.call(rpc.roomPolicy, { roomKey }, deadlineMs);
      return found ? policyFromWire(policy) : emptyPolicy;
    } catch (error) {
      this.#o.log.debug({ roomKey, err: error }, 'the api does not say what a room allows');
      return undefined;
    }
  }
}
