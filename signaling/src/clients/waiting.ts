// People in front of a room, as their signaling node holds them: a socket, what their token allows, and a wait id. They
// have no seat, are in no roster, and get nothing of the room. The room's owner decides which of them wait
// (owner/lobby.ts); it is asked again every few seconds and whenever there is another owner, so that nothing that is
// lost is lost for good.
import { type Access, type ErrorCode, MeridianError, newId, type wire } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { LocalRoom } from './local-room.ts';
import { passing } from './owner-finder.ts';

/** The connection that waits. */
export interface WaitingClient {
  tell(waiting: wire.Waiting.$Properties): void;
  /** So long it has waited; it counts for nothing else. */
  waited(ms: number): void;
  /** The connection has ended. */
  readonly over: AbortSignal;
}

/** The room that an owner speaks for. */
interface OwnedRoomRef {
  readonly roomKey: string;
  readonly epoch: number;
}

/** What the owner says to some waiting clients: come in (code ''), a refusal, or why they still wait. */
export interface KnockAnswer {
  readonly waitIds: readonly string[];
  readonly code: ErrorCode | '';
  readonly waiting: wire.Waiting.$Properties | undefined;
}

export class WaitingRoom {
  readonly #o: { readonly clock: Clock; readonly log: Logger; readonly rng: Rng };
  readonly #waiters = new Map<string, Waiter>();

  constructor(o: { clock: Clock; log: Logger; rng: Rng }) {
    this.#o = o;
  }

  /** All waiting clients of this node. */
  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Does `join`; a client that has to wait does it when it is let in. `room`: in use by the caller. Rejects as `join`,
   * with NOT_ADMITTED and other refusals of the owner, and when the connection ends.
   */
  async through<T>(
    { room, access, client }: { room: LocalRoom; access: Access; client: WaitingClient },
    join: () => Promise<T>,
  ): Promise<T> {
    // A client that has no reason to knock joins without a question: the owner refuses it if it should have knocked.
    let knocks = access.lobby || access.needsPolicy || (room.replica?.info.lobby === true && !access.rights.hidden);
    for (let refusals = 0; ; refusals += 1) {
      if (knocks) await this.#wait(room, access, client);
      try {
        return await join();
      } catch (error) {
        if (codeOf(error) !== 'NOT_ADMITTED' || refusals >= bounds.knocksAgainMax) throw error;
        knocks = true;
      }
    }
  }

  /** An owner's word to some of the waiting clients. */
  onAnswer(owned: OwnedRoomRef, { waitIds, code, waiting }: KnockAnswer): void {
    for (const waitId of waitIds) this.#waiters.get(waitId)?.onAnswer(owned, code, waiting);
  }

  async #wait(room: LocalRoom, access: Access, client: WaitingClient): Promise<void> {
    if (this.#waiters.size >= bounds.waitersMax)
      throw new MeridianError('OVERLOADED', 'too many people wait at this instance', { retryAfterMs: 10_000 });
    const { clock, log, rng } = this.#o;
    const waitId = newId('WA_', (count) => rng.bytes(count));
    const waiter = new Waiter({ waitId, room, access, client, clock, rng });
    const startedMs = clock.nowMs();
    this.#waiters.set(waitId, waiter);
    room.addWaiter(waiter);
    try {
      await waiter.begin();
      log.debug({ roomKey: room.roomKey, waitId }, 'let in');
    } finally {
      this.#waiters.delete(waitId);
      room.removeWaiter(waiter);
      client.waited(clock.nowMs() - startedMs);
    }
  }
}

interface WaiterOptions {
  readonly waitId: string;
  readonly room: LocalRoom;
  readonly access: Access;
  readonly client: WaitingClient;
  readonly clock: Clock;
  readonly rng: Rng;
}

class Waiter {
  readonly #o: WaiterOptions;
  readonly #sinceWallMs: number;
  readonly #outcome = Promise.withResolvers<void>();
  #isOver = false;
  /** The owner has put it in the line. */
  #waits = false;
  #shown = '';
  #knocking: Promise<void> | undefined;
  /** Of the owner that was asked last, and of the one to be asked. */
  #askedEpoch = 0;
  #ownerEpoch = 0;
  #timer: Timer | undefined;

  constructor(o: WaiterOptions) {
    this.#o = o;
    this.#sinceWallMs = o.clock.wallMs();
  }

  /** Resolves when it is let in; rejects with why not. */
  async begin(): Promise<void> {
    const { over } = this.#o.client;
    const gone = (): void => this.#finish(new MeridianError('NOT_ADMITTED', 'gone'));
    if (over.aborted) gone();
    over.addEventListener('abort', gone, { once: true });
    this.#knock();
    try {
      await this.#outcome.promise;
    } finally {
      over.removeEventListener('abort', gone);
    }
  }

  /** This one owns the room: it is asked, unless that is being done or has been. */
  ownerIs(epoch: number): void {
    this.#ownerEpoch = epoch;
    if (epoch > this.#askedEpoch) this.#knock();
  }

  /** By an owner that is not known here to be none any more. */
  onAnswer(
    { roomKey, epoch }: OwnedRoomRef,
    code: ErrorCode | '',
    waiting: wire.Waiting.$Properties | undefined,
  ): void {
    const { room } = this.#o;
    if (room.roomKey !== roomKey || epoch < room.epoch) return;
    if (code === 'ROOM_OWNER_LOST') room.ownerGone(epoch);
    else if (code !== '') this.#finish(new MeridianError(code));
    else if (waiting === undefined) this.#finish(undefined);
    else this.#show(waiting);
  }

  #knock(): void {
    this.#timer?.cancel();
    if (this.#isOver || this.#knocking !== undefined) return;
    this.#knocking = this.#ask().finally(() => {
      this.#knocking = undefined;
      // The owner before may have answered when there was another one already.
      if (this.#ownerEpoch > this.#askedEpoch) this.#knock();
    });
  }

  async #ask(): Promise<void> {
    const { waitId, room, access } = this.#o;
    const { identity, name, lobby, needsPolicy } = access;
    const { admin } = access.rights;
    const knocking = { waitId, identity, name, admin, lobby, needsPolicy, sinceWallMs: this.#sinceWallMs };
    try {
      const waiting = await room.withOwner((port) => {
        this.#askedEpoch = port.epoch;
        return port.knock(knocking);
      });
      if (this.#isOver) {
        if (waiting !== undefined) room.tellOwner((port) => port.unknock(waitId));
      } else if (waiting === undefined) this.#finish(undefined);
      else this.#show(waiting);
    } catch (error) {
      const code = codeOf(error);
      // An owner that cannot be asked now says nothing about a client that waits already.
      if (!this.#waits || (code !== undefined && !passing.has(code))) this.#finish(error);
      else this.#knockIn(bounds.resolveEveryMs * 4);
    }
  }

  #show(waiting: wire.Waiting.$Properties): void {
    if (this.#isOver) return;
    this.#waits = true;
    this.#knockIn(bounds.knockEveryMs);
    const shown = JSON.stringify([waiting.reason, waiting.hosts]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#o.client.tell(waiting);
  }

  /** Not all at once: many may have begun to wait together. */
  #knockIn(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#o.clock.after(ms * (0.75 + this.#o.rng.next() / 4), () => this.#knock());
  }

  /** `error` undefined: it is let in. */
  #finish(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    const { room, waitId } = this.#o;
    if (error === undefined) this.#outcome.resolve();
    else {
      this.#outcome.reject(error);
      // One that is being asked now answers later (#ask).
      if (this.#waits && this.#knocking === undefined) room.tellOwner((port) => port.unknock(waitId));
    }
  }
}
