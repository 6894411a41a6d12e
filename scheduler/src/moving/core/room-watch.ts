// Watches a room about once a second: which timings to request, and which members move when. The centre and the
// simulator both use it. Pure: a look gets the room and the time, and returns the step.
import type { RoomMode } from '../../placing/core/view.ts';
import { type Gain, gainsOf, pairsChanged, type RoomSnapshot, type Timing, timingsWanted } from './gains.ts';
import { type BegunMove, type OwnedGain, RoomCredit, WHOLE_ROOM } from './room-credit.ts';

/**
 * Delay of a request for timings after the first change since the last request (a member came, left or was moved). A
 * bunch of newcomers gets a single request, and a room that changes all the time gets requests all the same.
 */
export const ASK_AFTER_MS = 1000;
/** Gains are recomputed after this time, because paths and load change, and whenever members or timings change. */
export const GAINS_FRESH_MS = 15_000;

export interface WatchedRoom {
  readonly snapshot: RoomSnapshot;
  /** Names of the members, in the order of the snapshot's members. */
  readonly people: readonly string[];
}

export interface RoomLook {
  readonly nowMs: number;
  readonly wallMs: number;
  readonly mode: RoomMode;
  /** Number that changes with the members of the room and their nodes. */
  readonly signature: number;
  /** Number that changes when the hosts are numbered anew: gains saved for a host's number are then void. */
  readonly numbering: number;
  /** Moves begun in the room within the last hour; older moves do not matter. */
  readonly made: readonly BegunMove[];
  /** Whether members may be asked for timings now; otherwise the next look asks again. */
  readonly mayAsk: boolean;
  /** Returns the room, and is called only when needed; undefined: a member is between two hosts. */
  readonly room: () => WatchedRoom | undefined;
  readonly isSameSite: (a: number, b: number) => boolean;
}

/** Next step: ask members to time hosts, move some members, or gather the whole room (mode `single`) at a host. */
export type RoomStep =
  | { readonly kind: 'ask'; readonly timings: readonly Timing[] }
  | { readonly kind: 'move'; readonly gain: OwnedGain }
  | { readonly kind: 'gather'; readonly gain: OwnedGain };

export class RoomWatch {
  readonly #credit = new RoomCredit();
  #signature: number | undefined;
  #numbering: number | undefined;
  #changedAtMs = 0;
  /** Time of the first change since the last request for timings; undefined: all members were asked since. */
  #askSinceMs: number | undefined;
  /** Last computed gains; undefined after a change of the room: until they are computed, saved credit is unchanged. */
  #gains: readonly OwnedGain[] | undefined;
  #computedAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs: number | undefined;

  /** Time since which members and their hosts are unchanged. */
  get sameSinceMs(): number {
    return this.#changedAtMs;
  }

  /** Takes note of new round trips of a member; a member that was unknown before can be asked only now. */
  timed(isNewlyKnown: boolean): void {
    this.#computedAtMs = Number.NEGATIVE_INFINITY;
    if (isNewlyKnown) this.#askSinceMs ??= this.#changedAtMs;
  }

  /** Makes the next look ask again, because some members could not be asked. */
  askCutShort(): void {
    this.#askSinceMs ??= this.#changedAtMs;
  }

  /** Saves no credit for the time while a member moves, or while no member was seen. */
  pause(nowMs: number): void {
    this.#lookedAtMs = nowMs;
  }

  /** Returns the next step; undefined: none. A returned move counts as begun. */
  look(o: RoomLook): RoomStep | undefined {
    const { nowMs, mode, signature, numbering } = o;
    if (this.#gains !== undefined) this.#credit.save(this.#gains, nowMs - (this.#lookedAtMs ?? nowMs));
    this.#lookedAtMs = nowMs;
    if (signature !== this.#signature) {
      this.#signature = signature;
      this.#changedAtMs = nowMs;
      this.#askSinceMs ??= nowMs;
      this.#gains = undefined;
    }
    if (numbering !== this.#numbering) {
      this.#numbering = numbering;
      this.#gains = undefined;
    }
    const mustAsk = o.mayAsk && this.#askSinceMs !== undefined && nowMs - this.#askSinceMs >= ASK_AFTER_MS;
    const isFresh = this.#gains !== undefined && nowMs - this.#computedAtMs < GAINS_FRESH_MS;
    const room = mustAsk || !isFresh ? o.room() : undefined;
    if (room !== undefined && !isFresh) this.#compute(mode, room, nowMs);
    const due = this.#gains && this.#credit.affordableMove(this.#gains, o.made, o.wallMs);
    // A move goes first: it does not wait for participants that cannot be asked.
    if (due !== undefined) {
      this.#credit.restart();
      return { kind: mode === 'single' ? 'gather' : 'move', gain: due };
    }
    if (room === undefined || !mustAsk) return undefined;
    this.#askSinceMs = undefined;
    return { kind: 'ask', timings: timingsWanted(mode, room.snapshot, o.isSameSite) };
  }

  #compute(mode: RoomMode, { snapshot: snapshotNow, people }: WatchedRoom, nowMs: number): void {
    this.#computedAtMs = nowMs;
    const ownedGainOf = (gain: Gain): OwnedGain => {
      const movers = gain.members.map((index) => people[index] ?? '');
      const [only = ''] = movers;
      // A group's credit is keyed by its host, so that a new member continues with the credit saved so far.
      const name =
        movers.length === 1
          ? only
          : `at ${snapshotNow.members[gain.members[0] ?? 0]?.host} of numbering ${this.#numbering}`;
      const owners = mode === 'single' ? [WHOLE_ROOM] : movers;
      return { ...gain, name, people: owners, pairs: pairsChanged(movers.length, people.length) };
    };
    this.#gains = gainsOf(mode, snapshotNow).map(ownedGainOf);
    this.#credit.save(this.#gains, 0);
  }
}
