// Removals from a main room, on their way to the owners of its break-outs. Each is repeated until the break-out's owner
// has it or the break-out is closed. The owner bans the person there, and the api stores the ban, so the ban outlives
// the owner. A person that may hold an unused token is banned in empty break-outs too, which are opened for that. The
// next owner of the main room sends all removals of the room's life again.
import { isSamePerson, type wire } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';

export interface BreakOutRemovalsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns the rooms of the open break-outs. */
  openRooms(): ReadonlySet<string>;
  /**
   * Removes a person from a break-out at its owner, perhaps another instance; rejects if the owner has not done it.
   * Without `mayOpen`, a break-out that has no owner is left alone.
   */
  remove(room: string, removal: wire.ActRemove.$Properties, mayOpen: boolean): Promise<void>;
}

interface PendingRemoval {
  readonly room: string;
  readonly removal: wire.ActRemove.$Properties;
  readonly mayOpen: boolean;
  isUnderWay: boolean;
  dueMs: number;
  pauseMs: number;
}

export class BreakOutRemovals {
  readonly #o: BreakOutRemovalsOptions;
  readonly #pending = new Map<string, PendingRemoval>(); // by break-out and identity, oldest first
  readonly #leftAtMs = new Map<string, number>(); // by identity, earliest first
  #underWay = 0;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: BreakOutRemovalsOptions) {
    this.#o = o;
  }

  /** Notes that a person left the main room. Beyond `bounds.breakOutTokenHoldersMax` the earliest is forgotten. */
  left(identity: string): void {
    if (this.#o.openRooms().size === 0) return;
    this.#leftAtMs.delete(identity);
    this.#leftAtMs.set(identity, this.#o.clock.nowMs());
    for (const known of this.#leftAtMs.keys()) {
      if (this.#leftAtMs.size <= bounds.breakOutTokenHoldersMax && this.#leftLately(known)) return;
      this.#leftAtMs.delete(known);
    }
  }

  /** Returns whether a person that is not in the main room left it within the life of a break-out token. */
  mayHoldToken(identity: string): boolean {
    return [...this.#leftAtMs.keys()].some((known) => isSamePerson(known, identity) && this.#leftLately(known));
  }

  /**
   * Sends a removal to the open break-outs; `mayOpen`: also to empty ones. Beyond `bounds.breakOutRemovalsMax` the
   * oldest pending one is given up.
   */
  add(removal: wire.ActRemove.$Properties, mayOpen: boolean): void {
    const dueMs = this.#o.clock.nowMs();
    for (const room of this.#o.openRooms()) {
      const key = `${room} ${removal.identity}`;
      this.#pending.delete(key);
      this.#pending.set(key, {
        room,
        removal,
        mayOpen,
        isUnderWay: false,
        dueMs,
        pauseMs: bounds.breakOutRemovalPauseMs,
      });
      const [oldest] = this.#pending.size > bounds.breakOutRemovalsMax ? this.#pending.keys() : [];
      if (oldest !== undefined) this.#pending.delete(oldest);
    }
    this.#send();
  }

  /** Gives up the pending removals of people that may come in again. */
  forget(identities: readonly string[]): void {
    for (const [key, { removal }] of this.#pending)
      if (identities.some((identity) => isSamePerson(identity, removal.identity ?? ''))) this.#pending.delete(key);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#pending.clear();
    this.#leftAtMs.clear();
  }

  #leftLately(identity: string): boolean {
    const leftAtMs = this.#leftAtMs.get(identity) ?? Number.NEGATIVE_INFINITY;
    return this.#o.clock.nowMs() - leftAtMs < bounds.breakOutTokenMs;
  }

  #send(): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    const nowMs = this.#o.clock.nowMs();
    const openRooms = this.#o.openRooms();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, one] of this.#pending) {
      if (this.#underWay >= bounds.breakOutRemovalsAtOnce) return; // the next answer continues
      if (one.isUnderWay) continue;
      if (!openRooms.has(one.room)) this.#pending.delete(key);
      else if (one.dueMs <= nowMs) void this.#sendOne(key, one);
      else nextMs = Math.min(nextMs, one.dueMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.#timer = this.#o.clock.after(nextMs - nowMs, () => this.#send());
  }

  async #sendOne(key: string, one: PendingRemoval): Promise<void> {
    const { clock, log, remove } = this.#o;
    one.isUnderWay = true;
    this.#underWay += 1;
    try {
      await remove(one.room, one.removal, one.mayOpen);
      if (this.#pending.get(key) === one) this.#pending.delete(key);
    } catch (error) {
      log.warn(
        { room: one.room, code: codeOf(error), err: error },
        'a removal has not reached a break-out; again soon',
      );
      one.dueMs = clock.nowMs() + one.pauseMs;
      one.pauseMs = Math.min(2 * one.pauseMs, bounds.breakOutRemovalPauseMsMax);
    }
    one.isUnderWay = false;
    this.#underWay -= 1;
    this.#send();
  }
}
