// Exchanges policies of this node's rooms with the api: the owner sends its policy, the api answers with the stored
// one, and the higher version wins. A failed exchange is retried with growing pauses while the room is open; an
// unstored policy is retried even after the room has closed or the node was restarted, since a ban outlives both.

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
  readonly file: Pick<SealedFile, 'load' | 'save'>;
  /** Takes the stored policy of an open room; version 0: none. */
  onStored(roomKey: string, policy: RoomPolicy): void;
}

export interface StoredPolicy {
  readonly policy: RoomPolicy;
  /** Id that the room's next life shall have; '': the owner chooses it. */
  readonly nextSid: string;
}

const pendingPolicies = Type.Array(Type.Tuple([Type.String(), Type.Object({})]));

interface ExchangeEntry {
  /** Policy to store; undefined: the node only fetches the api's policy. */
  policy: RoomPolicy | undefined;
  pauseMs: number;
  dueMs: number;
  isAsking: boolean;
  /** Time at which the room was closed here; undefined: the room is open. */
  roomClosedAtMs: number | undefined;
}

export class PolicyExchange {
  readonly #o: PolicyExchangeOptions;
  readonly #entries = new Map<string, ExchangeEntry>(); // by room key; the room whose exchange was latest is last
  readonly #forgetListeners = new Set<() => void>();
  /** Versions of the policies in the file, by room. */
  #savedVersions = new Map<string, number>();
  #underWay = 0;
  #callsMax: number = bounds.policyCallsMax;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: PolicyExchangeOptions) {
    this.#o = o;
    this.#load();
  }

  /** Returns what the api has of a room that opens, an empty policy if none; undefined without a prompt answer. */
  async fetch(roomKey: string): Promise<StoredPolicy | undefined> {
    return await this.#call(roomKey, undefined, bounds.policyAskMs);
  }

  /** Returns the policy that the api has not stored yet. */
  pending(roomKey: string): RoomPolicy | undefined {
    return this.#entries.get(roomKey)?.policy;
  }

  /** Sends the policy of an open room; undefined: the node only fetches the api's policy. */
  send(roomKey: string, policy: RoomPolicy | undefined): void {
    const dueMs = this.#o.clock.nowMs() + (policy === undefined ? bounds.policyAskEveryMs : 0);
    const entry = this.#entries.get(roomKey) ?? {
      policy,
      pauseMs: bounds.policyRetryMs,
      dueMs,
      isAsking: false,
      roomClosedAtMs: undefined,
    };
    Object.assign(entry, { policy, overAtMs: undefined });
    this.#entries.set(roomKey, entry);
    this.#startExchanges();
  }

  /** Handles a room that this node no longer owns. */
  roomClosed(roomKey: string): void {
    const entry = this.#entries.get(roomKey);
    if (entry === undefined) return;
    if (entry.policy === undefined) this.#forget(roomKey);
    else {
      entry.roomClosedAtMs ??= this.#o.clock.nowMs();
      this.#dropOldest();
    }
  }

  /** Retries at once, because an api may answer now. */
  wake(): void {
    for (const entry of this.#entries.values()) Object.assign(entry, { dueMs: 0, pauseMs: bounds.policyRetryMs });
    this.#startExchanges();
  }

  /** Sends at once for the node's stop. Resolves when the room's policy is stored, at the latest after `withinMs`. */
  async flush(roomKey: string, withinMs: number): Promise<void> {
    this.#callsMax = bounds.policyStopCallsMax;
    const entry = this.#entries.get(roomKey);
    if (entry === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    const check = (): void => {
      if (!this.#entries.has(roomKey)) resolve();
    };
    this.#forgetListeners.add(check);
    entry.dueMs = 0;
    this.#startExchanges();
    await promise;
    timer.cancel();
    this.#forgetListeners.delete(check);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#save();
    this.#entries.clear();
    for (const listener of this.#forgetListeners) listener();
  }

  /** Starts a few exchanges, to spare a slow or returning api. Policies to store go first. */
  #startExchanges(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed || this.#underWay >= this.#callsMax) return;
    const nowMs = this.#o.clock.nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    const entries = [...this.#entries];
    const stores = entries.filter(([, { policy }]) => policy !== undefined);
    const asks = entries.filter(([, { policy }]) => policy === undefined);
    for (const [roomKey, entry] of [...stores, ...asks]) {
      if (this.#underWay >= this.#callsMax) return;
      if (entry.isAsking) continue;
      if (entry.dueMs <= nowMs) void this.#exchange(roomKey, entry);
      else nextMs = Math.min(nextMs, entry.dueMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY)
      this.#timer = this.#o.clock.after(nextMs - nowMs, () => this.#startExchanges());
  }

  async #exchange(roomKey: string, entry: ExchangeEntry): Promise<void> {
    const { policy } = entry;
    entry.isAsking = true;
    this.#underWay += 1;
    this.#entries.delete(roomKey);
    this.#entries.set(roomKey, entry);
    const stored = (await this.#call(roomKey, policy, bounds.policyStoreDeadlineMs))?.policy;
    entry.isAsking = false;
    this.#underWay -= 1;
    if (!this.#closed && this.#entries.get(roomKey) === entry) this.#answered(roomKey, entry, policy, stored);
    this.#startExchanges();
  }

  #answered(roomKey: string, entry: ExchangeEntry, sent: RoomPolicy | undefined, stored: RoomPolicy | undefined): void {
    const { clock, log, onStored } = this.#o;
    const { roomClosedAtMs, policy } = entry;
    if (stored === undefined) {
      const isAsked = policy === undefined;
      entry.dueMs = clock.nowMs() + (isAsked ? bounds.policyAskEveryMs : entry.pauseMs);
      entry.pauseMs = Math.min(bounds.policyRetryMsMax, entry.pauseMs * 2);
      if (policy !== undefined && this.#savedVersions.get(roomKey) !== policy.version) this.#save();
      if (roomClosedAtMs === undefined || clock.nowMs() - roomClosedAtMs <= bounds.policyPendingMsMax) return;
      log.warn({ roomKey, version: policy?.version }, 'a changed policy was never stored');
      this.#forget(roomKey);
    } else if (policy !== sent) {
      // The policy has changed again meanwhile.
      Object.assign(entry, { dueMs: 0, pauseMs: bounds.policyRetryMs });
    } else {
      this.#forget(roomKey);
      if (roomClosedAtMs === undefined) onStored(roomKey, stored);
    }
  }

  async #call(roomKey: string, policy: RoomPolicy | undefined, deadlineMs: number): Promise<StoredPolicy | undefined> {
    const { api, log } = this.#o;
    try {
      const message = { roomKey, policy: policy === undefined ? null : policyToWire(policy) };
      const { policy: stored, nextSid } = await api.call(rpc.policyExchange, message, deadlineMs);
      return { policy: stored == null ? emptyPolicy : policyFromWire(stored), nextSid };
    } catch (error) {
      log.debug({ roomKey, err: error }, 'a policy could not be exchanged with the api');
      return undefined;
    }
  }

  #forget(roomKey: string): void {
    const isSaved = this.#savedVersions.has(roomKey);
    this.#entries.delete(roomKey);
    if (isSaved) this.#save();
    for (const listener of this.#forgetListeners) listener();
  }

  /** Drops the oldest entries of closed rooms beyond `policiesPendingMax`. */
  #dropOldest(): void {
    const over = [...this.#entries].filter(([, { roomClosedAtMs }]) => roomClosedAtMs !== undefined);
    if (over.length <= bounds.policiesPendingMax) return;
    const [oldest] = over.toSorted(([, a], [, b]) => (a.roomClosedAtMs ?? 0) - (b.roomClosedAtMs ?? 0));
    if (oldest === undefined) return;
    this.#o.log.warn({ roomKey: oldest[0] }, 'too many policies that no api has stored: one is lost');
    this.#forget(oldest[0]);
  }

  /** Loads the policies that were pending when the node ended. */
  #load(): void {
    const loaded = this.#o.file.load();
    if (!Value.Check(pendingPolicies, loaded)) return;
    const nowMs = this.#o.clock.nowMs();
    for (const [roomKey, policy] of loaded) {
      const kept = policyFromWire(policy);
      this.#savedVersions.set(roomKey, kept.version);
      const entry = { policy: kept, pauseMs: bounds.policyRetryMs, dueMs: nowMs };
      this.#entries.set(roomKey, Object.assign(entry, { isAsking: false, roomClosedAtMs: nowMs }));
    }
    this.#startExchanges();
  }

  /** Saves the pending policies; most policies are stored at once and never reach the disk. */
  #save(): void {
    const pending = [...this.#entries].flatMap(([roomKey, { policy }]) =>
      policy === undefined ? [] : [[roomKey, policy] as const],
    );
    if (pending.length === 0 && this.#savedVersions.size === 0) return;
    this.#savedVersions = new Map(pending.map(([roomKey, { version }]) => [roomKey, version]));
    this.#o.file.save(() => pending.map(([roomKey, policy]) => [roomKey, policyToWire(policy)]));
  }
}
