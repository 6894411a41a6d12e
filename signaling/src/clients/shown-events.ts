// Roster events on their way to a room's clients here. Newcomers without tracks and qualities are shown a moment later,
// together: in a storm of joins a client gets one message for many of them, and no join waits until everyone is
// informed of it. A room of 300 whose connections are measured for the first time would otherwise get 90,000 messages.
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
  #dueMs = Number.POSITIVE_INFINITY;

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

  /** Shows events with their differences: those that can wait a moment later, all others now, after those that wait. */
  add(events: readonly RosterEvent[], differences: readonly RoomDifference[]): void {
    this.#waiting.push(...events);
    const waitMs = waitMsOf(differences);
    if (waitMs === 0 || this.#waiting.length >= bounds.newcomersShownAtOnce) this.flush();
    else this.#flushWithin(waitMs);
  }

  /** Shows what waits, before anything that may come from a newcomer. */
  flush(): void {
    const [events, seqOf] = [this.#waiting, this.#seqOf];
    this.drop();
    if (events.length > 0) this.#show(events, seqOf);
  }

  #flushWithin(ms: number): void {
    const dueMs = this.#clock.nowMs() + ms;
    if (dueMs >= this.#dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = this.#clock.after(ms, () => this.flush());
  }

  /** Forgets what waits, since a snapshot has it, or the room is closed. Idempotent. */
  drop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#waiting = [];
    this.#seqOf = new Map();
  }
}

/** Returns how long the clients can wait for differences; 0: not at all. */
function waitMsOf(differences: readonly RoomDifference[]): number {
  let waitMs: number = bounds.qualitiesShownMs;
  for (const one of differences) {
    if (one.type === 'qualityChanged') continue;
    if (one.type !== 'participantJoined' || one.participant.tracks.length > 0) return 0;
    waitMs = bounds.newcomersShownMs;
  }
  return waitMs;
}
