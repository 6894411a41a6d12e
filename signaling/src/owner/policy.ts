// The policy of one room at its owner: what follows from a change of it for the participants, and when the room is to
// end.
import type { RoomPolicy } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import { banLeftMs, type Roster, withDone } from '../core/index.ts';
import type { RosterWriter } from './roster-writer.ts';

export interface PolicyHolderOptions {
  readonly roster: Roster;
  /** A copy of the policy was found, or the api has said that there is none. */
  readonly isKnown: boolean;
  readonly clock: Clock;
  readonly changes: Pick<RosterWriter, 'announce' | 'unpublishForbidden' | 'remove'>;
  /** The api does not have this policy yet. */
  store(policy: RoomPolicy): void;
  /** The booked end of a room that ends then. */
  end(): void;
}

/** A timer of more than 24 days fires at once; looked at again after an hour. */
const endLookMs = 3_600_000;

export class PolicyHolder {
  readonly #o: PolicyHolderOptions;
  #isKnown: boolean;
  #isChanged = false;
  #end: Timer | undefined;
  #closed = false;

  constructor(o: PolicyHolderOptions) {
    this.#o = o;
    this.#isKnown = o.isKnown;
    this.#armEnd();
  }

  get current(): RoomPolicy {
    return this.#o.roster.policy;
  }
  /** False: neither a media node nor the api could say what this room allows. */
  get isKnown(): boolean {
    return this.#isKnown;
  }
  /** It was changed in this room. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** An act has changed it. The same policy as before changes nothing. */
  change(policy: RoomPolicy): void {
    if (policy.version > this.current.version) this.#adopt(policy, true);
  }

  /**
   * What the api has. What was done in the room before that was known counts too; until then the api is not sent it: it
   * would take the place of what is stored.
   */
  found(stored: RoomPolicy): void {
    const wasKnown = this.#isKnown;
    this.#isKnown = true;
    const here = this.current;
    if (!wasKnown && here.version > 0) this.#adopt(withDone(stored, here), true);
    else if (stored.version > here.version) this.#adopt(stored, false);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#end?.cancel();
  }

  #adopt(policy: RoomPolicy, isOurs: boolean): void {
    const { roster, clock, changes, store } = this.#o;
    this.#isChanged ||= isOurs;
    changes.announce(roster.allow(policy));
    const wallMs = clock.wallMs();
    const banned = roster.participants().filter(({ identity }) => banLeftMs(policy, identity, wallMs) > 0);
    if (banned.length > 0) changes.remove(banned, 'KICKED', '');
    for (const participant of roster.participants()) changes.unpublishForbidden(participant);
    // What followed from it may have changed it again.
    if (isOurs && this.#isKnown) store(this.current);
    this.#armEnd();
  }

  #armEnd(): void {
    this.#end?.cancel();
    this.#end = undefined;
    const { endsWallMs, hardEnd } = this.current;
    if (this.#closed || !hardEnd || endsWallMs === 0) return;
    const leftMs = endsWallMs - this.#o.clock.wallMs();
    this.#end = this.#o.clock.after(Math.min(endLookMs, Math.max(0, leftMs)), () => {
      if (this.#o.clock.wallMs() >= endsWallMs) this.#o.end();
      else this.#armEnd();
    });
  }
}
