// The policy of one room at its owner: what follows from a change of it for those who are in the room, and when the
// room is to end. Media nodes keep it (clients/local-room.ts has it told to them), and so does the api
// (policy-outbox.ts).
import {
  type Participant,
  participantMutableKeys,
  participantsDiffer,
  type RoomPolicy,
  type RosterEvent,
} from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { banLeftMs, infoOf, participantUnder, type Roster, type RosterResult, withDone } from '../core/index.ts';

export interface PolicyHolderOptions {
  /** As it was found when the room opened. */
  readonly policy: RoomPolicy;
  /** A copy of it was found, or the api has said that there is none. */
  readonly isKnown: boolean;
  readonly roster: Roster;
  readonly clock: Clock;
  tell(events: readonly RosterEvent[]): void;
  /** Ends the tracks of somebody who may no longer publish. */
  unpublish(participant: Participant): void;
  /** Out of the room: they are banned now. */
  remove(banned: readonly Participant[]): void;
  /** For the signaling nodes and their media nodes. `isOurs`: the api does not know it yet. */
  changed(policy: RoomPolicy, isOurs: boolean): void;
  /** The booked end of a room that ends then. */
  end(): void;
}

/** A timer of more than 24 days fires at once; looked at again after an hour. */
const endLookMs = 3_600_000;

export class PolicyHolder {
  readonly #o: PolicyHolderOptions;
  #policy: RoomPolicy;
  #isKnown: boolean;
  #isChanged = false;
  #end: Timer | undefined;
  #closed = false;

  constructor(o: PolicyHolderOptions) {
    this.#o = o;
    this.#policy = o.policy;
    this.#isKnown = o.isKnown;
    this.#armEnd();
  }

  get current(): RoomPolicy {
    return this.#policy;
  }
  /** False: nobody could say what this room allows. */
  get isKnown(): boolean {
    return this.#isKnown;
  }
  /** Somebody has changed it in this room. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Somebody has acted. The same policy as before changes nothing. */
  change(policy: RoomPolicy): void {
    if (policy.version > this.#policy.version) this.#take(policy, true);
  }

  /**
   * The api has said what it has, later than when the room opened. What was done in the room since, by people who did
   * not know that, counts too.
   */
  found(stored: RoomPolicy): void {
    const wasKnown = this.#isKnown;
    this.#isKnown = true;
    const here = this.#policy;
    if (!wasKnown && here.version > 0) this.#take(withDone(stored, here), true);
    else if (stored.version > here.version) this.#take(stored, false);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#end?.cancel();
  }

  #take(policy: RoomPolicy, isOurs: boolean): void {
    const { roster, clock } = this.#o;
    this.#policy = policy;
    this.#isChanged ||= isOurs;
    this.#o.changed(policy, isOurs);
    this.#tell(roster.updateRoom(infoOf(policy)));
    const wallMs = clock.wallMs();
    const banned = roster.participants().filter(({ identity }) => banLeftMs(policy, identity, wallMs) > 0);
    if (banned.length > 0) this.#o.remove(banned);
    for (const participant of roster.participants()) this.#applyTo(participant);
    this.#armEnd();
  }

  #applyTo(participant: Participant): void {
    const after = participantUnder(this.#policy, participant);
    if (!participantsDiffer(participant, after, participantMutableKeys)) return;
    this.#tell(this.#o.roster.update(after));
    if (!after.canPublish) this.#o.unpublish(participant);
  }

  #tell(result: RosterResult): void {
    if (result.ok) this.#o.tell(result.events);
  }

  #armEnd(): void {
    this.#end?.cancel();
    this.#end = undefined;
    const { endsWallMs, hardEnd } = this.#policy;
    if (this.#closed || !hardEnd || endsWallMs === 0) return;
    const leftMs = endsWallMs - this.#o.clock.wallMs();
    this.#end = this.#o.clock.after(Math.min(endLookMs, Math.max(0, leftMs)), () => {
      if (this.#o.clock.wallMs() >= endsWallMs) this.#o.end();
      else this.#armEnd();
    });
  }
}
