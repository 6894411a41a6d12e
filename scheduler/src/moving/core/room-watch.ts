// One room, looked at about once a second: which timings to ask for, and which members move when. The centre and the
// simulator both look through here. Pure: a look gets the room and the time, and says what to do.
import type { RoomMode } from '../../placing/core/view.ts';
import { type Gain, gainsOf, pairsChanged, type RoomNow, type Timing, timingsWanted } from './gains.ts';
import { type MoveMade, type OwnedGain, RoomCredit, WHOLE_ROOM } from './room-credit.ts';

/**
 * Participants are asked for timings so long after the first change since the last request (one came, left or was
 * moved): a bunch of newcomers is asked once, and a room that never stays the same for so long is asked all the same.
 */
export const ASK_AFTER_MS = 1000;
/** Gains are computed anew when members or timings change, and after this: paths and load change too. */
export const GAINS_FRESH_MS = 15_000;

export interface WatchedRoom {
  readonly now: RoomNow;
  /** The person behind each member: the same person has the same name after a rejoin. */
  readonly people: readonly string[];
}

export interface RoomLook {
  readonly nowMs: number;
  readonly wallMs: number;
  readonly mode: RoomMode;
  /** Changes with the members of the room and their nodes. */
  readonly signature: number;
  /** Changes when the hosts' numbers stand for other hosts: what was gained at a number says nothing any more. */
  readonly numbering: number;
  /** Moves that were begun in the room within the last hour; older ones do not matter. */
  readonly made: readonly MoveMade[];
  /** Whether members may be asked for timings now; if not, it is asked for again at the next look. */
  readonly mayAsk: boolean;
  /** Called only when it is needed; undefined: a member is between two hosts. */
  readonly room: () => WatchedRoom | undefined;
  readonly isSameSite: (a: number, b: number) => boolean;
}

export type RoomStep =
  /** People are asked for timings; there may be none that the room needs. */
  | { readonly kind: 'ask'; readonly timings: readonly Timing[] }
  /** One member moves, or several. */
  | { readonly kind: 'move'; readonly gain: OwnedGain }
  /** The room, of mode `single`, moves as a whole. */
  | { readonly kind: 'gather'; readonly gain: OwnedGain };

export class RoomWatch {
  readonly #credit = new RoomCredit();
  #signature: number | undefined;
  #numbering: number | undefined;
  #changedAtMs = 0;
  /** Since when there is something to ask; undefined: all members were asked. */
  #askSinceMs: number | undefined;
  /** Undefined: not known; what was saved stays as it is. */
  #gains: readonly OwnedGain[] | undefined;
  #computedAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs: number | undefined;

  /** Since when the members are the same, at the same hosts. */
  get sameSinceMs(): number {
    return this.#changedAtMs;
  }

  /** New round trips of a member are known; `isKnown`: of a member that could not be asked so far. */
  timed(isKnown: boolean): void {
    this.#computedAtMs = Number.NEGATIVE_INFINITY;
    if (isKnown) this.#askSinceMs ??= this.#changedAtMs;
  }

  /** Some members could not be asked: it is asked for again at the next look. */
  askCutShort(): void {
    this.#askSinceMs ??= this.#changedAtMs;
  }

  /** Nothing is saved while a member is being moved, or while no member was seen. */
  pause(nowMs: number): void {
    this.#lookedAtMs = nowMs;
  }

  /** What to do now, one thing at a time; undefined: nothing. A move counts as begun. */
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
    const due = this.#gains && this.#credit.due(this.#gains, o.made, o.wallMs);
    // A move comes first: it does not wait for participants that cannot be asked.
    if (due !== undefined) {
      this.#credit.restart();
      return { kind: mode === 'single' ? 'gather' : 'move', gain: due };
    }
    if (room === undefined || !mustAsk) return undefined;
    this.#askSinceMs = undefined;
    return { kind: 'ask', timings: timingsWanted(mode, room.now, o.isSameSite) };
  }

  #compute(mode: RoomMode, { now, people }: WatchedRoom, nowMs: number): void {
    this.#computedAtMs = nowMs;
    const owned = (gain: Gain): OwnedGain => {
      const movers = gain.members.map((index) => people[index] ?? '');
      const [only = ''] = movers;
      // Of several by where they are: one more of them goes on with what the others have saved.
      const name =
        movers.length === 1 ? only : `at ${now.members[gain.members[0] ?? 0]?.host} of numbering ${this.#numbering}`;
      const owners = mode === 'single' ? [WHOLE_ROOM] : movers;
      return { ...gain, name, people: owners, pairs: pairsChanged(movers.length, people.length) };
    };
    this.#gains = gainsOf(mode, now).map(owned);
    this.#credit.save(this.#gains, 0);
  }
}
