// Roster events on their way to a room's clients here. Newcomers without tracks are shown a moment later, together: in
// a storm of joins a client gets one message for many of them, and no join waits until everyone is informed of it.
import type { RoomDifference, RosterEvent } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { bounds } from '../limits.ts';

export class ShownEvents {
  readonly #clock: Clock;
  readonly #show: (events: readonly RosterEvent[]) => void;
  #waiting: RosterEvent[] = [];
  #timer: Timer | undefined;

  constructor(o: { clock: Clock; show: (events: readonly RosterEvent[]) => void }) {
    this.#clock = o.clock;
    this.#show = o.show;
  }

  /** Shows events with their differences: newcomers without tracks soon, all others now, after those that wait. */
  add(events: readonly RosterEvent[], differences: readonly RoomDifference[]): void {
    this.#waiting.push(...events);
    if (!differences.every(canWait) || this.#waiting.length >= bounds.newcomersShownAtOnce) this.flush();
    else this.#timer ??= this.#clock.after(bounds.newcomersShownMs, () => this.flush());
  }

  /** Shows what waits, before anything that may come from a newcomer. */
  flush(): void {
    const events = this.#waiting;
    this.drop();
    if (events.length > 0) this.#show(events);
  }

  /** Forgets what waits, since a snapshot has it, or the room is closed. Idempotent. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
  }
}

const canWait = (one: RoomDifference): boolean =>
  one.type === 'participantJoined' && one.participant.tracks.length === 0;
