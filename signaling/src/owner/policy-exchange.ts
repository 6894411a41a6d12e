// The policies of this node's rooms and the api's copies of them: the owner says what it has, the api answers what is
// stored then, and of the two the higher version counts. An exchange that fails is repeated, each time later, while the
// room is open; a policy that is not stored yet, also after, and after a restart: a ban outlives the room and the node.

import type { SealedFile } from '@meridian/node-shell';
import { emptyPolicy, policyFromWire, policyToWire, type RoomPolicy, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { bounds } from '../limits.ts';
import type { ApiPort } from '../ports.ts';

export interface PolicyExchangeOptions {
  readonly api: ApiPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keeps what no api has stored. */
  readonly file: Pick<SealedFile, 'load' | 'save'>;
  /** What is stored for an open room; of version 0: nothing. */
  onStored(roomKey: string, policy: RoomPolicy): void;
}

const pendingPolicies = Type.Array(Type.Tuple([Type.String(), Type.Object({})]));

interface Entry {
  /** To be stored; undefined: the api is only asked. */
  policy: RoomPolicy | undefined;
  pauseMs: number;
  dueMs: number;
  isAsking: boolean;
  /** When the room was given up; undefined: it is open. */
  overAtMs: number | undefined;
}

export class PolicyExchange {
  readonly #o: PolicyExchangeOptions;
  readonly #entries = new Map<string, Entry>(); // in turns: the one asked last is the last
  /** Called when an entry has gone. */
  readonly #onGone = new Set<() => void>();
  /** Versions of the policies in the file, by room. */
  #saved = new Map<string, number>();
  #underWay = 0;
  #callsMax: number = bounds.policyCallsMax;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: PolicyExchangeOptions) {
    this.#o = o;
    this.#load();
  }

  /**
   * A room opens: the api's policy, an empty one when it says that there is none; undefined when it does not answer
   * soon.
   */
  async first(roomKey: string): Promise<RoomPolicy | undefined> {
    return await this.#call(roomKey, undefined, bounds.policyAskMs);
  }

  /** What the api has not stored yet. */
  pending(roomKey: string): RoomPolicy | undefined {
    return this.#entries.get(roomKey)?.policy;
  }

  /** An open room has this policy; undefined: it does not know what the api has, and asks. */
  say(roomKey: string, policy: RoomPolicy | undefined): void {
    const dueMs = this.#o.clock.nowMs() + (policy === undefined ? bounds.policyAskEveryMs : 0);
    const entry = this.#entries.get(roomKey) ?? {
      policy,
      pauseMs: bounds.policyRetryMs,
      dueMs,
      isAsking: false,
      overAtMs: undefined,
    };
    Object.assign(entry, { policy, overAtMs: undefined });
    this.#entries.set(roomKey, entry);
    this.#go();
  }

  /** The room is not this node's any more. */
  over(roomKey: string): void {
    const entry = this.#entries.get(roomKey);
    if (entry === undefined) return;
    if (entry.policy === undefined) this.#forget(roomKey);
    else {
      entry.overAtMs ??= this.#o.clock.nowMs();
      this.#dropOldest();
    }
  }

  /** An api may answer now. */
  wake(): void {
    for (const entry of this.#entries.values()) Object.assign(entry, { dueMs: 0, pauseMs: bounds.policyRetryMs });
    this.#go();
  }

  /**
   * The node stops: asks at once, for more rooms at a time than before. Resolves when nothing of the room waits (any
   * more), at the latest after `withinMs`.
   */
  async settled(roomKey: string, withinMs: number): Promise<void> {
    this.#callsMax = bounds.policyStopCallsMax;
    const entry = this.#entries.get(roomKey);
    if (entry === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    const look = (): void => {
      if (!this.#entries.has(roomKey)) resolve();
    };
    this.#onGone.add(look);
    entry.dueMs = 0;
    this.#go();
    await promise;
    timer.cancel();
    this.#onGone.delete(look);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#save();
    this.#entries.clear();
    for (const look of this.#onGone) look();
  }

  /**
   * A few at a time: an api that is slow or has just come back is not asked for all rooms at once. What is to be stored
   * goes first.
   */
  #go(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed || this.#underWay >= this.#callsMax) return;
    const nowMs = this.#o.clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    const inTurns = [...this.#entries];
    const stores = inTurns.filter(([, { policy }]) => policy !== undefined);
    const asks = inTurns.filter(([, { policy }]) => policy === undefined);
    for (const [roomKey, entry] of [...stores, ...asks]) {
      if (this.#underWay >= this.#callsMax) return;
      if (entry.isAsking) continue;
      if (entry.dueMs <= nowMs) void this.#exchange(roomKey, entry);
      else nextMs = Math.min(nextMs, entry.dueMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#timer = this.#o.clock.after(nextMs - nowMs, () => this.#go());
  }

  async #exchange(roomKey: string, entry: Entry): Promise<void> {
    const { policy } = entry;
    entry.isAsking = true;
    this.#underWay += 1;
    this.#entries.delete(roomKey);
    this.#entries.set(roomKey, entry);
    const stored = await this.#call(roomKey, policy, bounds.policyStoreDeadlineMs);
    entry.isAsking = false;
    this.#underWay -= 1;
    if (!this.#closed && this.#entries.get(roomKey) === entry) this.#answered(roomKey, entry, policy, stored);
    this.#go();
  }

  #answered(roomKey: string, entry: Entry, said: RoomPolicy | undefined, stored: RoomPolicy | undefined): void {
    const { clock, log, onStored } = this.#o;
    const { overAtMs, policy } = entry;
    if (stored === undefined) {
      const isAsked = policy === undefined;
      entry.dueMs = clock.nowMs() + (isAsked ? bounds.policyAskEveryMs : entry.pauseMs);
      entry.pauseMs = Math.min(bounds.policyRetryMsMax, entry.pauseMs * 2);
      if (policy !== undefined && this.#saved.get(roomKey) !== policy.version) this.#save();
      if (overAtMs === undefined || clock.nowMs() - overAtMs <= bounds.policyPendingMsMax) return;
      log.warn({ roomKey, version: policy?.version }, 'a changed policy was never stored');
      this.#forget(roomKey);
    } else if (policy !== said) {
      // It has changed again meanwhile.
      Object.assign(entry, { dueMs: 0, pauseMs: bounds.policyRetryMs });
    } else {
      this.#forget(roomKey);
      if (overAtMs === undefined) onStored(roomKey, stored);
    }
  }

  async #call(roomKey: string, policy: RoomPolicy | undefined, deadlineMs: number): Promise<RoomPolicy | undefined> {
    const { api, log } = this.#o;
    try {
      const said = { roomKey, policy: policy === undefined ? null : policyToWire(policy) };
      const { policy: stored } = await api.call(rpc.policyExchange, said, deadlineMs);
      return stored == null ? emptyPolicy : policyFromWire(stored);
    } catch (error) {
      log.debug({ roomKey, err: error }, 'the api does not say what it has of a policy');
      return undefined;
    }
  }

  #forget(roomKey: string): void {
    const isSaved = this.#saved.has(roomKey);
    this.#entries.delete(roomKey);
    if (isSaved) this.#save();
    for (const look of this.#onGone) look();
  }

  /** Of rooms that are over, the oldest beyond `policiesPendingMax`. */
  #dropOldest(): void {
    const over = [...this.#entries].filter(([, { overAtMs }]) => overAtMs !== undefined);
    if (over.length <= bounds.policiesPendingMax) return;
    const [oldest] = over.toSorted(([, a], [, b]) => (a.overAtMs ?? 0) - (b.overAtMs ?? 0));
    if (oldest === undefined) return;
    this.#o.log.warn({ roomKey: oldest[0] }, 'too many policies that no api has stored: one is lost');
    this.#forget(oldest[0]);
  }

  /** Policies of rooms that were this node's when it ended. */
  #load(): void {
    const loaded = this.#o.file.load();
    if (!Value.Check(pendingPolicies, loaded)) return;
    const nowMs = this.#o.clock.nowMs();
    for (const [roomKey, policy] of loaded) {
      const kept = policyFromWire(policy);
      this.#saved.set(roomKey, kept.version);
      const entry = { policy: kept, pauseMs: bounds.policyRetryMs, dueMs: nowMs };
      this.#entries.set(roomKey, Object.assign(entry, { isAsking: false, overAtMs: nowMs }));
    }
    this.#go();
  }

  /** What an api has not stored at once: most policies never come to the disk. */
  #save(): void {
    const pending = [...this.#entries].flatMap(([roomKey, { policy }]) =>
      policy === undefined ? [] : [[roomKey, policy] as const],
    );
    if (pending.length === 0 && this.#saved.size === 0) return;
    this.#saved = new Map(pending.map(([roomKey, { version }]) => [roomKey, version]));
    this.#o.file.save(() => pending.map(([roomKey, policy]) => [roomKey, policyToWire(policy)]));
  }
}
