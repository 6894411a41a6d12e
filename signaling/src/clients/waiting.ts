// Clients in front of a room at their signaling node, with a socket, a token's rights and a wait id, but no seat and no
// view of the room. The owner decides who waits (owner/lobby.ts); it is asked again every few seconds and after each
// change of owner, so no loss lasts.
import { type Access, type ErrorCode, MeridianError, newId, type wire } from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { mayTakeAnother } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { LocalRoom } from './local-room.ts';
import { temporaryCodes } from './owner-finder.ts';

export interface WaitingClient {
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  readonly network: string;
  show(waiting: wire.Waiting.$Properties): void;
  /** Reports the time that the client has waited, which the duration of its join excludes. */
  waited(ms: number): void;
  endSignal(): AbortSignal;
}

interface OwnedRoomRef {
  readonly roomKey: string;
  readonly epoch: number;
}

/** Answer of the owner to waiting clients: they may join (code ''), are refused, or still wait for a reason. */
export interface KnockAnswer {
  readonly waitIds: readonly string[];
  readonly code: ErrorCode | '';
  readonly waiting: wire.Waiting.$Properties | undefined;
}

export class WaitingRoom {
  readonly #o: { readonly clock: Clock; readonly log: Logger; readonly rng: Rng };
  readonly #waiters = new Map<string, Waiter>();
  /** Numbers of waiting clients by `holdersOf`. */
  readonly #counts = new Map<string, number>();

  constructor(o: { clock: Clock; log: Logger; rng: Rng }) {
    this.#o = o;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Runs `join`; a client that has to wait joins once it is admitted. The caller keeps `room` in use. Rejects as
   * `join`, with NOT_ADMITTED and other refusals of the owner, and when the connection ends. `mustKnock`: it is
   * known to wait.
   */
  async joinWhenAdmitted<T>(
    o: { room: LocalRoom; access: Access; client: WaitingClient; mustKnock: boolean },
    join: () => Promise<T>,
  ): Promise<T> {
    // A client without a known reason to knock joins directly; the owner refuses the join if the client has to wait.
    const { room, access, client } = o;
    let mustKnock =
      o.mustKnock || access.lobby || access.needsPolicy || (room.replica?.info.lobby === true && !access.rights.hidden);
    for (let refusals = 0; ; refusals += 1) {
      if (mustKnock) await this.#wait(room, access, client);
      try {
        return await join();
      } catch (error) {
        if (codeOf(error) !== 'NOT_ADMITTED' || refusals >= bounds.renewedWaitsMax) throw error;
        mustKnock = true;
      }
    }
  }

  /** Takes an owner's answer to some of the waiting clients. */
  onAnswer(owned: OwnedRoomRef, { waitIds, code, waiting }: KnockAnswer): void {
    for (const waitId of waitIds) this.#waiters.get(waitId)?.onAnswer(owned, code, waiting);
  }

  /**
   * Throws OVERLOADED for a client beyond the node's places, or beyond its share. A tenant may have half of the places
   * that other tenants leave; a link, and a network, half of the part that the tenant's others leave.
   */
  #assertHasPlace({ tenant, via }: Access, { network }: WaitingClient): void {
    const overloaded = (message: string) => new MeridianError('OVERLOADED', message, { retryAfterMs: 10_000 });
    const free = bounds.waitersMax - this.#waiters.size;
    if (free <= 0) throw overloaded('too many people wait at this instance');
    const atLeast = bounds.waitersOfOneMin;
    const holders = holdersOf(tenant, via, network);
    const countOf = (holder: string): number => this.#counts.get(holder) ?? 0;
    const ofTenant = countOf(holders.tenant);
    if (!mayTakeAnother({ own: ofTenant, free, atLeast }))
      throw overloaded('too many people of one tenant wait at this instance');
    const freeOfTenant = Math.max(1, Math.floor((free + ofTenant) / 2) - ofTenant);
    if (via !== '' && !mayTakeAnother({ own: countOf(holders.link), free: freeOfTenant, atLeast }))
      throw overloaded('too many people wait at this instance by one link');
    if (network !== '' && !mayTakeAnother({ own: countOf(holders.network), free: freeOfTenant, atLeast }))
      throw overloaded('too many people from one network wait at this instance');
  }

  #count({ tenant, via }: Access, { network }: WaitingClient, change: 1 | -1): void {
    for (const key of Object.values(holdersOf(tenant, via, network))) {
      const count = (this.#counts.get(key) ?? 0) + change;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
    }
  }

