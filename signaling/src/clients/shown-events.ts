// Roster events on their way to a room's clients here. Newcomers without tracks are shown a moment later, together: in
// a storm of joins a client gets one message for many of them, and no join waits until everyone is informed of it.
import type { RoomDifference, RosterEvent } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { bounds } from '../limits.ts';
import type { RoomMember } from './room-member.ts';

export class ShownEvents {
  readonly #clock: Clock;
  readonly #show: (events: readonly RosterEvent[], seqOf: ReadonlyMap<RoomMember, number>) => void;
  #waiting: RosterEvent[] = [];
  #seqOf = new Map<RoomMember, number>();
  #timer: Timer | undefined;

  constructor(o: {
    clock: Clock;
    show: (events: readonly RosterEvent[], seqOf: ReadonlyMap<RoomMember, number>) => void;
  }) {
    this.#clock = o.clock;
    this.#show = o.show;
  }

  /** Notes the number of the last event that a member knows by its join. It gets only the later ones. */
  joined(member: RoomMember, seq: number): void {
    if (this.#waiting.length > 0) this.#seqOf.set(member, seq);
  }

  /** Shows events with their differences: newcomers without tracks soon, all others now, after those that wait. */
  add(events: readonly RosterEvent[], differences: readonly RoomDifference[]): void {
    this.#waiting.push(...events);
    if (!differences.every(canWait) || this.#waiting.length >= bounds.newcomersShownAtOnce) this.flush();
    else this.#timer ??= this.#clock.after(bounds.newcomersShownMs, () => this.flush());
  }

  /** Shows what waits, before anything that may come from a newcomer. */
  flush(): void {
    const [events, seqOf] = [this.#waiting, this.#seqOf];
    this.drop();
    if (events.length > 0) this.#show(events, seqOf);
  }

  /** Forgets what waits, since a snapshot has it, or the room is closed. Idempotent. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    this.#seqOf = new Map();
  }
}

const canWait = (one: RoomDifference): boolean =>
  one.type === 'participantJoined' && one.participant.tracks.length === 0;
