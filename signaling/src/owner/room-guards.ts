// The api's list of rooms whose policies keep clients out, fetched every few seconds and kept on disk, so that a room
// with a lobby, a lock or a ban stays guarded when it opens while no api answers.
import type { ApiLinks, SealedFile } from '@meridian/node-shell';
import { policyFromWire, policyToWire, type RoomPolicy, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { bounds } from '../limits.ts';

const storedRooms = Type.Array(Type.Tuple([Type.String(), Type.Object({})]));
const stored = Type.Object({ digest: Type.String(), rooms: storedRooms });

type Policies = ReadonlyMap<string, RoomPolicy>;

export interface RoomGuardsOptions {
  readonly api: Pick<ApiLinks, 'call' | 'onLink' | 'isLinked'>;
  readonly file: Pick<SealedFile, 'load' | 'save'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class RoomGuards {
  readonly #o: RoomGuardsOptions;
  readonly #timer: Timer;
  #digest = '';
  #policies: Policies = new Map();
  #asking = false;
  /** True from a logged failure until the next complete list, so that only the first failure is logged. */
  #isFailureLogged = false;
  #isClosed = false;

  constructor(o: RoomGuardsOptions) {
    this.#o = o;
    const loaded = o.file.load();
    if (Value.Check(stored, loaded)) {
      this.#digest = loaded.digest;
      this.#policies = policiesFrom(loaded.rooms);
    }
    o.api.onLink(() => this.#fetch());
    this.#timer = o.clock.every(bounds.guardsAskEveryMs, () => this.#fetch());
  }

  /** Returns the last known policy of a guarded room; undefined if the room is not guarded. */
  policyOf(roomKey: string): RoomPolicy | undefined {
    return this.#policies.get(roomKey);
  }

  /** Ends the requests. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#timer.cancel();
  }

  #fetch(): void {
    if (this.#asking || this.#isClosed || !this.#o.api.isLinked) return;
    this.#asking = true;
    this.#fetchAll()
      .catch((error: unknown) => this.#o.log.warn({ err: error }, 'guarded rooms could not be fetched'))
      .finally(() => {
        this.#asking = false;
      });
  }

  /** Fetches the list, and takes it only when complete; a list that keeps changing waits for the next turn. */
  async #fetchAll(): Promise<void> {
    let found = new Map<string, RoomPolicy>();
    let [digest, from] = [this.#digest, 0];
    for (let requests = 0; requests < bounds.guardRequestsMax; requests += 1) {
      const answer = await this.#fetchPart(digest, from);
      if (this.#isClosed) return;
      if (answer.isSame) {
        this.#isFailureLogged = false;
        return;
      }
      if (answer.digest !== digest || from === 0) found = new Map();
      for (const { roomKey, policy } of answer.rooms) if (roomKey) found.set(roomKey, policyFromWire(policy));
      if (answer.next === 0) {
        this.#adopt(answer.digest, found);
        return;
      }
      [digest, from] = [answer.digest, answer.next];
    }
    this.#giveUp({ rooms: found.size, requests: bounds.guardRequestsMax });
  }

  #giveUp(fields: { readonly rooms: number; readonly requests: number }): void {
    if (!this.#isFailureLogged)
      this.#o.log.warn(fields, 'the list of guarded rooms does not end: rooms are guarded by an older one');
    this.#isFailureLogged = true;
  }

  async #fetchPart(digest: string, from: number): Promise<wire.RoomGuards> {
    return await this.#o.api.call(rpc.roomGuards, { digest, from }, bounds.policyStoreDeadlineMs);
  }

  #adopt(digest: string, policies: Policies): void {
    this.#digest = digest;
    this.#policies = policies;
    this.#isFailureLogged = false;
    this.#o.file.save(() => ({ digest, rooms: Array.from(policies, ([key, policy]) => [key, policyToWire(policy)]) }));
  }
}

function policiesFrom(rooms: readonly (readonly [string, object])[]): Policies {
  return new Map(rooms.map(([roomKey, policy]) => [roomKey, policyFromWire(policy)]));
}