  async #wait(room: LocalRoom, access: Access, client: WaitingClient): Promise<void> {
    this.#assertHasPlace(access, client);
    const { clock, log, rng } = this.#o;
    const waitId = newId('WA_', (count) => rng.bytes(count));
    const waiter = new Waiter({ waitId, room, access, client, clock, rng });
    const startedMs = clock.nowMs();
    this.#waiters.set(waitId, waiter);
    this.#count(access, client, 1);
    room.addWaiter(waiter);
    try {
      await waiter.begin();
      log.debug({ roomKey: room.roomKey, waitId }, 'a waiting client was admitted');
    } finally {
      this.#waiters.delete(waitId);
      this.#count(access, client, -1);
      room.removeWaiter(waiter);
      client.waited(clock.nowMs() - startedMs);
    }
  }
}

const holdersOf = (tenant: string, via: string, network: string) => ({
  tenant: `tenant ${tenant}`,
  link: `link ${tenant} ${via}`,
  network: `network ${network} ${tenant}`,
});

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
  /** The owner has queued the client. */
  #isQueued = false;
  #shownKey = '';
  #knocking: Promise<void> | undefined;
  /** Epoch of the owner that was asked last, and of the owner to ask. */
  #knockedEpoch = 0;
  #ownerEpoch = 0;
  #timer: Timer | undefined;

  constructor(o: WaiterOptions) {
    this.#o = o;
    this.#sinceWallMs = o.clock.wallMs();
  }

  /** Resolves when the client is admitted; rejects with the refusal. */
  async begin(): Promise<void> {
    const endSignal = this.#o.client.endSignal();
    const onEnd = (): void => this.#finish(new MeridianError('NOT_ADMITTED', 'gone'));
    if (endSignal.aborted) onEnd();
    endSignal.addEventListener('abort', onEnd, { once: true });
    this.#knock();
    try {
      await this.#outcome.promise;
    } finally {
      endSignal.removeEventListener('abort', onEnd);
    }
  }

  /** Knocks at a new owner, unless that has been done. */
  onNewOwner(epoch: number): void {
    this.#ownerEpoch = epoch;
    if (epoch > this.#knockedEpoch) this.#knock();
  }

  /** Takes an answer, unless its owner is known to be outdated. */
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
      // The earlier owner may have answered after the room had a new owner.
      if (this.#ownerEpoch > this.#knockedEpoch) this.#knock();
    });
  }

  async #ask(): Promise<void> {
    const { waitId, room, access, client } = this.#o;
    const { network } = client;
    const { identity, name, lobby, needsPolicy } = access;
    const { admin } = access.rights;
    const knocking = { waitId, identity, name, admin, lobby, needsPolicy, network, sinceWallMs: this.#sinceWallMs };
    try {
      const waiting = await room.withOwner((port) => {
        this.#knockedEpoch = port.epoch;
        return port.knock(knocking);
      });
      if (this.#isOver) {
        if (waiting !== undefined) room.tellOwner((port) => port.unknock(waitId));
      } else if (waiting === undefined) this.#finish(undefined);
      else this.#show(waiting);
    } catch (error) {
      const code = codeOf(error);
      // An unreachable owner changes nothing for a client that waits already.
      if (!this.#isQueued || (code !== undefined && !temporaryCodes.has(code))) this.#finish(error);
      else this.#knockIn(bounds.resolveEveryMs * 4);
    }
  }

  #show(waiting: wire.Waiting.$Properties): void {
    if (this.#isOver) return;
    this.#isQueued = true;
    this.#knockIn(bounds.knockEveryMs);
    const shown = JSON.stringify([waiting.reason, waiting.hosts]);
    if (shown === this.#shownKey) return;
    this.#shownKey = shown;
    this.#o.client.show(waiting);
  }

  /** Spreads the knocks, since many clients may have begun to wait together. */
  #knockIn(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#o.clock.after(ms * (0.75 + this.#o.rng.next() / 4), () => this.#knock());
  }

  /** `error` undefined: admitted. */
  #finish(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    const { room, waitId } = this.#o;
    if (error === undefined) this.#outcome.resolve();
    else {
      this.#outcome.reject(error);
      // The answer to a knock under way comes later; #ask then takes the client out of the queue.
      if (this.#isQueued && this.#knocking === undefined) room.tellOwner((port) => port.unknock(waitId));
    }
  }
}
