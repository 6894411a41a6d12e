// Policies that owners of this node have changed, until the api has stored them: of each room the latest, repeated
// until somebody answers, while the room is open and for a while after.
import { policyToWire, type RoomPolicy, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { bounds } from '../limits.ts';
import type { ApiPort } from '../ports.ts';

interface Entry {
  policy: RoomPolicy;
  epoch: number;
  pauseMs: number;
  isAsking: boolean;
  retry: Timer | undefined;
  /** When the room was given up; undefined: it is open. */
  overAtMs: number | undefined;
}

export class PolicyOutbox {
  readonly #o: { readonly api: ApiPort; readonly clock: Clock; readonly log: Logger; onStored(roomKey: string): void };
  readonly #entries = new Map<string, Entry>();
  /** Called when an entry has gone. */
  readonly #onGone = new Set<() => void>();
  #closed = false;

  constructor(o: { api: ApiPort; clock: Clock; log: Logger; onStored(roomKey: string): void }) {
    this.#o = o;
  }

  /** What the api has not stored yet. */
  pending(roomKey: string): RoomPolicy | undefined {
    return this.#entries.get(roomKey)?.policy;
  }

  changed(roomKey: string, policy: RoomPolicy, epoch: number): void {
    const entry: Entry = this.#entries.get(roomKey) ?? {
      policy,
      epoch,
      pauseMs: bounds.policyRetryMs,
      isAsking: false,
      retry: undefined,
      overAtMs: undefined,
    };
    Object.assign(entry, { policy, epoch, overAtMs: undefined });
    this.#entries.set(roomKey, entry);
    if (!entry.isAsking && entry.retry === undefined) void this.#ask(roomKey, entry);
  }

  /** The room is not this node's any more. */
  over(roomKey: string): void {
    const entry = this.#entries.get(roomKey);
    if (entry !== undefined) entry.overAtMs ??= this.#o.clock.nowMs();
  }

  /** Asks at once. Resolves when nothing of the room waits (any more), at the latest after `withinMs`. */
  async settled(roomKey: string, withinMs: number): Promise<void> {
    const entry = this.#entries.get(roomKey);
    if (entry === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    const look = (): void => {
      if (!this.#entries.has(roomKey)) resolve();
    };
    this.#onGone.add(look);
    entry.retry?.cancel();
    if (!entry.isAsking) void this.#ask(roomKey, entry);
    await promise;
    timer.cancel();
    this.#onGone.delete(look);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    for (const { retry } of this.#entries.values()) retry?.cancel();
    this.#entries.clear();
    for (const look of this.#onGone) look();
  }

  async #ask(roomKey: string, entry: Entry): Promise<void> {
    const { api, clock, log } = this.#o;
    const { policy, epoch } = entry;
    entry.isAsking = true;
    entry.retry = undefined;
    const isStored = await api
      .call(rpc.policyChanged, { roomKey, policy: policyToWire(policy), epoch }, bounds.policyStoreDeadlineMs)
      .then(
        () => true,
        (error: unknown) => {
          log.debug({ roomKey, err: error }, 'the api has not stored a policy');
          return false;
        },
      );
    entry.isAsking = false;
    if (this.#closed || this.#entries.get(roomKey) !== entry) return;
    if (isStored && entry.policy === policy) {
      this.#forget(roomKey);
      this.#o.onStored(roomKey);
      return;
    }
    if (!isStored && entry.overAtMs !== undefined && clock.nowMs() - entry.overAtMs > bounds.policyUnstoredMsMax) {
      this.#forget(roomKey);
      log.warn({ roomKey, version: policy.version }, 'a changed policy was never stored');
      return;
    }
    entry.retry = clock.after(isStored ? 0 : entry.pauseMs, () => void this.#ask(roomKey, entry));
    entry.pauseMs = isStored ? bounds.policyRetryMs : Math.min(bounds.policyRetryMsMax, entry.pauseMs * 2);
  }

  #forget(roomKey: string): void {
    this.#entries.delete(roomKey);
    for (const look of this.#onGone) look();
  }
}
